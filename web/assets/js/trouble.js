// Says at a control that was pressed that its answer is late, or does not come, and offers to try again.

const LATE = 2_000; // milliseconds
/** Milliseconds after which an answer is not waited for any more. */
export const TOO_LONG = 15_000;

const template = document.getElementById("trouble");
const lines = new Map(); // control → the line that stands at it
const timers = new Map(); // control → timer

/** What keeps the server from being asked: "unanswered", "offline", or "" if nothing does. */
export async function findTrouble() {
  const asking = new AbortController();
  const timer = setTimeout(() => asking.abort(), TOO_LONG);
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: asking.signal });
    return answer.status < 500 ? "" : "unanswered";
  } catch {
    return asking.signal.aborted ? "unanswered" : "offline";
  } finally {
    clearTimeout(timer);
  }
}

/** To be called when the control was pressed: says after two seconds that it takes longer than usual. */
export function wait(control) {
  settle(control);
  timers.set(control, setTimeout(() => say(control, "late"), LATE));
}

/** To be called when there is an answer: nothing is said any more. */
export function settle(control) {
  clearTimeout(timers.get(control));
  timers.delete(control);
  lines.get(control)?.remove();
  lines.delete(control);
}

/** Says what the trouble is; `again` sends what was pressed once more. */
export function fail(control, trouble, again) {
  settle(control);
  say(control, trouble).querySelector("button").addEventListener("click", () => {
    control.focus(); // the button that has the focus goes away
    settle(control);
    again();
  });
}

function say(control, trouble) {
  const line = template.content.firstElementChild.cloneNode(true);
  line.querySelector("span").textContent = template.dataset[trouble];
  line.querySelector("button").hidden = trouble === "late";
  lines.set(control, line);
  if (control.matches("form")) control.append(line);
  else control.after(line);
  return line;
}

// The page comes back from the browser's cache as it was left.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const control of [...timers.keys(), ...lines.keys()]) settle(control);
});
