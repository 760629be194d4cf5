// Saves a form while it is typed: <form data-draft="/drafts/…">. The server keeps the draft. While it cannot be
// reached, or does not know who writes any more, this browser keeps a copy, for the same person only.
import { clock, on } from "./page.js";
import { copyOf, forgetAll, forgetCopy, forgetOthers, keepCopy } from "./draft-copies.js";

const WAIT = 1000; // milliseconds
const AGAIN = 15_000; // milliseconds until a draft that did not reach the server is sent again
const SOMEBODY_ELSE = 409; // another person has signed in here, in another tab
const waiting = new Map(); // form → timer
const saving = new Map(); // form → AbortController of the request under way
const leaving = new WeakSet(); // forms that are being sent
// The draft of the form that was sent, where this page is the answer: it shows what was typed, and maybe more.
let answered = `/drafts/${document.body.dataset.answers}`;
const bases = new WeakMap(); // form → the text that the server has, and shows when the page is opened again

const isSent = (field) =>
  field.name && !field.disabled && !["password", "file", "submit", "button"].includes(field.type);
const isNaming = (field) => ["draft", "drafter"].includes(field.name);
const isChecked = (field) => ["checkbox", "radio"].includes(field.type);

// What the fields hold; with `shown`, what they held when the page came from the server.
function values(form, shown = false) {
  const fields = new URLSearchParams();
  for (const field of form.elements) {
    if (!isSent(field) || isNaming(field)) continue;
    if (isChecked(field) && !(shown ? field.defaultChecked : field.checked)) continue;
    if (field.options) {
      const chosen = [...field.options].filter((option) => (shown ? option.defaultSelected : option.selected));
      // Where the page chooses none, browsers choose the first.
      const some = chosen.length || field.multiple ? chosen : [...field.options].slice(0, 1);
      for (const option of some) fields.append(field.name, option.value);
    } else {
      fields.append(field.name, shown && !isChecked(field) ? field.defaultValue : field.value);
    }
  }
  return fields.toString();
}

function fill(form, text) {
  const kept = new URLSearchParams(text);
  const left = new Map([...new Set(kept.keys())].map((name) => [name, kept.getAll(name)]));
  for (const field of form.elements) {
    if (!isSent(field) || isNaming(field)) continue;
    const some = left.get(field.name);
    if (isChecked(field)) field.checked = some?.includes(field.value) ?? false;
    else if (field.multiple) {
      for (const option of field.options) option.selected = some?.includes(option.value) ?? false;
    }
    else if (some?.length) field.value = some.shift();
  }
}

// The visible part of a text, to compare it with another: the server trims texts, and hidden fields say what a form
// was opened on.
function visible(form, text) {
  const hidden = new Set([...form.elements].filter((field) => field.type === "hidden").map((field) => field.name));
  const seen = [...new URLSearchParams(text)].filter(([name]) => !hidden.has(name));
  return JSON.stringify(seen.map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]));
}

const status = (form) => form.querySelector("[data-draft-status]");

function say(form, which, button) {
  const line = status(form);
  if (!line) return;
  line.textContent = line.dataset[which].replace("{time}", clock());
  if (button) line.append(" ", button);
}

const baseOf = (form) => bases.get(form) ?? values(form, true);
const keep = (form) => keepCopy(form.dataset.draft, { base: baseOf(form), text: values(form) });

/** Saves nothing of the form any more, as the server takes nothing of it now; what is typed stays in its fields. */
export function pause(form) {
  leaving.add(form);
  stop(form);
}

/** Saves the form again as it is typed. */
export const resume = (form) => leaving.delete(form);

function stop(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  saving.get(form)?.abort();
}

async function save(form, keepalive = false) {
  stop(form);
  const request = new AbortController();
  saving.set(form, request);
  const isKept = keep(form);
  const text = values(form);
  try {
    const body = new URLSearchParams(new FormData(form));
    dropSecrets(body, form);
    const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive, signal: request.signal });
    if (answer.status === SOMEBODY_ELSE) return refuse(form);
    if (!answer.ok) throw new Error(answer.status);
    bases.set(form, text);
    forgetCopy(form.dataset.draft);
    say(form, "draftSaved");
  } catch {
    if (request.signal.aborted) return;
    say(form, isKept ? "draftKept" : "draftLost");
    waiting.set(form, setTimeout(() => save(form), AGAIN));
  } finally {
    if (saving.get(form) === request) saving.delete(form);
  }
}

// Files cannot be kept, and passwords must not be.
function dropSecrets(body, form) {
  for (const field of form.elements) if (["password", "file"].includes(field.type)) body.delete(field.name);
}

// What one person types is not kept on a device where another is signed in now.
function refuse(form) {
  forgetCopy(form.dataset.draft);
  say(form, "draftLost");
}

function saveSoon(form) {
  if (leaving.has(form)) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), WAIT));
}

// Puts a copy that did not reach the server back into the fields, if the page shows what it showed when the copy was
// typed. Where it shows something else, which may be newer, it offers the copy.
function restore(form) {
  bases.set(form, values(form, true));
  if (form.dataset.draft === answered) {
    forgetCopy(form.dataset.draft);
    return saveSoon(form);
  }
  const copy = copyOf(form.dataset.draft);
  if (!copy) return;
  const [shown, typed] = [bases.get(form), copy.text].map((text) => visible(form, text));
  if (typed === shown) return forgetCopy(form.dataset.draft);
  if (visible(form, copy.base) !== shown) return offer(form, copy.text, "draftOther");
  fill(form, copy.text);
  say(form, "draftRestored");
  saveSoon(form);
}

function offer(form, text, which) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  button.textContent = status(form)?.dataset.draftShow;
  button.addEventListener("click", () => {
    const now = values(form);
    fill(form, text);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    offer(form, now, "draftOther");
  });
  say(form, which, button);
}

for (const event of ["input", "change"]) on(event, "form[data-draft]", saveSoon);

on("submit", "form[data-draft]", (form, event) => {
  if (event.defaultPrevented) return;
  leaving.add(form);
  stop(form);
  keep(form); // until the server says that it was accepted: the answer may never come
  say(form, "draftSending");
});
on("unanswered", "form[data-draft]", (form) => {
  leaving.delete(form);
  saveSoon(form);
});

// With htmx. Requests of its fields, for suggestions and previews, do not send the form. After the swap
// ctx.sourceElement is the new form, so the one that was sent is remembered.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (ctx.request.method === "GET" || !form.matches("form[data-draft]")) return;
  ctx.sentDraft = form;
  leaving.add(form);
  stop(form);
  say(form, "draftSending");
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sentDraft;
  if (!form) return;
  leaving.delete(form);
  if (ctx.response?.status < 400) return forgetCopy(form.dataset.draft);
  // It came back with errors, or the person was signed out.
  const now = form.isConnected ? form : document.querySelector(`form[data-draft="${form.dataset.draft}"]`);
  if (!now) return;
  keep(now);
  saveSoon(now);
});

window.addEventListener("pagehide", () => { for (const form of [...waiting.keys()]) save(form, true); });
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-draft]")) leaving.delete(form);
});

function restoreNew() {
  for (const form of document.querySelectorAll("form[data-draft]")) if (!bases.has(form)) restore(form);
}

document.addEventListener("htmx:after:swap", restoreNew);
on("submit", "form[data-sign-out]", forgetAll);
forgetOthers();
restoreNew();
answered = null;
