"""The words on screen for answers and reply clocks, in the current language."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Protocol

from ideahub.core.dates import day_words
from ideahub.core.i18n import _, listed, ngettext
from ideahub.responses.answer_lists import AnswerState
from ideahub.responses.models import ReasonKind, Verdict
from ideahub.responses.queries import ResponseView


def verdict_labels() -> dict[Verdict, str]:
    """What each verdict is called."""
    return {
        Verdict.YES: _("Yes"),
        Verdict.YES_AND: _("Yes, and…"),
        Verdict.NOT_NOW: _("Not now"),
        Verdict.NO: _("No"),
    }


def reason_labels() -> dict[ReasonKind, str]:
    """What each reason is called."""
    return {
        ReasonKind.COST: _("It costs too much"),
        ReasonKind.LAW: _("The law does not allow it"),
        ReasonKind.ALREADY_DONE: _("It is done already"),
        ReasonKind.EVIDENCE: _("Too little shows that it works"),
        ReasonKind.PRIORITY: _("Other things come first"),
        ReasonKind.NOT_OURS: _("It is not ours to decide"),
    }


def answer_field_labels() -> dict[str, str]:
    """What the fields of an answer are called, by their ids on the page."""
    return {
        "answer-verdict": _("What do you answer?"),
        "answer-reason_kind": _("Why not?"),
        "answer-elsewhere": _("Where it exists, or whose task it is"),
        "answer-body": _("Your answer"),
        "answer-conditions": _("What has to be true?"),
        "answer-would_change": _("What would change your answer?"),
        "answer-wake_measure": _("It wakes by itself when"),
        "answer-wake_threshold": _("reaches"),
        "answer-wake_on": _("Or on this day"),
        "answer-why": _("Why do you change it?"),
    }


class Clock(Protocol):
    """What the sentence of a reply clock says."""

    @property
    def due_on(self) -> date:
        """The last day on which it is on time."""

    @property
    def due_at(self) -> datetime:
        """The end of that day."""

    @property
    def owners(self) -> Sequence[str]:
        """The names of those who owe it."""


def clock_words(clock: Clock) -> str:
    """Who owes an answer until when, or since when it is overdue."""
    who, now = listed(clock.owners), datetime.now(UTC)
    if now < clock.due_at:
        return ngettext(
            "%(who)s owes an answer by %(day)s",
            "%(who)s owe an answer by %(day)s",
            len(clock.owners),
            who=who,
            day=day_words(clock.due_on),
        )
    return ngettext(
        "The answer of %(who)s is %(num)s day overdue",
        "The answer of %(who)s is %(num)s days overdue",
        (now - clock.due_at).days + 1,
        who=who,
    )


def timing_words(response: ResponseView) -> str:
    """After how many days an owed answer was given, and if late; empty where nobody owed it."""
    if response.days is None:
        return ""
    days = max(1, response.days)
    if response.was_late:
        return ngettext("late, after %(num)s day", "late, after %(num)s days", days)
    return ngettext("answered in %(num)s day", "answered in %(num)s days", days)


def answered_words(response: ResponseView) -> str:
    """What was answered, by whom, and after how many days where it was owed."""
    label, timing = verdict_labels()[response.verdict], timing_words(response)
    if not timing:
        return _("%(who)s answered: %(verdict)s", who=response.said_by, verdict=label)
    # Translators: %(timing)s is such as “answered in 12 days” or “late, after 40 days”.
    return _(
        "%(who)s: %(verdict)s (%(timing)s)", who=response.said_by, verdict=label, timing=timing
    )


def state_labels() -> dict[AnswerState, str]:
    """What is said of how an owed answer stands."""
    return {
        AnswerState.OVERDUE: _("Overdue"),
        AnswerState.DUE_SOON: _("Due soon"),
        AnswerState.OWED: _("Due later"),
        AnswerState.LATE: _("Answered late"),
        AnswerState.ON_TIME: _("Answered on time"),
    }
