// How many characters a text has, counted as the server counts it (ideahub/core/text/cleaning.py): code points of
// what is kept. A line end is one; white space at the end and what nobody sees count for nothing.
const HIDDEN = new RegExp(
  "[\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069" +
  "\\ufdd0-\\ufdef\\ufff9-\\ufffb\\ufffe\\uffff]", "g");
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0\u{e0000}-\u{e007f}]/gu;
const ACCENT = "[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff]";
const PILED_ACCENTS = new RegExp(`(${ACCENT}{3})${ACCENT}+`, "gu");

/** The length of a text of several lines. */
export const textLength = (text) =>
  [...text.replace(LINE_ENDS, "\n").replace(HIDDEN, "").replace(/^\n+/, "").trimEnd()].length;

/** The length of a text of one line, such as a title. */
export function lineLength(text) {
  const seen = text.replace(LINE_ENDS, "\n").replace(HIDDEN, "");
  const line = seen.replace(INVISIBLE, "").replace(PILED_ACCENTS, "$1").trim().replace(/\s+/g, " ");
  return [...(line.length <= 1000 ? line.normalize("NFC") : line)].length;
}
