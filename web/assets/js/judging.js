// The scorecard by keyboard: a digit chooses a score and goes on to the next criterion. And the form of criteria: only
// the fields of the chosen scale, and the sum of the weights.
import { on } from "./page.js";

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

const number = (field) => Number(field.value.trim().replace(",", ".").replace("%", "")) || 0;

function showSum(form) {
  const line = form.querySelector("[data-weights]");
  if (!line) return;
  const sum = [...form.querySelectorAll("[data-weight]")].reduce((total, field) => total + number(field), 0);
  line.textContent = line.dataset.weights.replace("{sum}", Math.round(sum * 10_000) / 10_000);
  line.classList.toggle("is-over", Math.abs(sum - 100) > 0.00001);
}

function showScale(select) {
  for (const part of select.closest("fieldset").querySelectorAll("[data-scale-of]")) {
    part.hidden = part.dataset.scaleOf !== select.value;
  }
}

on("input", "[data-weight]", (field) => showSum(field.form));
on("change", "[data-scale]", showScale);
for (const select of document.querySelectorAll("[data-scale]")) showScale(select);
for (const line of document.querySelectorAll("[data-weights]")) showSum(line.closest("form"));
