// Passkeys: asks the server what to sign, the device to sign it, and sends the answer back. Fetched by pages with a
// [data-passkey]: its value is the address to send to; challenges come from the same address and "/challenge".
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

let waiting = null; // what the browser fills in by itself, until a button is pressed

async function post(url, fields = {}) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  if (answer.redirected) location.assign(answer.url); // signed out meanwhile, or a proof is asked for
  if (!answer.ok || answer.redirected) throw Object.assign(new Error(), { reason: said.reason });
  return said;
}

function decoded(options) {
  options.challenge = decode(options.challenge);
  if (options.user) options.user.id = decode(options.user.id);
  for (const known of options.excludeCredentials ?? []) known.id = decode(known.id);
  return options;
}

function encoded({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, encode(response[part])]);
  return JSON.stringify({ id, rawId: encode(rawId), type, response: Object.fromEntries(given) });
}

async function use(place, more = {}) {
  const url = place.dataset.passkey;
  const publicKey = decoded(await post(`${url}/challenge`));
  const made = publicKey.user
    ? await navigator.credentials.create({ publicKey, signal: more.signal })
    : await navigator.credentials.get({ publicKey, ...more });
  const field = (name) => place.querySelector(`[name=${name}]`)?.value ?? "";
  const { next } = await post(url, { answer: encoded(made), next: field("next"), name: field("name") });
  location.assign(next);
}

function say(place, error) {
  const line = place.querySelector("[data-passkey-said]");
  const left = ["NotAllowedError", "AbortError"].includes(error.name);
  line.textContent = error.reason ?? (left ? line.dataset.left : line.dataset.failed);
  line.hidden = false;
}

async function press(place, button) {
  waiting?.abort();
  button.disabled = true;
  await use(place).catch((error) => say(place, error));
  button.disabled = false;
}

async function fillIn(place) {
  if (!("fill" in place.dataset) || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  await use(place, { mediation: "conditional", signal: waiting.signal }).catch((error) => {
    if (error.reason) say(place, error);
  });
}

// On one's own machine there is a name as well.
function sayWhy(place) {
  const why = place.nextElementSibling;
  if (!why?.matches("[data-passkey-why]") || !/^127\.|^\[::1\]$/.test(location.hostname)) return;
  const url = Object.assign(new URL(location), { hostname: "localhost" });
  Object.assign(why.querySelector("a"), { href: url, textContent: url.origin });
  why.hidden = false;
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  const numbers = /^[\d.]+$|^\[/.test(location.hostname); // passkeys are made for names
  if (numbers) sayWhy(place);
  if (!window.PublicKeyCredential || numbers) continue;
  place.hidden = false;
  const button = place.querySelector("button");
  button.addEventListener("click", (event) => { event.preventDefault(); press(place, button); });
  fillIn(place);
}
