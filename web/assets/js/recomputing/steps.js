// How an entry came to its rank, step by step: [kind, values]; the words are the page's (results/step_words.py).
import { reader } from "./compute.js";
import { compare, fraction, rounded } from "./fractions.js";

function exactly({ fraction: text }) {
  const [above, below] = text.split("/").map(BigInt);
  return fraction(above, below);
}

function highest(scale) {
  if (scale.kind === "points") return scale.high;
  return scale.kind === "rating" ? String(scale.levels.length) : "1";
}

function lowest(scale) {
  if (scale.kind === "points") return scale.low;
  return scale.kind === "rating" ? "1" : "0";
}

function scoreSteps({ rule, inputs: { criteria } }, judge, scores) {
  const worth = reader(criteria);
  const show = (number) => rounded(number, rule.decimals, rule.rounding);
  return criteria.map(({ label, weight, scale }, at) => {
    const about = { judge, criterion: label };
    const numbers = { lowest: lowest(scale) };
    if (scores[at] === null) return ["score_filled", about, numbers];
    const { share, part } = worth(at, scores[at]);
    return ["score", about, { ...numbers, score: scores[at], highest: highest(scale), share: show(share), weight,
      part: show(part) }];
  });
}

function judgeSteps(published, entry, { judge, counted, total }) {
  if (!total) return [[counted, { judge }, {}]];
  const { given, criteria } = published.inputs;
  const card = given.find((one) => one.entry === entry && one.judge === judge);
  const scores = card?.scores ?? criteria.map(() => null);
  return [...scoreSteps(published, judge, scores), ["judge_total", { judge }, { total: total.shown }]];
}

function valueStep({ rule }, { panel, judges, trimmed }) {
  if (!panel) return ["no_value", {}, {}];
  const totals = judges.map(({ total }) => total).filter(Boolean);
  if (rule.method !== "mean") totals.sort((one, two) => compare(exactly(one), exactly(two)));
  const numbers = { totals: totals.map(({ shown }) => shown), panel: panel.shown };
  return [rule.method, {}, rule.method === "trimmed_mean" ? { ...numbers, trimmed: String(trimmed) } : numbers];
}

/** The steps of an entry as it was computed: the kind, texts to put in, and numbers to put in. */
export function stepsOf(published, mine) {
  const { criteria } = published.inputs;
  const ties = mine.tie_break.map((key) => {
    const at = criteria.findIndex((criterion) => criterion.key === key);
    return ["tie_break", { criterion: criteria[at].label }, { value: mine.criteria[at].shown }];
  });
  const ranks = mine.rank === null ? []
    : [["rank", {}, { better: String(mine.rank - 1), rank: String(mine.rank) }]];
  const shared = mine.shared_by ? [["shared_rank", {}, { others: String(mine.shared_by) }]] : [];
  return [
    ["assigned", {}, { assigned: String(mine.assigned), counted: String(mine.counted) }],
    ...mine.judges.flatMap((judge) => judgeSteps(published, mine.entry, judge)),
    valueStep(published, mine), ...ties, ...ranks, ...shared,
  ];
}

/** The sentence of a step; `words` are the sentences by kind, with {name} where a value stands. */
export function told([kind, texts, numbers], words, sign = ".") {
  const one = (number) => number.replace(".", sign).replace("-", "−");
  const shown = (number) => (Array.isArray(number) ? number.map(one).join(" · ") : one(number));
  const values = { ...texts };
  for (const [name, number] of Object.entries(numbers)) values[name] = shown(number);
  return words[kind].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
