// Phases open and close while a page is open. What depends on one lies in an element with data-phase-of (the number of
// its campaign) and data-accepts (what is accepted of that now); it or its list has data-depends-on (such as "votes").
// The style sheet shows and hides by data-accepts.
import { isBusy } from "./busy-regions.js";
import { announce } from "./fresh.js";
import { on } from "./page.js";

const words = (text) => text.split(" ").filter(Boolean);

/** Takes over what a campaign accepts now. Returns whether the page lacks a control for what is new. */
export function turn({ campaign, accepts }) {
  const lacking = [...document.querySelectorAll(`[data-phase-of="${CSS.escape(campaign)}"]`)]
    .map((element) => turnOne(element, words(accepts)));
  for (const option of document.querySelectorAll(`[name="campaign_id"] option[value="${CSS.escape(campaign)}"]`)) {
    option.disabled = !words(accepts).includes("ideas");
    sayWhetherClosed(option.closest("select"));
  }
  return lacking.includes(true);
}

/** Takes over what a fetched copy of the page says that campaigns accept. */
export function turnLike(copy) {
  for (const { dataset } of copy.querySelectorAll("[data-phase-of]")) {
    turn({ campaign: dataset.phaseOf, accepts: dataset.accepts });
  }
  const [main, fresh] = [document, copy].map((page) => page.getElementById("main"));
  if (main && fresh) main.dataset.can = fresh.dataset.can; // what one may do can depend on it, too
}

function turnOne(element, accepts) {
  const before = words(element.dataset.accepts);
  const now = words(element.closest("[data-depends-on]").dataset.dependsOn).filter((word) => accepts.includes(word));
  const gained = now.filter((word) => !before.includes(word));
  const lost = before.filter((word) => !now.includes(word));
  for (const word of lost) {
    for (const part of element.querySelectorAll(`.when-${word}`)) part.classList.toggle("is-kept", isBusy(part));
  }
  element.dataset.accepts = now.join(" ");
  const said = lost.map((word) => element.querySelector(`.unless-${word}`)?.textContent.trim()).find(Boolean);
  if (said) announce(said);
  for (const word of gained) {
    for (const part of element.querySelectorAll(`.when-${word}`)) part.classList.remove("is-kept");
  }
  return gained.some((word) => !element.querySelector(`.when-${word}`));
}

function sayWhetherClosed(select) {
  const note = select.form.querySelector("[data-choice-closed]");
  if (note) note.hidden = !select.selectedOptions[0]?.disabled;
}

on("change", '[name="campaign_id"]', sayWhetherClosed);
