// Keeps the page up to date. Messages come over the WebSocket of htmx's ws extension: HTML made of
// <hx-partial hx-target="#id" hx-swap="…">, or {"refresh": true}, or {"new": {"list": …, "id": …}}.
import { isBusy, markFilled, whenFree } from "./busy-regions.js";
import { connected, disconnected } from "./connection.js";
import { after, before } from "./fresh.js";
import { isOwn, watchNew } from "./new-below.js";
import { countNew } from "./new-items.js";
import { forgetCopy, refetch } from "./refetch.js";
import { turn } from "./phases.js";

const held = new Map(); // id of a busy region → newest message for it
const JITTER = 400; // milliseconds
const AGAIN = 5_000; // after which a copy that could not be fetched is asked for again
const own = new Map(); // id → the viewer's own controls whose place is not here yet
let socket = null;
let openedBefore = false;
let again = null;
let deeds = 0; // how many forms of this page were answered
// For each copy of the page that is being fetched: what was pushed meanwhile, id → swap style.
const copies = new Set();

// What the reader has opened stays open when the region around it is morphed.
htmx.registerExtension("live", {
  htmx_before_morph_attr: (element, detail) => !(detail.attrName === "open" && element.matches("details, dialog")),
});

const source = () => document.getElementById("live");

function apply(messages) {
  // `ours` marks swaps that are no new pushes: held back before, or fetched.
  const ready = messages.filter(({ id }) => document.getElementById(id));
  if (!ready.length) return Promise.resolve();
  const text = ready.map(({ id, html, swap }) =>
    `<hx-partial hx-target="#${CSS.escape(id)}" hx-swap="${swap}">${html}</hx-partial>`).join("");
  return htmx.swap({ sourceElement: source(), target: source(), swap: "none", text, transition: false, ours: true });
}

function releaseHeld() {
  const free = [...held.values()].filter(({ id }) => {
    const region = document.getElementById(id);
    return !region || !isBusy(region);
  });
  for (const { id } of free) held.delete(id);
  if (free.some(({ stale }) => stale)) catchUp();
  apply(free.filter(({ stale }) => !stale));
}

// A copy that was asked for before the answer to a form may be older than that answer: then it asks again.
const catchUp = (jitter = 0) => {
  const asked = deeds;
  const pushed = new Map();
  copies.add(pushed);
  return refetch(jitter)
    .then((messages) => {
      copies.delete(pushed);
      if (asked === deeds) return applyCopy(messages, pushed, jitter);
      forgetCopy();
      return catchUp();
    })
    .catch(() => {
      copies.delete(pushed);
      again ??= setTimeout(askAgain, AGAIN * (1 + Math.random()));
    });
};

// Without a connection there is no need: the next one asks for a copy.
function askAgain() {
  again = null;
  if (socket?.readyState === WebSocket.OPEN) catchUp();
}

// What was pushed after the copy was asked for may be newer than the copy. A region that was pushed as a whole stays
// as it is; for one in which something was appended, or a part was pushed, another copy is asked for a little later.
function applyCopy(messages, pushed, jitter) {
  if (pushed.size) forgetCopy();
  const isWhole = ({ id }) => pushed.get(id)?.startsWith("outer");
  const holds = (id, part) => document.getElementById(id)?.contains(document.getElementById(part));
  const isOlder = ({ id }) => [...pushed.keys()].some((part) => holds(id, part));
  const older = messages.filter((message) => !isWhole(message) && isOlder(message));
  if (older.length) setTimeout(() => catchUp(jitter * 2 || JITTER), JITTER);
  return apply(messages.filter((message) => !isWhole(message) && !older.includes(message)));
}

