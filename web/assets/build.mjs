// Builds web/static/dist: hashed style sheet, script, icons and typeface, manifest.json and icons.json.
// Old files are removed last, so that a running server never points at a missing one.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build as bundle } from "esbuild";
import { fontFaces, fonts } from "./fonts.mjs";
import { icons } from "./icons.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const DIST = path.join(HERE, "../static/dist");
const CLI = path.join(HERE, "node_modules/@tailwindcss/cli/dist/index.mjs");
// Scripts that pages load when they need them, and what each may weigh, in gzipped bytes.
const MODULES = { "recompute.js": 6_000, "criteria.js": 1_000, "moderation.js": 1_000, "passkeys.js": 1_500,
  "session-end.js": 1_000 };
// What a first visit may weigh (interface.md, Budgets).
const BUDGETS = { "app.css": 35_000, "app.js": 25_000, ...MODULES, "icons.svg": 6_000 };

const PACKED = new Set([".css", ".js", ".svg"]);

process.chdir(HERE);

async function styles(faces) {
  const options = { maxBuffer: 32 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, "-i", "app.css", "--minify"], options);
  if (/url\(["']?data:/.test(stdout)) throw new Error("app.css: data: images are refused by our own policy");
  return Buffer.from(faces + stdout);
}

// app.js is on every page. It fetches criteria.js and moderation.js as modules where a page asks for them, and
// recompute.js once somebody presses its button.
async function script(name, format) {
  const result = await bundle({
    entryPoints: [name], bundle: true, minify: true, write: false, format, target: "es2022",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function weigh(name, bytes) {
  if (!BUDGETS[name]) return;
  const weight = gzipSync(bytes).length;
  console.log(`${name}  ${(weight / 1000).toFixed(1)} kB gzipped of ${BUDGETS[name] / 1000}`);
  if (weight > BUDGETS[name]) throw new Error(`${name} is heavier than its budget`);
}

async function put(name, bytes, stored = name) {
  weigh(name, bytes);
  const { name: stem, ext } = path.parse(stored);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const hashed = `${stem}-${hash}${ext}`;
  await writeFile(path.join(DIST, hashed), bytes);
  // What is text is packed here once, as it takes too long for a start of the site.
  if (PACKED.has(ext)) await writeFile(path.join(DIST, `${hashed}.br`), brotliCompressSync(bytes));
  return hashed;
}

async function tidy(keep) {
  const stale = (await readdir(DIST)).filter((name) => !keep.includes(name.replace(/\.br$/, "")));
  await Promise.all(stale.map((name) => rm(path.join(DIST, name), { recursive: true })));
}

async function build() {
  await mkdir(DIST, { recursive: true });
  const manifest = {};
  for (const [name, bytes] of await fonts()) manifest[name] = await put(name, bytes);
  const faces = await fontFaces(manifest);
  const [css, js, drawn, ...modules] = await Promise.all([
    styles(faces), script("app.js", "iife"), icons(), ...Object.keys(MODULES).map((name) => script(name, "esm")),
  ]);
  manifest["app.css"] = await put("app.css", css);
  manifest["app.js"] = await put("app.js", js);
  for (const [place, name] of Object.keys(MODULES).entries()) manifest[name] = await put(name, modules[place]);
  // a page names it a hundred times
  manifest["icons.svg"] = await put("icons.svg", drawn.file, "i.svg");
  await writeFile(path.join(DIST, "icons.json"), JSON.stringify(drawn.classes));
  await writeFile(path.join(DIST, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  await tidy([...Object.values(manifest), "icons.json", "manifest.json"]);
}

function rebuildOnChange() {
  let timer;
  const soon = (_, name) => {
    if (name?.includes("node_modules")) return;
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
  };
  for (const folder of [".", "../templates"]) watch(folder, { recursive: true }, soon);
}

await build();
if (process.argv.includes("--watch")) rebuildOnChange();
