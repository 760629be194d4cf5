// One weight of one typeface for headings, in the subsets our languages need; browsers fetch only those a page uses.
import { readFile } from "node:fs/promises";

const PACKAGE = "node_modules/@fontsource/literata";
const WEIGHT = 600;
const SUBSETS = ["latin", "latin-ext", "cyrillic", "greek"];

/** The files as [plain name, bytes]; their licence goes with them. */
export async function fonts() {
  const files = SUBSETS.map(async (subset) =>
    [`literata-${subset}.woff2`, await readFile(`${PACKAGE}/files/literata-${subset}-${WEIGHT}-normal.woff2`)]);
  return Promise.all([...files, readFile(`${PACKAGE}/LICENSE`).then((text) => ["literata-licence.txt", text])]);
}

/** The rules that name those files; with `optional` text never jumps: the typeface comes with the next page. */
export async function fontFaces(hashed) {
  const ranges = JSON.parse(await readFile(`${PACKAGE}/unicode.json`, "utf8"));
  return SUBSETS.map((subset) =>
    `@font-face{font-family:Literata;font-style:normal;font-weight:${WEIGHT};font-display:optional;` +
    `src:url(${hashed[`literata-${subset}.woff2`]}) format("woff2");unicode-range:${ranges[subset]}}`).join("");
}
