// A form that is being sent cannot be changed until its answer is here: what somebody would add meanwhile would be
// lost with the form. Text fields become read-only, which keeps the focus in them.
import { on } from "./page.js";

const locked = new Map(); // form → its fields that were not read-only before

/** To be called when the form is sent. */
export function lock(form) {
  if (locked.has(form)) return;
  const fields = [...form.elements].filter((field) => "readOnly" in field && !field.readOnly);
  for (const field of fields) field.readOnly = true;
  form.dataset.sending = "";
  locked.set(form, fields);
}

/** To be called when the answer is here, or none is waited for any more. */
export function unlock(form) {
  for (const field of locked.get(form) ?? []) field.readOnly = false;
  delete form.dataset.sending;
  locked.delete(form);
}

/** Unlocks all forms, as the page comes back as it was left. */
export function unlockAll() {
  for (const form of locked.keys()) unlock(form);
}

// Boxes and lists know no read-only.
const CHOICES = '[data-sending] :is(select, [type="checkbox"], [type="radio"], [type="file"])';
for (const event of ["click", "mousedown", "keydown"]) {
  on(event, CHOICES, (_choice, pressed) => { if (pressed.key !== "Tab") pressed.preventDefault(); }, true);
}
