// Keys for the queue of moderators: j and k go to the next and the one before, x chooses, Enter opens, and d goes to
// the form for those that are chosen.
const cases = () => [...document.querySelectorAll("[data-case]")];

const go = (by) => {
  const all = cases();
  const here = all.indexOf(document.activeElement?.closest("[data-case]"));
  all[Math.min(Math.max(here + by, 0), all.length - 1)]?.focus();
};

const decide = () => {
  const form = document.getElementById("together");
  const fold = form?.closest("details");
  if (fold) fold.open = true;
  form?.querySelector("[type=radio]")?.focus();
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const one = document.activeElement?.closest("[data-case]");
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "d") { event.preventDefault(); decide(); }
  else if (event.key === "x") one?.querySelector("[type=checkbox]")?.click();
  else if (event.key === "Enter" && event.target === one) one.querySelector("a.btn")?.click();
});
