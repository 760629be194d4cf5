// The copies of drafts in this browser's local storage: each of one person, and none longer than needed.

const START = "draft ";
const LONGEST = 12 * 60 * 60 * 1000; // milliseconds, as long as the server keeps what was sent by somebody signed out
const ACCEPTED = /(?:^|;\s*)ideahub_accepted=([a-z0-9-]+)/;

const viewer = () => document.body.dataset.viewer;
const keyOf = (address) => `${START}${viewer()} ${address}`;

/** Keeps a copy {base, text} of the form with this address; false where the browser keeps nothing. */
export function keepCopy(address, copy) {
  try {
    localStorage.setItem(keyOf(address), JSON.stringify({ ...copy, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

/** The copy of the form with this address; null where there is none. */
export function copyOf(address) {
  return read(keyOf(address));
}

/** Deletes the copy of the form with this address. */
export function forgetCopy(address) {
  remove(keyOf(address));
}

/** Deletes the copy of a form that was accepted, those of others who were here, and old ones. While nobody is signed
    in, copies stay for whoever was: nobody else is shown them. */
export function forgetOthers() {
  const accepted = document.cookie.match(ACCEPTED)?.[1];
  if (accepted) {
    forgetCopy(`/drafts/${accepted}`);
    document.cookie = "ideahub_accepted=; Max-Age=0; Path=/; SameSite=Lax";
  }
  for (const key of keys()) {
    const isOurs = !viewer() || key.startsWith(`${START}${viewer()} `);
    const copy = read(key);
    if (!isOurs || !copy || copy.at < Date.now() - LONGEST) remove(key);
  }
}

/** Deletes all copies, as the person goes. */
export function forgetAll() {
  for (const key of keys()) remove(key);
}

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(START));
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // The browser lets pages keep nothing.
  }
}
