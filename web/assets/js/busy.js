// Sends a form once, however often its button is pressed. The button stays focusable, with aria-busy.
import { on } from "./page.js";

const TOO_LONG = 15_000; // milliseconds, after which the person may try again
const sending = new WeakSet();

function begin(button) {
  button?.setAttribute("aria-busy", "true");
  if (button) setTimeout(() => end(button), TOO_LONG);
}
const end = (button) => button?.removeAttribute("aria-busy");

on("click", '[aria-busy="true"]', (_button, event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

on("submit", "form", (form, event) => {
  if (sending.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// Forms without htmx, which leave the page.
on("submit", "form", (form, event) => {
  if (event.defaultPrevented || form.method !== "post") return;
  sending.add(form);
  begin(event.submitter);
  setTimeout(() => sending.delete(form), TOO_LONG);
});

const buttonOf = (ctx) =>
  ctx.request.submitter ?? (ctx.sourceElement.matches("button, a") ? ctx.sourceElement : null);

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.request.method === "GET") return;
  if (ctx.sourceElement.matches("form")) sending.add(ctx.sourceElement);
  begin(buttonOf(ctx));
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  sending.delete(ctx.sourceElement);
  end(buttonOf(ctx));
});

window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll('[aria-busy="true"]')) end(button);
});
