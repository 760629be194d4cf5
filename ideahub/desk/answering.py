"""What each answer to an idea would cause, and what it costs to say nothing, in sentences."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from ideahub.core import dates
from ideahub.core.i18n import _, ngettext
from ideahub.desk.consequences import running_out
from ideahub.desk.weighing import Weight
from ideahub.responses.labels import verdict_labels
from ideahub.responses.models import Verdict
from ideahub.responses.queries import ClockView
from ideahub.sponsorship.rows import PledgeView


def caused_by_answers() -> list[tuple[str, str]]:
    """Each answer with what follows from it."""
    parked = _(
        "It is parked with what would change your answer. When that comes true, it wakes, and you "
        "and its authors are told."
    )
    sentences = {
        Verdict.YES: _("It goes on. Everyone who cares about it reads your answer."),
        Verdict.YES_AND: _("It goes on under your conditions, which stand beside your answer."),
        Verdict.NOT_NOW: parked,
        Verdict.NO: parked,
    }
    labels = verdict_labels()
    return [(labels[verdict], sentences[verdict]) for verdict in Verdict]


def costs_of_no_answer(
    clock: ClockView, weight: Weight, pledges: Sequence[PledgeView], today: date
) -> list[str]:
    """What happens while nobody answers: the public day, who waits, and what runs out."""
    due = dates.moment_words(clock.due_at, clock.timezone)
    late = clock.due_at <= datetime.now(UTC)
    first = (
        _("It is overdue since %(moment)s, and stands on a public list.", moment=due)
        if late
        else _("After %(moment)s it stands on a public list as overdue.", moment=due)
    )
    waiting = ngettext(
        "%(num)s supporter has waited since %(day)s.",
        "%(num)s supporters have waited since %(day)s.",
        clock.supporters,
        day=dates.day_words(clock.owed_since),
    )
    return [first, waiting, *running_out(weight, pledges, today)]
