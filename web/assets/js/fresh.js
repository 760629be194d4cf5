// Highlights what has just changed for a moment, and announces it to screen readers at most once in ten seconds.

const QUIET = 10_000; // milliseconds
let lastSaid = -QUIET;
let waiting = null;

const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
const idsIn = (region) => new Set([...region.querySelectorAll("[id]")].map((element) => element.id));
const announcement = (region) =>
  (region.matches("[data-announce]") ? region : region.querySelector("[data-announce]"))?.dataset.announce ?? "";

/** The state of a region before a swap, for `after`. */
export const before = (region) => ({ words: words(region), ids: idsIn(region), said: announcement(region) });

/** Highlights what is new in the region since the state `was`. */
export function after(region, was) {
  if (words(region) === was.words) return;
  const added = [...region.querySelectorAll("[id]")].filter((element) => !was.ids.has(element.id) && words(element));
  // A region can name what alone is worth a look, such as a card that was moved here: not the next one that takes the
  // place of a card that left.
  const { fresh } = region.dataset;
  const isOutermost = (element) => !added.some((other) => other !== element && other.contains(element));
  const outermost = added.filter(isOutermost).filter((element) => !fresh || element.matches(fresh));
  for (const element of outermost.length || fresh ? outermost : [region]) mark(element);
  const said = announcement(region);
  if (said && said !== was.said) announce(said);
}

function mark(element) {
  element.classList.remove("fresh");
  void element.offsetWidth; // restarts the animation
  element.classList.add("fresh");
  setTimeout(() => element.classList.remove("fresh"), 2500);
}

/** Has a screen reader say the sentence, at the next time at which it may. */
export function announce(sentence) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    lastSaid = performance.now();
    document.getElementById("announcer").textContent = sentence;
  }, Math.max(0, lastSaid + QUIET - performance.now()));
}