// Every swap comes here first: of those from the socket, the ones for busy regions are held back.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (ctx.sourceElement?.id !== "live") return keepOwn(tasks);
  for (const { fragment } of tasks) placeOwn(fragment);
  for (let at = tasks.length - 1; at >= 0; at -= 1) {
    const { target, fragment, swapSpec } = tasks[at];
    if (!target || target.id === "live") continue;
    if (!ctx.ours) notePushed(target.id, swapSpec.style);
    const appends = swapSpec.style === "beforeend"; // moves nothing, so it may come while somebody writes
    if (appends ? !withoutDoubles(fragment) : isBusy(target)) {
      if (!appends) hold(target.id, fragment, swapSpec.style);
      tasks.splice(at, 1);
      continue;
    }
    tasks[at].was = before(target);
    if (appends) (ctx.appended ??= []).push(...[...fragment.children].map(({ id }) => id));
    // A message that is held back does not have what was appended since, so a new copy is needed later.
    if (appends && held.has(target.id)) held.set(target.id, { id: target.id, stale: true });
    else held.delete(target.id);
  }
  ctx.seen = tasks.filter((task) => task.was).map((task) => [task.target.id, task.was]);
});

function notePushed(id, style) {
  forgetCopy();
  for (const pushed of copies) pushed.set(id, style);
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  for (const [id, was] of ctx.seen ?? []) {
    const region = document.getElementById(id);
    if (region) after(region, was);
  }
  for (const id of ctx.appended ?? []) {
    const added = document.getElementById(id);
    if (added && !added.dataset.own) watchNew(added);
  }
});

// One's own controls come with the answer to one's own form, which may be here before the push with their place.
function keepOwn(tasks) {
  for (const { target, fragment } of tasks) {
    markFilled(fragment);
    const controls = fragment.firstElementChild;
    if (!target && controls?.id) own.set(controls.id, controls.cloneNode(true));
    const said = target?.closest("li[id]");
    if (said && target.id === controls?.id) isOwn(said);
  }
}

function placeOwn(fragment) {
  for (const [id, controls] of own) {
    const place = fragment.querySelector(`#${CSS.escape(id)}`);
    if (!place) continue;
    place.closest("li[id]").dataset.own = "yes";
    place.replaceWith(controls);
    own.delete(id);
  }
}

// What is appended may be on the page already, from a fetched copy; false where nothing is left.
function withoutDoubles(fragment) {
  for (const element of [...fragment.children]) {
    if (element.id && document.getElementById(element.id)) element.remove();
  }
  return fragment.childElementCount > 0;
}

function hold(id, fragment, swap) {
  const wrap = document.createElement("div");
  wrap.append(fragment.cloneNode(true));
  held.set(id, { id, html: wrap.innerHTML, swap });
}

document.addEventListener("htmx:ws:before:message:incoming", (event) => {
  const { data } = event.detail.message;
  if (typeof data !== "string" || !data.startsWith("{")) return;
  event.preventDefault();
  const message = JSON.parse(data);
  if (message.refresh) catchUp(JITTER);
  if (message.new) countNew(message.new);
  if (message.turn && turn(message.turn)) catchUp(JITTER);
});

document.addEventListener("htmx:ws:after:connection", (event) => {
  socket = event.detail.connection.socket;
  connected();
  if (openedBefore) catchUp(JITTER);
  openedBefore = true;
});
document.addEventListener("htmx:ws:close", (event) => disconnected(event.detail.code));

// After the answer to a form: what was held back may be older than the answer, such as a form with the draft that was
// just sent. And while the socket is closed, nothing is pushed, so the page asks for a copy.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  ctx.isDeed = ctx.request.method !== "GET" && ctx.sourceElement.matches("form, [formaction]");
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const isDone = ctx.isDeed && ctx.response?.status < 400;
  if (isDone) deeds += 1;
  if (isDone && source() && (dropStale() || socket?.readyState !== WebSocket.OPEN)) catchUp();
});

function dropStale() {
  forgetCopy();
  const stale = [...held.values()].filter(({ swap }) => swap.startsWith("outer"));
  for (const { id } of stale) held.delete(id);
  return stale.length > 0;
}

// A page from the browser's back-forward cache has lost its socket, so htmx has to open a new one.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && source()) htmx.process(source(), true);
});

whenFree(releaseHeld);
