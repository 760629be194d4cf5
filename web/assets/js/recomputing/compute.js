// Computes a published result again. Written apart from the server's own code; docs/recomputing.md says what is
// computed. `published` is the file as it was read; what is returned has the shape of its "output".
import { ZERO, asText, compare, fraction, isWhole, minus, over, plus, read, rounded, sum, times } from "./fractions.js";

const HUNDRED = fraction(100n);
const pair = (entry, judge) => JSON.stringify([entry, judge]);

/** What a score is worth, from 0 for the lowest of its scale to 100. */
function worthOf(scale, score) {
  const number = read(score);
  let [low, high, value] = [ZERO, fraction(1n), number];
  if (scale.kind === "points") {
    [low, high] = [read(scale.low), read(scale.high)];
    if (!isWhole(over(minus(number, low), read(scale.step)))) throw new Error(`between two steps: ${score}`);
  } else if (!isWhole(number)) {
    throw new Error(`none of the scale: ${score}`);
  } else if (scale.kind === "rating") {
    const steps = scale.values.length ? scale.values.map(read) : scale.levels.map((_, at) => fraction(BigInt(at)));
    [low, high, value] = [steps[0], steps.at(-1), steps[Number(number.above) - 1]];
  }
  if (!value || compare(value, low) < 0 || compare(value, high) > 0) throw new Error(`outside the scale: ${score}`);
  return times(HUNDRED, over(minus(value, low), minus(high, low)));
}

/** Works out each different score of each criterion once. */
export function reader(criteria) {
  const weights = criteria.map((criterion) => over(read(criterion.weight), HUNDRED));
  if (compare(sum(weights), fraction(1n))) throw new Error("the weights do not add up to 100");
  const known = criteria.map(() => new Map());
  return (at, score) => {
    if (!known[at].has(score)) {
      const share = score === null ? ZERO : worthOf(criteria[at].scale, score);
      known[at].set(score, { share, part: times(share, weights[at]) });
    }
    return known[at].get(score);
  };
}

function trimmedAt(rule, count) {
  if (rule.method !== "trimmed_mean") return 0;
  const share = times(read(rule.trim_share), fraction(BigInt(count)));
  const wanted = rule.trim_count + Number(share.above / share.below);
  return Math.min(wanted, Math.floor((count - 1) / 2));
}

function together(rule, numbers) {
  const ordered = rule.method === "mean" ? numbers : [...numbers].sort(compare);
  const cut = rule.method === "median" ? Math.floor((numbers.length - 1) / 2) : trimmedAt(rule, numbers.length);
  const kept = ordered.slice(cut, numbers.length - cut);
  return over(sum(kept), fraction(BigInt(kept.length)));
}

function judgeLine(published, worth, judge, given, recused) {
  const { rule, inputs: { criteria } } = published;
  const line = { judge, counted: "recused", total: null, filled: [] };
  if (recused) return { line };
  const scores = given ?? criteria.map(() => null);
  const filled = criteria.filter((_, at) => scores[at] === null).map(({ key }) => key);
  if (filled.length && rule.missing === "refuse") throw new Error("scores are missing");
  if (filled.length && rule.missing === "leave_out_judge") return { line: { ...line, counted: "left_out" } };
  const parts = scores.map((score, at) => worth(at, score));
  const total = parts.reduce((so_far, { part }) => plus(so_far, part), ZERO);
  return { line: { ...line, counted: "counted", filled }, total, shares: parts.map(({ share }) => share) };
}

