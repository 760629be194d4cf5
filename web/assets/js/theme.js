// Changes the theme without loading the page again; the server keeps the choice in a cookie.
import { on } from "./page.js";

on("submit", "form[data-theme-choice]", (form, event) => {
  const choice = event.submitter?.value;
  if (!choice) return;
  event.preventDefault();
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  document.querySelector('meta[name="color-scheme"]').content = choice === "auto" ? "light dark" : choice;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  const body = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual" });
}, true);
