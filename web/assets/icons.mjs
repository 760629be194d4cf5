// Turns a curated list of Lucide icons into complete inline SVG strings, so that pages need no icon font or request.
import { readFile } from "node:fs/promises";

// our name → Lucide's; where one word is given, both are the same
const NAMES = `
arrow-left arrow-right award badge-check ban banknote bell box calendar calendar-clock chart-line check chevron-down
chevron-right chevrons-up circle-alert circle-check circle-dashed circle-dot clipboard-check clock external-link eye
file-text filter flask-conical gavel git-merge hand-heart handshake history hourglass inbox info key-round landmark
leaf lightbulb link lock log-in log-out mail megaphone menu message-circle messages-square monitor moon paperclip
pencil-line plus quote refresh-cw search settings share-2 shield-check sprout stamp sun tag target trash-2
triangle-alert undo-2 user-plus users
spark=sparkles concept=lightbulb sponsored=handshake prototype=flask-conical pilot=rocket adopted=award
learned=book-open parked=pause build=plus question=circle-help evidence=file-text concern=triangle-alert
offer=hand-heart support=heart challenge=trophy idea-box=inbox idea=lightbulb pipeline=kanban person=user-round
organisation=landmark
`.trim().split(/\s+/);

// those that point along the line: mirrored where it runs from right to left
const POINTING = new Set("arrow-left arrow-right chevron-left chevron-right external-link log-in log-out send undo-2".split(" "));

const open = (lucideName) =>
  `<svg class="icon${POINTING.has(lucideName) ? " icon-flip" : ""}"` +
  ' xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 24 24" fill="none" ' +
  'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" ' +
  'aria-hidden="true" focusable="false">';

async function inlined(lucideName) {
  const source = await readFile(`node_modules/lucide-static/icons/${lucideName}.svg`, "utf8");
  const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
  return open(lucideName) + shapes.trim().replace(/>\s+</g, "><").replace(/\s+\/>/g, "/>") + "</svg>";
}

export async function icons() {
  const entries = NAMES.map(async (name) => {
    const [ours, lucide = ours] = name.split("=");
    return [ours, await inlined(lucide)];
  });
  return Object.fromEntries(await Promise.all(entries));
}
