// Shows a banner where the connection is lost for some time, and where the session has ended.

const PATIENCE = 10_000; // milliseconds
const ENDED = 4401; // SIGNED_OUT of realtime/rooms.py
const banner = document.getElementById("connection");
let timer = null;

function show(text, link) {
  banner.className = "connection";
  banner.replaceChildren(text);
  if (link) banner.append(" ", link);
}

/** To be called when the socket has opened: hides the banner. */
export function connected() {
  clearTimeout(timer);
  timer = null;
  banner.className = "";
  banner.replaceChildren();
}

/** To be called when the socket has closed with this code. */
export function disconnected(code) {
  if (code === ENDED) return signedOut();
  if (document.hidden || code >= 4000) return; // htmx closes it in hidden tabs; from 4000 it was our server
  timer ??= setTimeout(() => show(banner.dataset.lost), PATIENCE);
}

function signedOut() {
  clearTimeout(timer);
  const link = document.createElement("a");
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = banner.dataset.signIn;
  show(banner.dataset.ended, link);
}
