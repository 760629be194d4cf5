// Tells which regions must not change now, because somebody is typing or reading in them.

const WRITING = 'textarea, select, input:not([type="button"], [type="submit"], [type="hidden"])';
// What is open, a press that waits to be tried again, and a form that came back: no copy of the page has its words.
const OPEN = "details[data-hold][open], dialog[open], [data-trouble], [data-error-summary], [data-came-filled]";

const isTyped = (field) =>
  field.matches("textarea, input") && !["checkbox", "radio", "hidden"].includes(field.type) &&
  field.value !== field.defaultValue;

/** Marks the forms that an answer puts in with words in them: what was sent came back, and stands nowhere else. */
export function markFilled(fragment) {
  for (const form of fragment.querySelectorAll("form")) {
    if ([...form.querySelectorAll("textarea")].some(({ value }) => value)) form.dataset.cameFilled = "";
  }
}

/** Whether the region has a focused or changed field, an open dialog or <details data-hold>, a press to repeat,
    or a form that came back. */
export function isBusy(region) {
  const focused = document.activeElement;
  if (focused && region.contains(focused) && focused.matches(WRITING)) return true;
  if (region.matches(OPEN) || region.querySelector(OPEN)) return true;
  return [...region.querySelectorAll("textarea, input")].some(isTyped);
}

/** Calls `check` whenever a region may not be busy any more. */
export function whenFree(check) {
  const soon = () => setTimeout(check, 50);
  for (const event of ["focusout", "toggle", "close", "reset", "htmx:finally:request"]) {
    document.addEventListener(event, soon, true);
  }
}
