// Counts what was added to a list that somebody reads ("3 new · Show"), without moving the list.
import { counted } from "./page.js";

const known = new Map(); // list name → ids counted so far

/** Counts a new item that the server told of. */
export function countNew({ list, id }) {
  for (const bar of document.querySelectorAll(`[data-new-list="${CSS.escape(list)}"]`)) {
    if (!document.getElementById(`${bar.dataset.newPrefix}${id}`)) add(bar, list, String(id));
  }
}

/** Counts the items that a fetched copy of the page lists and this page does not. */
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
