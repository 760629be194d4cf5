// Puts a curated list of Lucide icons into one file, which every page shares: it names them by <use>.
import { readFile } from "node:fs/promises";

// our name → Lucide's; where one word is given, both are the same
const NAMES = `
arrow-left arrow-right award badge-check ban banknote bell box calendar calendar-clock chart-line check chevron-down
chevron-right chevrons-up circle-alert circle-check circle-dashed circle-dot clipboard-check clock external-link eye
file-text filter flask-conical gavel git-merge hand-heart handshake history hourglass inbox info key-round landmark
leaf lightbulb link lock log-in log-out mail megaphone menu message-circle messages-square monitor moon paperclip
pencil-line plus quote refresh-cw search settings share-2 shield-check sprout stamp rss sun tag target trash-2
triangle-alert undo-2 user-plus users
spark=sparkles concept=lightbulb sponsored=handshake prototype=flask-conical pilot=rocket adopted=award
learned=book-open parked=pause build=plus question=circle-help evidence=file-text concern=triangle-alert
offer=hand-heart support=heart challenge=trophy idea-box=inbox idea=lightbulb pipeline=kanban person=user-round
organisation=landmark
`.trim().split(/\s+/);

// those that point along the line: mirrored where it runs from right to left
const POINTING = new Set("arrow-left arrow-right chevron-left chevron-right external-link log-in log-out send undo-2".split(" "));

// how thick its lines are, and which colour, says the style sheet
const LINES = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';

async function symbol(ours, lucideName) {
  const source = await readFile(`node_modules/lucide-static/icons/${lucideName}.svg`, "utf8");
  const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
  const tight = shapes.trim().replace(/>\s+</g, "><").replace(/\s+\/>/g, "/>");
  return `<symbol id="${ours}" viewBox="0 0 24 24" ${LINES}>${tight}</symbol>`;
}

// The file, and the class of each icon by our name.
export async function icons() {
  const pairs = NAMES.map((name) => name.split("=")).map(([ours, lucide = ours]) => [ours, lucide]);
  const symbols = await Promise.all(pairs.map(([ours, lucide]) => symbol(ours, lucide)));
  const classes = pairs.map(([ours, lucide]) => [ours, POINTING.has(lucide) ? "icon icon-flip" : "icon"]);
  const file = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  return { file: Buffer.from(file), classes: Object.fromEntries(classes) };
}
