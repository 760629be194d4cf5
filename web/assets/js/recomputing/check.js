// Compares a published result with one that was computed here, and its fingerprints with its content.
import { compute } from "./compute.js";

export const FORMAT = "ideahub-score-export-1";
export const RULE = "ideahub-score-1";

/** The one way to write a thing as JSON: keys sorted, no blanks. */
export function canonical(thing) {
  if (Array.isArray(thing)) return `[${thing.map(canonical).join(",")}]`;
  if (thing === null || typeof thing !== "object") return JSON.stringify(thing);
  return `{${Object.keys(thing).sort().map((key) => `${JSON.stringify(key)}:${canonical(thing[key])}`).join(",")}}`;
}

/** SHA-256 in hexadecimal; null where the browser has none, as on pages without https. */
export async function fingerprint(thing) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = new TextEncoder().encode(`${canonical(thing)}\n`);
  const found = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fingerprints(published) {
  const { rule, inputs, output } = published;
  const there = [["rule", rule, output.rule_sha256], ["inputs", inputs, output.inputs_sha256],
    ["output", output, published.output_sha256]];
  const found = await Promise.all(there.map(async ([what, thing, said]) => [what, said, await fingerprint(thing)]));
  return {
    checked: found.every(([, , here]) => here !== null),
    differing: found.filter(([, said, here]) => here !== null && said !== here).map(([what]) => what),
  };
}

/** The names of what differs between an entry as published and as computed. */
function differing(mine, theirs) {
  if (!theirs) return ["entry"];
  return Object.keys(mine).filter((name) => canonical(mine[name]) !== canonical(theirs[name]));
}

/** What was computed, which entries differ in what, and which fingerprints do; throws where it cannot read the file. */
export async function check(published, tell) {
  if (published.format !== FORMAT || published.rule.version !== RULE) throw new Error("unknown format or rule");
  const computed = await compute(published, tell);
  const { output } = published;
  const theirs = new Map(output.entries.map((entry) => [entry.entry, entry]));
  const entries = computed.entries.map((mine) => ({ mine, differs: differing(mine, theirs.get(mine.entry)) }));
  const known = new Set(computed.entries.map(({ entry }) => entry));
  const unknown = [...theirs.keys()].filter((entry) => !known.has(entry));
  const order = (some) => canonical(some.map(({ entry }) => entry));
  const parts = ["shared_ranks", "coverage"].filter((name) => canonical(computed[name]) !== canonical(output[name]));
  if (order(computed.entries) !== order(output.entries)) parts.push("order");
  const marks = await fingerprints(published);
  const same = !parts.length && !unknown.length && !marks.differing.length
    && entries.every(({ differs }) => !differs.length);
  return { same, entries, unknown, parts, marks };
}
