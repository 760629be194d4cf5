// Says what was added out of sight, with a way to it: "Ben added a build · Show". What one has seen is told no more.
import { counted } from "./page.js";

const unseen = new Set();
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) { unseen.add(target); continue; }
    sight.unobserve(target);
    unseen.delete(target);
  }
  show();
});

const toldOf = (element) => element.dataset.told ?? element.querySelector("[data-told]")?.dataset.told;

/** Watches an element that was added by a push; `data-told`, there or within, is what to say of it. */
export const watchNew = (element) => sight.observe(element);

/** Nobody is told of their own words: the answer to their form has said so. */
export function isOwn(element) {
  sight.unobserve(element);
  unseen.delete(element);
  show();
}

function show() {
  const bar = document.querySelector("[data-new-below]");
  if (!bar) return;
  for (const element of unseen) if (!element.isConnected || !toldOf(element)) unseen.delete(element);
  const [first] = unseen;
  bar.hidden = !first;
  if (!first) return;
  const link = bar.querySelector("a");
  link.href = `#${first.id}`;
  link.querySelector("[data-new-told]").textContent =
    unseen.size === 1 ? toldOf(first) : counted(bar.dataset.newBelow, unseen.size);
}
