// Which regions must not change just now, because somebody is at work in them.

const WRITING = 'textarea, select, input:not([type="button"], [type="submit"], [type="hidden"])';
const OPEN = "details[data-hold][open], dialog[open]";

const isTyped = (field) =>
  field.matches("textarea, input") && !["checkbox", "radio", "hidden"].includes(field.type) &&
  field.value !== field.defaultValue;

/** True while the region holds a focused or half-filled field, or something unfolded that asks to be left alone. */
export function isBusy(region) {
  const focused = document.activeElement;
  if (focused && region.contains(focused) && focused.matches(WRITING)) return true;
  if (region.matches(OPEN) || region.querySelector(OPEN)) return true;
  return [...region.querySelectorAll("textarea, input")].some(isTyped);
}

/** Calls back whenever a region may have become free. */
export function whenFree(check) {
  const soon = () => setTimeout(check, 50);
  for (const event of ["focusout", "toggle", "close", "reset", "htmx:finally:request"]) {
    document.addEventListener(event, soon, true);
  }
}
