// Shares a page's address: <a data-share="https://…" href="mailto:…">. On a phone by the device's own means, else the
// address is copied; where neither can be done, the link is followed.
import { on } from "./page.js";

const SHOWN = 4_000; // milliseconds
const hasOwnMeans = () => navigator.share && matchMedia("(pointer: coarse)").matches;

on("click", "a[data-share]", async (link, event) => {
  event.preventDefault();
  const url = link.dataset.share;
  try {
    if (hasOwnMeans()) return await navigator.share({ title: document.title, url });
    await navigator.clipboard.writeText(url);
    say(link);
  } catch (error) {
    if (error.name !== "AbortError") location.href = link.href; // AbortError: the person thought better of it
  }
});

function say(link) {
  const line = link.nextElementSibling;
  line.textContent = link.dataset.copied;
  setTimeout(() => { line.textContent = ""; }, SHOWN);
}
