// Saves a form while it is typed: <form data-draft="/drafts/…">. The server keeps the draft; while it cannot be
// reached, the browser's local storage does.
import { clock, on } from "./page.js";

const WAIT = 1000; // milliseconds
const waiting = new Map(); // form → timer
const leaving = new WeakSet(); // forms that are being sent

const viewer = () => document.body.dataset.viewer;
const keyOf = (form) => `draft ${viewer()} ${form.dataset.draft}`;
const isSent = (field) =>
  field.name && !field.disabled && !["password", "file", "submit", "button"].includes(field.type);
const isTyped = (field) => isSent(field) && field.type !== "hidden";

function typed(form) {
  const fields = new URLSearchParams();
  for (const field of form.elements) {
    if (!isSent(field)) continue;
    if (["checkbox", "radio"].includes(field.type) && !field.checked) continue;
    if (field.type === "select-multiple") {
      for (const option of field.selectedOptions) fields.append(field.name, option.value);
    } else {
      fields.append(field.name, field.value);
    }
  }
  return fields;
}

function say(form, which) {
  const line = form.querySelector("[data-draft-status]");
  if (line) line.textContent = document.body.dataset[which].replace("{time}", clock());
}

async function save(form, keepalive = false) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const body = typed(form);
  try {
    localStorage.setItem(keyOf(form), body.toString());
    const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive });
    if (!answer.ok) throw new Error(answer.status);
    localStorage.removeItem(keyOf(form));
    say(form, "draftSaved");
  } catch {
    say(form, "draftKept");
  }
}

function saveSoon(form) {
  if (leaving.has(form)) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), WAIT));
}

// Puts a draft that did not reach the server back into the fields.
function restore(form) {
  const kept = localStorage.getItem(keyOf(form));
  if (kept === null) return;
  const values = new URLSearchParams(kept);
  for (const field of form.elements) {
    if (!isTyped(field)) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.getAll(field.name).includes(field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
  say(form, "draftRestored");
  saveSoon(form);
}

const forget = (form) => { localStorage.removeItem(keyOf(form)); sessionStorage.removeItem("draft sent"); };

for (const event of ["input", "change"]) on(event, "form[data-draft]", saveSoon);

on("submit", "form[data-draft]", (form, event) => {
  if (event.defaultPrevented) return;
  leaving.add(form);
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  sessionStorage.setItem("draft sent", keyOf(form));
});

// With htmx. Requests of its fields, for suggestions and previews, do not send the form. After the swap
// ctx.sourceElement is the new form, so the one that was sent is remembered.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (ctx.request.method === "GET" || !form.matches("form[data-draft]")) return;
  ctx.sentDraft = form;
  leaving.add(form);
  clearTimeout(waiting.get(form));
  waiting.delete(form);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sentDraft;
  if (!form) return;
  leaving.delete(form);
  if (ctx.response?.status < 400) forget(form);
  else if (form.isConnected) saveSoon(form);
});

window.addEventListener("pagehide", () => { for (const form of [...waiting.keys()]) save(form, true); });

function start() {
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const sent = sessionStorage.getItem("draft sent");
  // If the form that was sent is not on this page, it was accepted; if it is, it came back with errors.
  if (sent && !forms.some((form) => keyOf(form) === sent)) localStorage.removeItem(sent);
  sessionStorage.removeItem("draft sent");
  if (!document.querySelector("[data-error-summary]")) forms.forEach(restore);
}

// So that the next person on a shared device does not find the drafts.
on("submit", "form[data-sign-out]", () => {
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft ")) localStorage.removeItem(key);
});

start();
