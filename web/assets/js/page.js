// Small things several modules need.

/** Listens on the whole document; handler gets the nearest element that matches and the event. */
export function on(event, selector, handler, options) {
  document.addEventListener(event, (evt) => {
    const found = evt.target.closest?.(selector);
    if (found) handler(found, evt);
  }, options);
}

const language = () => document.documentElement.lang || undefined;

/** A sentence about a number of things: `texts` has one for each plural category, as JSON. */
export function counted(texts, number) {
  const known = JSON.parse(texts);
  const text = known[new Intl.PluralRules(language()).select(number)] ?? known.other;
  return text.replace("{n}", number.toLocaleString(language()));
}

/** A clock time in the page's language. */
export const clock = () =>
  new Date().toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
