// Asks before a deed that is hard to undo: data-confirm="What it means" on the button or on the form.
import { on } from "./page.js";

const dialog = document.getElementById("confirm");
const agreed = new WeakSet(); // elements whose question was answered with yes

function ask(text, verb, goOn) {
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.querySelector("[data-confirm-yes]").textContent = verb;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") goOn(); }, { once: true });
  dialog.showModal();
}

// Stops the event in its capture phase, before the form or htmx gets it; calls `again` after a yes.
function guard(element, button, event, again) {
  if (agreed.delete(element)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(element.dataset.confirm, button.textContent.trim(), () => {
    agreed.add(element);
    again();
  });
}

on("click", ":is(button, a)[data-confirm]", (button, event) => {
  guard(button, button, event, () => button.click());
}, true);
on("submit", "form[data-confirm]", (form, event) => {
  const button = event.submitter ?? form.querySelector("[type=submit]");
  guard(form, button, event, () => form.requestSubmit(button));
}, true);
