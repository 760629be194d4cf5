// The scorecard by keyboard: a digit chooses a score and goes on to the next criterion. It closes while it is open in
// the browser as soon as it does elsewhere.
import { pause, resume } from "./drafts.js";
import { lock, unlock } from "./locked.js";
import { announce, on } from "./page.js";

const KEYS = "[data-keys]";
const radios = (group) => [...group.querySelectorAll("input[type=radio]")];

// Where several scores begin with the same digit, as 1 and 10 do, the digit chooses them in turn.
function choose(group, digit) {
  const fitting = radios(group).filter((radio) => radio.value.startsWith(digit));
  if (!fitting.length) return null;
  const next = fitting[(fitting.findIndex((radio) => radio.checked) + 1) % fitting.length];
  next.checked = true;
  next.focus();
  next.dispatchEvent(new Event("change", { bubbles: true }));
  return next;
}

on("keydown", KEYS, (group, event) => {
  if (event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-9]$/.test(event.key)) {
    if (choose(group, event.key)) event.preventDefault();
  } else if (event.key === "Enter") {
    // Enter goes on, so that the scorecard is not finished by chance.
    event.preventDefault();
    const groups = [...document.querySelectorAll(KEYS)];
    const next = groups[groups.indexOf(group) + 1];
    const place = next ?? group.closest("form");
    place.querySelector(next ? "input:checked, input" : "[value=finish]")?.focus();
  }
});

// What was typed stays to be read; it is neither saved nor sent.
let stopped = false;

function followState() {
  const card = document.getElementById("card");
  const state = document.querySelector("[data-stopped]");
  if (!card || stopped === Boolean(state)) return;
  stopped = Boolean(state);
  if (!stopped) return void [unlock(card), resume(card)];
  pause(card);
  lock(card);
  announce(state.textContent.replace(/\s+/g, " ").trim());
}

document.addEventListener("htmx:after:swap", followState);
// The page was fetched again, and is not open to the judge any more.
document.addEventListener("gone", () => {
  const note = document.querySelector("[data-when-gone]");
  if (!note) return;
  note.hidden = false;
  Object.assign(note.parentElement.dataset, { stopped: "", taken: "" });
  followState();
});
