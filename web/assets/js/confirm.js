// Asks before a deed that is hard to undo: <button data-confirm="Stop this idea?" data-confirm-title="…">.
// Also opens dialogs: <button data-opens="dialog-id">, closed again by data-closes or Escape.
import { on } from "./page.js";

const dialog = document.getElementById("confirm");
const agreed = new WeakSet();

on("click", "[data-confirm]", (button, event) => {
  if (agreed.delete(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  dialog.querySelector("#confirm-text").textContent = button.dataset.confirm;
  dialog.querySelector("[data-confirm-yes]").textContent = button.textContent.trim();
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    agreed.add(button);
    button.click();
  }, { once: true });
}, true);

on("click", "[data-opens]", (button) => document.getElementById(button.dataset.opens)?.showModal());
on("click", "[data-closes]", (button) => button.closest("dialog")?.close());
