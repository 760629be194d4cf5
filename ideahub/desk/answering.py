"""What each answer to an idea would cause, and what it costs to say nothing, in sentences."""

from datetime import UTC, date, datetime

from ideahub.core import dates
from ideahub.core.i18n import _, ngettext
from ideahub.desk.case import Case
from ideahub.desk.consequences import running_out
from ideahub.responses.models import Verdict
from ideahub.responses.queries import ClockView


def caused_by_answers() -> dict[str, str]:
    """What follows from each answer."""
    parked = _("It is parked. When what you name comes true, you and its authors are told.")
    return {
        Verdict.YES: _("It goes on. Everyone who cares about it reads your answer."),
        Verdict.YES_AND: _("It goes on under your conditions, which stand beside your answer."),
        Verdict.NOT_NOW: parked,
        Verdict.NO: parked,
    }


def costs_of_no_answer(clock: ClockView, case: Case, today: date) -> list[str]:
    """What happens while nobody answers: the public day, who waits, and what runs out."""
    due = dates.day_words(clock.due_on)
    late = clock.due_at <= datetime.now(UTC)
    first = (
        _("It was due by %(day)s, and stands on a public list as overdue.", day=due)
        if late
        else _("After %(day)s it stands on a public list as overdue.", day=due)
    )
    waiting = ngettext(
        "%(num)s supporter has waited since %(day)s.",
        "%(num)s supporters have waited since %(day)s.",
        clock.supporters,
        day=dates.day_words(clock.owed_since),
    )
    return [first, waiting, *running_out(case, today)]
