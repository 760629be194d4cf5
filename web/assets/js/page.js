// Small things several modules need.

/** Listens on the whole document; handler gets the nearest element that matches and the event. */
export function on(event, selector, handler, options) {
  document.addEventListener(event, (evt) => {
    const found = evt.target.closest?.(selector);
    if (found) handler(found, evt);
  }, options);
}

/** A clock time in the page's language. */
export const clock = () =>
  new Date().toLocaleTimeString(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit" });
