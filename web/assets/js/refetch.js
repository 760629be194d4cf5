// Fetches this page again, and returns what has changed in its live regions.
import { isBusy } from "./busy-regions.js";
import { countMissed } from "./new-items.js";
import { turnLike } from "./phases.js";

let etag = null; // of the last copy, as long as the page shows what is in it
let running = null;

/** To be called when the page shows something else than the last copy. */
export function forgetCopy() {
  etag = null;
}

/**
 * Fetches the page's own address, once for several calls at a time; resolves to the messages to apply, and rejects
 * where there is no answer, or one that says to come back.
 */
export function refetch(jitter = 0) {
  running ??= new Promise((resolve) => setTimeout(resolve, Math.random() * jitter))
    .then(() => { running = null; return fetchCopy(); });
  return running;
}

async function fetchCopy() {
  // Not older than this request, as what was pushed elsewhere meanwhile is not pushed again.
  const headers = { "Live-Copy": "1", ...(etag && { "If-None-Match": etag }) };
  const answer = await fetch(location.pathname + location.search, { headers, cache: etag ? "no-store" : "no-cache" });
  if (answer.status === 429 || answer.status >= 500) throw new Error(answer.statusText);
  // 304: nothing has changed. A redirect or refusal: the viewer may not see this page any more.
  if (answer.status !== 200 || answer.redirected) return [];
  etag = answer.headers.get("ETag");
  const copy = new DOMParser().parseFromString(await answer.text(), "text/html");
  countMissed(copy);
  turnLike(copy);
  return [...changes(document.body, copy)];
}

// Yields each region as a whole; for a busy one also the free regions inside, as the whole has to wait.
function* changes(root, copy) {
  for (const region of root.querySelectorAll("[data-live][id]")) {
    if (region.parentElement.closest("[data-live][id]") !== root.closest("[data-live][id]")) continue;
    const fresh = copy.getElementById(region.id);
    if (!fresh) continue;
    if (isBusy(region)) yield* changes(region, copy);
    yield { id: region.id, html: fresh.outerHTML, swap: "outerMorph" };
  }
}
