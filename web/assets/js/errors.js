// After a refused form the keyboard and the screen reader start at the list of what to mend.

const focusSummary = () => document.querySelector("[data-error-summary]")?.focus();

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.response?.status === 422) focusSummary();
});

// A refusal as a whole: bring its sentence into view.
document.addEventListener("htmx:after:settle", ({ target }) => {
  if (target.id === "notice") target.scrollIntoView({ block: "center" });
});

focusSummary();
