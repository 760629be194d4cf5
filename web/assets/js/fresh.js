// Shows for a moment what has just changed, and says it at most once in ten seconds.

const QUIET = 10_000;
let lastSaid = -QUIET;
let waiting = null;

const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
const idsIn = (region) => new Set([...region.querySelectorAll("[id]")].map((one) => one.id));
const announcement = (region) =>
  (region.matches("[data-announce]") ? region : region.querySelector("[data-announce]"))?.dataset.announce ?? "";

/** Remembers a region before a swap. */
export const before = (region) => ({ words: words(region), ids: idsIn(region), said: announcement(region) });

/** Marks what is new in the region since `was`. */
export function after(region, was) {
  if (words(region) === was.words) return;
  const added = [...region.querySelectorAll("[id]")].filter((one) => !was.ids.has(one.id) && words(one));
  const outermost = added.filter((one) => !added.some((other) => other !== one && other.contains(one)));
  for (const one of outermost.length ? outermost : [region]) mark(one);
  const said = announcement(region);
  if (said && said !== was.said) announce(said);
}

function mark(element) {
  element.classList.remove("fresh");
  void element.offsetWidth; // starts the fade anew
  element.classList.add("fresh");
  setTimeout(() => element.classList.remove("fresh"), 2500);
}

function announce(sentence) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    lastSaid = performance.now();
    document.getElementById("announcer").textContent = sentence;
  }, Math.max(0, lastSaid + QUIET - performance.now()));
}
