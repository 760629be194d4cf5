// "3 new · Show": counts what was added to a list that is being read, without moving it.
import { counted } from "./page.js";

const known = new Map(); // list name → ids counted so far

/** The server told that a list has a new member. */
export function countNew({ list, id }) {
  for (const bar of document.querySelectorAll(`[data-new-list="${CSS.escape(list)}"]`)) {
    if (!document.getElementById(`${bar.dataset.newPrefix}${id}`)) add(bar, list, String(id));
  }
}

/** After a gap: what a freshly fetched copy of the page lists and this one does not. */
export function countMissed(copy) {
  for (const bar of document.querySelectorAll("[data-new-list]")) {
    const prefix = bar.dataset.newPrefix;
    if (!prefix) continue;
    for (const item of copy.querySelectorAll(`[id^="${CSS.escape(prefix)}"]`)) {
      const id = item.id.slice(prefix.length);
      if (/^\d+$/.test(id) && !document.getElementById(item.id)) add(bar, bar.dataset.newList, id);
    }
  }
}

function add(bar, list, id) {
  if (!known.has(list)) known.set(list, new Set());
  const ids = known.get(list).add(id);
  const text = bar.querySelector("[data-new-text]");
  text.textContent = counted(text.dataset.newText, ids.size);
  bar.hidden = false;
}
