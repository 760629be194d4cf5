"""The steps from closed scoring to a final result, as a manager sees them, with what comes next."""

from typing import NamedTuple

from ideahub.core.dates import moment_words
from ideahub.core.i18n import _, ngettext, sentences
from ideahub.core.next_step import NextStep
from ideahub.results.panel_states import PanelState

# Of a step that need not be taken.
OPTIONAL = "optional"


class StepToResult(NamedTuple):
    """A step: what it is, how far it is (done, now or later), and the page or button for it."""

    name: str
    state: str
    text: str
    action: str = ""
    href: str = ""
    is_deed: bool = False


def steps_of(state: PanelState, campaign_id: int) -> list[StepToResult]:
    """The steps of one panel, in their order; the first that is not done comes next."""
    at = f"/management/{campaign_id}/results/{state.panel_id}"
    found = [
        _closing(state, campaign_id),
        _running(state, at),
        *_readings(state, at),
        _deliberation(state),
        _publication(state, at),
        # Before the appeals: whoever appeals has read why.
        _answers(state, at),
        _appeals(state, at),
        _final(state, at),
        _awards(state, at),
    ]
    waiting = [step for step in found if step.state not in ("done", OPTIONAL)]
    return [
        step._replace(state="now") if waiting and step is waiting[0] else step for step in found
    ]


def coming_step(state: PanelState, campaign_id: int) -> NextStep:
    """The step that comes next for the result of a panel, as its pages say it at their end."""
    steps = steps_of(state, campaign_id)
    now = next((step for step in steps if step.state == "now"), None)
    everything = f"/management/{campaign_id}/results"
    if now is None:
        text = _("Every step to this result is done.")
        return NextStep(_("Everything is done"), text, _("Go to the results"), everything)
    if now.is_deed or not now.href:
        return NextStep(now.name, now.text, _("Go to the results"), everything)
    return NextStep(now.name, now.text, now.action, now.href)


def _closing(state: PanelState, campaign_id: int) -> StepToResult:
    done = state.closed_at is not None
    return StepToResult(
        _("Scoring is over") if done else _("Close scoring"),
        "done" if done else "later",
        _("Closed on %(moment)s.", moment=moment_words(state.closed_at, state.zone))
        if state.closed_at
        else _("Close the panel when the judges are done."),
        "" if done else _("Go to judging"),
        f"/management/{campaign_id}/judging",
    )


def _running(state: PanelState, at: str) -> StepToResult:
    name = _("Run the scores")
    if not state.closed_at:
        return StepToResult(name, "later", _("Possible once the panel is closed."))
    if not state.last_run_at:
        return StepToResult(
            name, "later", _("Nobody has seen a total yet."), name, f"{at}/runs", True
        )
    if state.new_readings:
        text = _("A third reading has come in since the last run.")
        return StepToResult(name, "later", text, _("Run the scores again"), f"{at}/runs", True)
    text = ngettext(
        "%(num)s run; the last on %(moment)s.",
        "%(num)s runs; the last on %(moment)s.",
        state.runs,
        moment=moment_words(state.last_run_at, state.zone),
    )
    return StepToResult(name, "done", text, _("See run and figures"), f"{at}/runs/{state.runs}")


def _readings(state: PanelState, at: str) -> list[StepToResult]:
    """Third readings: a step once one was asked for, or as long as one can be."""
    if not state.last_run or (state.published_at and not state.readings):
        return []
    name, link = _("Third readings"), f"{at}/readings"
    if not state.readings:
        text = _("Entries on which judges are far apart can be read once more.")
        return [StepToResult(name, OPTIONAL, text, _("See the entries"), link)]
    text = ngettext("%(num)s was asked for.", "%(num)s were asked for.", state.readings)
    waiting = ngettext("%(num)s is open.", "%(num)s are open.", state.open_readings)
    said = sentences(text, waiting if state.open_readings else "")
    how_far = "later" if state.open_readings else "done"
    return [StepToResult(name, how_far, said, _("See the readings"), link)]


