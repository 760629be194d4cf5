// The button by which a browser computes a result again. What that takes is fetched once somebody presses it.
import { on } from "./page.js";

on("click", "[data-recompute-start]", async (button) => {
  const place = button.closest("[data-recompute]");
  if (place.dataset.busy) return;
  place.dataset.busy = "yes";
  button.setAttribute("aria-busy", "true");
  try {
    const { recompute } = await import(place.dataset.script);
    await recompute(place);
  } catch {
    const sentence = place.querySelector('template[data-word="unreadable"]').content.textContent.trim();
    place.querySelector("[data-recompute-said]").textContent = sentence;
  } finally {
    delete place.dataset.busy;
    button.removeAttribute("aria-busy");
  }
});
