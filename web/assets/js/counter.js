// Counts the characters left under <textarea data-limit="…">, and lets textareas grow with their text in
// browsers without `field-sizing`.
import { counted, on } from "./page.js";

const grows = CSS.supports("field-sizing", "content");

function count(area) {
  const line = document.querySelector(`[data-count-for="${CSS.escape(area.id)}"]`);
  if (!line) return;
  const left = Number(area.dataset.limit) - [...area.value].length;
  line.textContent = counted(left < 0 ? line.dataset.over : line.dataset.left, Math.abs(left));
  line.classList.toggle("is-over", left < 0);
}

function grow(area) {
  if (grows) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}

on("input", "textarea", (area) => { if (area.dataset.limit) count(area); grow(area); });
for (const area of document.querySelectorAll("textarea[data-limit]")) if (area.value) count(area);
