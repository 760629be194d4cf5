"""The words on screen for answers and reply clocks, in the current language."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Protocol

from ideahub.core.dates import day_words
from ideahub.core.i18n import _, listed, ngettext
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


class Clock(Protocol):
    """What the sentence of a reply clock says."""

    due_on: date
    due_at: datetime
    owners: Sequence[str]


def clock_words(clock: Clock) -> str:
    """Who owes an answer until when, or since when it is overdue."""
    who = listed(clock.owners)
    late = (datetime.now(UTC) - clock.due_at).days + 1
    if datetime.now(UTC) < clock.due_at:
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
        late,
        who=who,
    )


def answered_words(response: ResponseView) -> str:
    """What was answered, by whom, and after how many days where it was owed."""
    label = verdict_labels()[response.verdict]
    if response.days is None:
        return _("%(who)s answered: %(verdict)s", who=response.said_by, verdict=label)
    if response.was_late:
        return ngettext(
            "Answered late, after %(num)s day: %(verdict)s",
            "Answered late, after %(num)s days: %(verdict)s",
            response.days,
            verdict=label,
        )
    return ngettext(
        "Answered in %(num)s day: %(verdict)s",
        "Answered in %(num)s days: %(verdict)s",
        max(1, response.days),
        verdict=label,
    )
