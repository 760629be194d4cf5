// Counts the characters left under a field with data-limit, and lets textareas grow with their text in browsers
// without `field-sizing`. Nothing is ever cut: a longer text stays, is counted, and is refused by the server.
import { lineLength, textLength } from "./length.js";
import { counted, on } from "./page.js";

const grows = CSS.supports("field-sizing", "content");
// Under one line the number is shown only when few characters are left.
const FEW = 0.2;

function count(field) {
  const line = document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  if (!line) return;
  const isLine = field.localName === "input";
  const limit = Number(field.dataset.limit);
  const left = limit - (isLine ? lineLength : textLength)(field.value);
  line.textContent = isLine && left > limit * FEW ? ""
    : counted(left < 0 ? line.dataset.over : line.dataset.left, Math.abs(left));
  line.classList.toggle("is-over", left < 0);
}

function grow(area) {
  if (grows) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}

on("input", "[data-limit]", count);
on("input", "textarea", grow);
for (const field of document.querySelectorAll("[data-limit]")) if (field.value) count(field);
