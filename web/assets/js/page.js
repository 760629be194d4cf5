// Functions that several modules use: events, plural forms, times.

/** Listens on the whole document; `handler` gets the nearest element that matches, and the event. */
export function on(event, selector, handler, options) {
  document.addEventListener(event, (evt) => {
    const found = evt.target.closest?.(selector);
    if (found) handler(found, evt);
  }, options);
}

const language = () => document.documentElement.lang || undefined;

/** The text with a number in its plural form; `texts` is JSON with a text for each plural category. */
export function counted(texts, number) {
  const known = JSON.parse(texts);
  const text = known[new Intl.PluralRules(language()).select(number)] ?? known.other;
  return text.replace("{n}", number.toLocaleString(language()));
}

/** Reads a sentence aloud to screen readers. */
export const announce = (sentence) => { document.getElementById("announcer").textContent = sentence; };

/** The present time of day, in the page's language. */
export const clock = () =>
  new Date().toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
