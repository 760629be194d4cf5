// What computes published results again in a browser, once its button is pressed (js/recomputing-button.js):
// results/_recomputing.html has the words.
import { check } from "./js/recomputing/check.js";
import { stepsOf, told } from "./js/recomputing/steps.js";

const MANY = 300; // entries that the list begins with
const language = () => document.documentElement.lang || undefined;
const pause = () => new Promise((done) => { setTimeout(done); });

function words(place, kind) {
  const found = [...place.querySelectorAll(`template[data-${kind}]`)];
  return Object.fromEntries(found.map((one) => [one.dataset[kind], one.content.textContent.trim()]));
}

// Fetches the file of a result and shows what comes of it; throws where it cannot be fetched or read.
export async function recompute(place) {
  const said = words(place, "word");
  say(place, [said.working]);
  try {
    const answer = await fetch(place.dataset.recompute, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(`the file was answered with ${answer.status}`);
    const published = await answer.json();
    show(place, published, await check(published, (share) => advance(place, share)), said);
  } finally {
    advance(place, null);
  }
}

function advance(place, share) {
  const bar = place.querySelector("[data-recompute-progress]");
  bar.hidden = share === null;
  bar.value = share ?? 0;
  return pause();
}

function say(place, sentences) {
  place.querySelector("[data-recompute-said]").replaceChildren(...sentences.map((sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    return line;
  }));
}

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function listed(names, known) {
  const list = new Intl.ListFormat(language(), { type: "unit" });
  return list.format(names.map((name) => known[name] ?? name));
}

function show(place, published, result, said) {
  const names = words(place, "name");
  const { checked, differing } = result.marks;
  const marks = differing.length ? fill(said.marks_wrong, { names: listed(differing, names) }) : said.marks_right;
  const shown = result.entries.filter(({ differs }, at) => at < MANY || differs.length);
  say(place, [
    result.same ? said.same : said.differs,
    checked ? marks : said.marks_unknown,
    result.parts.length && fill(said.parts_differ, { names: listed(result.parts, names) }),
    result.unknown.length && fill(said.unknown, { names: listed(result.unknown, {}) }),
    shown.length < result.entries.length && fill(said.some, { some: MANY.toLocaleString(language()) }),
  ].filter(Boolean));
  const list = place.querySelector("[data-recompute-entries]");
  list.replaceChildren(...shown.map((one) => entryLine(place, published, one, said, names)));
  list.hidden = false;
}

function entryLine(place, published, { mine, differs }, said, names) {
  const line = place.querySelector("template[data-entry]").content.cloneNode(true).firstElementChild;
  const word = `${mine.rank === null ? "unranked" : "ranked"}_${differs.length ? "differs" : "same"}`;
  const sign = place.dataset.decimalSign;
  line.querySelector("[data-line]").textContent = fill(said[word], {
    rank: mine.rank?.toLocaleString(language()), entry: mine.entry, value: mine.panel?.shown.replace(".", sign),
    names: listed(differs, names),
  });
  if (differs.length) line.dataset.differs = differs.join(" ");
  // Steps are written when somebody opens them: of ten thousand entries they would be a million elements.
  line.querySelector("details").addEventListener("toggle", () => explain(place, published, mine, line), { once: true });
  return line;
}

function explain(place, published, mine, line) {
  const known = words(place, "step");
  line.querySelector("[data-steps]").replaceChildren(...stepsOf(published, mine).map((step) => {
    const item = document.createElement("li");
    item.textContent = told(step, known, place.dataset.decimalSign);
    return item;
  }));
}
