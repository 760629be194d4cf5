// Moves the focus to the list of errors after a form was refused.

const focusSummary = () => document.querySelector("[data-error-summary]")?.focus();

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.response?.status === 422) focusSummary();
});

// A refusal that belongs to no field is shown in the notice, which is scrolled into view.
document.addEventListener("htmx:after:settle", ({ target }) => {
  if (target.id === "notice") target.scrollIntoView({ block: "center" });
});

focusSummary();