def _deliberation(state: PanelState) -> StepToResult:
    name = _("Deliberate")
    if not state.last_run:
        return StepToResult(name, "later", _("The panel meets with the scores before it."))
    text = _("Entries in question, what was said and decided, and the minutes.")
    # Not every panel meets, so nothing waits for it.
    how_far = "done" if state.decisions else OPTIONAL
    return StepToResult(
        name, how_far, text, _("Open the meeting"), f"/deliberation/{state.panel_id}"
    )


def _publication(state: PanelState, at: str) -> StepToResult:
    name = _("Publish the preliminary result")
    if not state.last_run:
        return StepToResult(name, "later", _("Possible once the scores are run."))
    if state.published_at is None:
        text = _("Only those who manage the challenge see the ranks until then.")
        return StepToResult(name, "later", text, name, f"{at}/publication")
    if state.is_behind:
        text = _("Run %(num)s is newer than the published one.", num=state.runs)
        return StepToResult(name, "later", text, _("Publish the newer run"), f"{at}/publication")
    text = _(
        "Run %(num)s, published by %(name)s on %(moment)s.",
        num=state.result_run,
        name=state.published_by,
        moment=moment_words(state.published_at, state.zone),
    )
    return StepToResult(name, "done", text)


def _appeals(state: PanelState, at: str) -> StepToResult:
    name = _("Decide appeals")
    if state.appeals_until is None:
        return StepToResult(name, "later", _("Entrants can appeal once the result is published."))
    until = moment_words(state.appeals_until, state.zone)
    ends = (
        _("Open to appeal until %(moment)s.", moment=until)
        if state.is_open_to_appeal
        else _("Appeals could be made until %(moment)s.", moment=until)
    )
    count = ngettext("There is %(num)s appeal.", "There are %(num)s appeals.", state.appeals)
    left = ngettext("%(num)s is not decided.", "%(num)s are not decided.", state.open_appeals)
    text = sentences(ends, count, *([left] if state.open_appeals else []))
    is_done = not state.is_open_to_appeal and not state.open_appeals
    return StepToResult(
        name, "done" if is_done else "later", text, _("See the appeals"), f"{at}/appeals"
    )


def _final(state: PanelState, at: str) -> StepToResult:
    name = _("Make it final")
    if state.final_at:
        when = moment_words(state.final_at, state.zone)
        return StepToResult(name, "done", _("Final since %(moment)s.", moment=when))
    if state.published_at is None:
        return StepToResult(name, "later", _("After the time for appeals."))
    if state.is_open_to_appeal or state.open_appeals or state.is_behind:
        return StepToResult(name, "later", _("Once every appeal is decided and the time is over."))
    return StepToResult(name, "later", _("Nothing is in the way."), name, f"{at}/finality", True)


def _awards(state: PanelState, at: str) -> StepToResult:
    name = _("Give the awards")
    if state.result_id is None:
        return StepToResult(name, "later", _("Possible once the result is published."))
    go = _("Go to the awards"), f"{at}/awards"
    if not state.awards:
        # Some panels only choose who goes on, so nothing waits for it.
        return StepToResult(name, OPTIONAL, _("Nobody has won anything yet."), *go)
    text = _(
        "%(confirmed)s of %(all)s awards confirmed.", confirmed=state.confirmed, all=state.awards
    )
    is_done = state.confirmed == state.awards
    return StepToResult(name, "done" if is_done else "later", text, *go)


def _answers(state: PanelState, at: str) -> StepToResult:
    name = _("Give every entrant the reasons")
    if state.result_id is None:
        return StepToResult(name, "later", _("Possible once the result is published."))
    text = _("%(signed)s of %(all)s answered.", signed=state.answered, all=state.entrants)
    is_done = state.answered >= state.entrants > 0 and state.answers_from
    return StepToResult(
        name, "done" if is_done else "later", text, _("Go to the answers"), f"{at}/answers"
    )
