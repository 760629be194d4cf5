// The form of criteria: only the fields of the chosen scale, and the sum of the weights. Its page fetches it.
import { on } from "./js/page.js";

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