function entryOf(published, worth, entry, judges, given, recused) {
  const { rule, inputs: { criteria } } = published;
  const show = (number) => ({ fraction: asText(number), shown: rounded(number, rule.decimals, rule.rounding) });
  const cards = judges.map((judge) =>
    judgeLine(published, worth, judge, given.get(pair(entry, judge)), recused.has(pair(entry, judge))));
  const kept = cards.filter(({ total }) => total);
  const value = kept.length ? together(rule, kept.map(({ total }) => total)) : null;
  const values = value ? criteria.map((_, at) => together(rule, kept.map(({ shares }) => shares[at]))) : [];
  const key = value && [value, ...rule.ties.map((tie) => values[criteria.findIndex(({ key }) => key === tie)])];
  const told = {
    entry,
    panel: value && show(value),
    criteria: values.map(show),
    judges: cards.map(({ line, total }) => ({ ...line, total: total ? show(total) : null })),
    assigned: cards.length,
    counted: kept.length,
    recused: cards.filter(({ line }) => line.counted === "recused").length,
    trimmed: kept.length ? trimmedAt(rule, kept.length) : 0,
  };
  return { key, told };
}

function compareKeys(one, two) {
  for (let at = 0; at < one.length; at += 1) {
    const found = compare(two[at], one[at]);
    if (found) return found;
  }
  return 0;
}

/** Adds ranks to entries and puts them in order. */
function ranked(rule, entries) {
  const alike = new Map(); // how many entries have this beginning of a key
  const beginnings = (key) => key.map((_, at) => key.slice(0, at + 1).map(asText).join(" "));
  const all = entries.map((one) => ({ ...one, starts: one.key ? beginnings(one.key) : [] }));
  for (const start of all.flatMap(({ starts }) => starts)) alike.set(start, (alike.get(start) ?? 0) + 1);
  const byName = (one, two) => (one.told.entry < two.told.entry ? -1 : 1);
  const valued = all.filter(({ key }) => key).sort((one, two) => compareKeys(one.key, two.key) || byName(one, two));
  let rank = 0;
  const placed = valued.map(({ told, starts }, at) => {
    if (!at || valued[at - 1].starts.at(-1) !== starts.at(-1)) rank = at + 1;
    const alone = starts.findIndex((start) => alike.get(start) === 1);
    const tieBreak = rule.ties.slice(0, alone < 0 ? rule.ties.length : alone);
    return { ...told, rank, shared_by: alike.get(starts.at(-1)) - 1, tie_break: tieBreak };
  });
  const others = all.filter(({ key }) => !key).sort(byName);
  return [...placed, ...others.map(({ told }) => ({ ...told, rank: null, shared_by: 0, tie_break: [] }))];
}

function sharedRanks(entries) {
  const found = new Map();
  for (const { rank, shared_by: others, entry } of entries) {
    if (others) found.set(rank, [...(found.get(rank) ?? []), entry]);
  }
  return [...found].map(([rank, some]) => ({ rank, entries: some }));
}

function coverage(entries) {
  const total = (name) => entries.reduce((so_far, entry) => so_far + entry[name], 0);
  const [assigned, counted, recused] = ["assigned", "counted", "recused"].map(total);
  const unranked = entries.filter(({ rank }) => rank === null).length;
  return { assigned, counted, recused, left_out: assigned - counted - recused, unranked };
}

/** The result; now and then it lets the page do something else and tells how much is done, from 0 to 1. */
export async function compute(published, tell = async () => {}) {
  const { rule, inputs } = published;
  const worth = reader(inputs.criteria);
  const given = new Map(inputs.given.map(({ entry, judge, scores }) => [pair(entry, judge), scores]));
  const recused = new Set(inputs.recused.map(([entry, judge]) => pair(entry, judge)));
  const judges = new Map(inputs.entries.map((entry) => [entry, []]));
  for (const [entry, judge] of inputs.assigned) judges.get(entry).push(judge);
  const entries = [];
  for (const [entry, some] of judges) {
    entries.push(entryOf(published, worth, entry, some, given, recused));
    if (entries.length % 200 === 0) await tell(entries.length / judges.size);
  }
  const results = ranked(rule, entries);
  return { entries: results, shared_ranks: sharedRanks(results), coverage: coverage(results) };
}
