// Sends a form once, however often its button is pressed, and keeps what was pressed where no answer comes. The button
// stays focusable, with aria-busy.
import { lock, unlock, unlockAll } from "./locked.js";
import { on } from "./page.js";
import { fail, findTrouble, settle, TOO_LONG, wait } from "./trouble.js";

const sending = new Set(); // forms and buttons
const reached = new WeakSet(); // forms that may leave the page: the server answers
const PAGES = "form:not([hx-post], [method=dialog], [data-theme-choice])";

// `control` is what was pressed; a form that was sent without a button stands for itself.
function begin(control, source) {
  sending.add(source);
  if (control !== source || !source.matches("form")) control.setAttribute("aria-busy", "true");
  if (source.matches("form")) lock(source);
  wait(control);
}
function end(control, source) {
  sending.delete(source);
  unlock(source);
  control.removeAttribute("aria-busy");
  settle(control);
}

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

// Forms without htmx leave the page, and what was typed with it: so the server is asked first whether it answers.
on("submit", PAGES, (form, event) => {
  if (reached.delete(form) || (form.method === "get" && navigator.onLine)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  reach(form, event.submitter);
}, true);

async function reach(form, submitter) {
  const control = submitter ?? form;
  const again = () => form.requestSubmit(submitter);
  begin(control, form);
  const trouble = await findTrouble();
  end(control, form);
  if (trouble) return fail(control, trouble, again);
  reached.add(form);
  again();
}

let leaving = null; // timer of the form that leaves the page
on("submit", PAGES, (form, event) => {
  if (event.defaultPrevented || form.method !== "post") return;
  const { submitter } = event;
  const control = submitter ?? form;
  begin(control, form);
  leaving = setTimeout(() => {
    window.stop();
    end(control, form);
    form.dispatchEvent(new Event("unanswered", { bubbles: true }));
    fail(control, "unanswered", () => form.requestSubmit(submitter));
  }, TOO_LONG);
});

// With htmx. A field that asks for suggestions is no press.
const isPress = (ctx) => ["click", "submit"].includes(ctx.sourceEvent?.type);

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isPress(ctx)) return;
  ctx.pressed = ctx.request.submitter ?? ctx.sourceElement;
  begin(ctx.pressed, ctx.sourceElement);
});
// An error page that does not say where it goes is not ours, but of a proxy that cannot reach us.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (!ctx.pressed || ctx.response.status < 500 || ctx.response.headers.has("HX-Retarget")) return;
  ctx.trouble = "unanswered";
  event.preventDefault();
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.pressed && ctx.text === undefined) ctx.trouble = ctx.request.signal.aborted ? "unanswered" : "offline";
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.pressed) return;
  end(ctx.pressed, ctx.sourceElement);
  if (ctx.trouble) fail(ctx.pressed, ctx.trouble, () => pressAgain(ctx));
});

function pressAgain({ sourceElement, pressed }) {
  if (sourceElement.matches("form")) sourceElement.requestSubmit(pressed === sourceElement ? null : pressed);
  else pressed.click();
}

// The page comes back from the browser's cache as it was left.
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  clearTimeout(leaving);
  sending.clear();
  unlockAll();
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
});
