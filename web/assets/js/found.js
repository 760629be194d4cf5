// Says to screen readers how many a search found, once the page is there: what stands in it at first is not announced.
import { announce } from "./page.js";

const WAIT = 1_000; // milliseconds: after the page's own title
const found = document.querySelector("[data-found]");
if (found) setTimeout(() => announce(found.textContent.trim()), WAIT);
