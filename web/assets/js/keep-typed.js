// A link that fetches a form into the page does not replace one in which somebody has typed: it leads to that.
import { isBusy } from "./busy-regions.js";

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const target = typeof ctx.target === "string" ? document.querySelector(ctx.target) : ctx.target;
  if (!ctx.sourceElement.matches("a[hx-get]") || !target?.querySelector("form") || !isBusy(target)) return;
  event.preventDefault();
  target.querySelector("textarea, input:not([type=hidden])")?.focus();
});
