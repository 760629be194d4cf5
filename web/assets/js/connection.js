// Tells of trouble with the connection once it lasts, and of a session that has ended.

const PATIENCE = 10_000;
const ENDED = 4401;
const banner = document.getElementById("connection");
let timer = null;

function show(text, link) {
  banner.className = "connection";
  banner.replaceChildren(text);
  if (link) banner.append(" ", link);
}

/** The socket is open. */
export function connected() {
  clearTimeout(timer);
  timer = null;
  banner.className = "";
  banner.replaceChildren();
}

/** The socket has closed with this code. */
export function disconnected(code) {
  if (code === ENDED) return signedOut();
  if (document.hidden || code >= 4000) return; // htmx pauses hidden tabs; 4000 and up are answers, not trouble
  timer ??= setTimeout(() => show(banner.dataset.lost), PATIENCE);
}

function signedOut() {
  clearTimeout(timer);
  const link = document.createElement("a");
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = banner.dataset.signIn;
  show(banner.dataset.ended, link);
}
