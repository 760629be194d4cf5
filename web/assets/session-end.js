// Warns staff before they are signed out. The menu has it; nothing is asked in the first half minute of a page.
const dialog = document.getElementById("session-end");
const FIRST = 30_000; // milliseconds
const DEEDS = ["keydown", "pointerdown"];
let timer = null;

async function ask(method = "GET") {
  const url = method === "GET" ? "/account/session" : dialog.dataset.extension;
  const answer = await fetch(url, { method });
  return answer.ok ? answer.json() : null;
}

const later = (seconds) => { clearTimeout(timer); timer = setTimeout(look, Math.max(seconds * 1000, 1000)); };

async function look() {
  const said = await ask().catch(() => null);
  if (!said) return later(60);
  if (!said.signed_in || said.left === null) return dialog.close();
  if (said.left > said.warned_before) return later(said.left - said.warned_before), dialog.close();
  warn(said.left);
  later(20);
}

function warn(left) {
  const at = new Date(Date.now() + left * 1000);
  const time = at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  dialog.querySelector("[data-end-at]").textContent = time;
  dialog.open = true; // not by show(), which takes the focus from what is being typed
  for (const deed of DEEDS) addEventListener(deed, stay, { once: true });
}

// Whoever types or points is there: that is an answer, too.
async function stay() {
  for (const deed of DEEDS) removeEventListener(deed, stay);
  const said = await ask("POST").catch(() => null);
  if (said?.left > said?.warned_before) dialog.close();
  look();
}

dialog?.querySelector("button").addEventListener("click", stay);
if (dialog) later(FIRST / 1000);
