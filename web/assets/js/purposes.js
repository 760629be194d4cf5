// Choosing what a phase is for sets its usual name and what people can do in it; both can be changed then.
import { on } from "./page.js";

on("change", "[data-presets] select[name$='-purpose']", (select) => {
  const presets = JSON.parse(select.closest("[data-presets]").dataset.presets);
  const chosen = presets.find(({ value }) => value === select.value);
  const row = select.closest("fieldset");
  for (const box of row.querySelectorAll("[name$='-accepts']")) box.checked = chosen.accepts.includes(box.value);
  const name = row.querySelector("[name$='-name']");
  if (!name.value || presets.some((preset) => preset.name === name.value)) name.value = chosen.name;
});
