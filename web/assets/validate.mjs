// Says what html-validate finds in pages: {"name": "HTML", …} on stdin becomes {"name": ["what, and where", …], …}.
// For the tests; nothing of this is in what is served.
import { text } from "node:stream/consumers";
import { HtmlValidate } from "html-validate";

const SETTINGS = {
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
};

const validator = new HtmlValidate(SETTINGS);
const found = {};
for (const [name, html] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const { results } = await validator.validateString(html);
  const messages = results.flatMap((result) => result.messages);
  if (messages.length) found[name] = messages.map((one) => `${one.ruleId} at ${one.line}:${one.column}: ${one.message}`);
}
process.stdout.write(JSON.stringify(found));
