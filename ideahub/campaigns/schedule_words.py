"""One sentence on what the whole schedule of a campaign means."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ideahub.campaigns.models import Accepts, Purpose
from ideahub.campaigns.purposes import FOR_PEOPLE
from ideahub.campaigns.windows import END, Timed, Window, dated, windows
from ideahub.core import dates
from ideahub.core.i18n import N_, _, clauses


class Forms(NamedTuple):
    """A clause for each way in which a time can lie to now."""

    past: str
    until: str
    endless: str
    coming: str
    coming_endless: str


IDEAS, VOTES, BUILDS = Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS
ENTRIES, PUBLIC_VOTING = Accepts.ENTRIES, Accepts.PUBLIC_VOTING
# Translators: these are parts of “The plan: ideas until 1 Mar; support and builds until 15 Mar.”
WORDS: dict[tuple[Accepts, ...], Forms] = {
    (IDEAS, VOTES, BUILDS): Forms(
        N_("ideas, support and builds closed on %(end)s"),
        N_("ideas, support and builds until %(end)s"),
        N_("ideas, support and builds without an end"),
        N_("ideas, support and builds from %(start)s until %(end)s"),
        N_("ideas, support and builds from %(start)s on"),
    ),
    (VOTES, BUILDS): Forms(
        N_("support and builds closed on %(end)s"),
        N_("support and builds until %(end)s"),
        N_("support and builds without an end"),
        N_("support and builds from %(start)s until %(end)s"),
        N_("support and builds from %(start)s on"),
    ),
    (IDEAS,): Forms(
        N_("ideas closed on %(end)s"),
        N_("ideas until %(end)s"),
        N_("ideas without an end"),
        N_("ideas from %(start)s until %(end)s"),
        N_("ideas from %(start)s on"),
    ),
    (VOTES,): Forms(
        N_("support closed on %(end)s"),
        N_("support until %(end)s"),
        N_("support without an end"),
        N_("support from %(start)s until %(end)s"),
        N_("support from %(start)s on"),
    ),
    (BUILDS,): Forms(
        N_("builds closed on %(end)s"),
        N_("builds until %(end)s"),
        N_("builds without an end"),
        N_("builds from %(start)s until %(end)s"),
        N_("builds from %(start)s on"),
    ),
    (ENTRIES,): Forms(
        N_("entries closed on %(end)s"),
        N_("entries until %(end)s"),
        N_("entries without an end"),
        N_("entries from %(start)s until %(end)s"),
        N_("entries from %(start)s on"),
    ),
    (PUBLIC_VOTING,): Forms(
        N_("public votes closed on %(end)s"),
        N_("public votes until %(end)s"),
        N_("public votes without an end"),
        N_("public votes from %(start)s until %(end)s"),
        N_("public votes from %(start)s on"),
    ),
}
# Entries of a later round, which takes none but those that were invited.
INVITED = Forms(
    N_("invited entries closed on %(end)s"),
    N_("invited entries until %(end)s"),
    N_("invited entries without an end"),
    N_("invited entries from %(start)s until %(end)s"),
    N_("invited entries from %(start)s on"),
)
ORGANISER = {
    Purpose.JUDGING: Forms(
        N_("judging ended on %(end)s"),
        N_("judging until %(end)s"),
        N_("judging without an end"),
        N_("judging from %(start)s until %(end)s"),
        N_("judging from %(start)s on"),
    ),
    Purpose.DECIDING: Forms(
        N_("decided by %(end)s"),
        N_("a decision by %(end)s"),
        N_("a decision, nobody said until when"),
        N_("a decision between %(start)s and %(end)s"),
        N_("a decision from %(start)s on"),
    ),
    Purpose.PILOT: Forms(
        N_("tried out until %(end)s"),
        N_("trying it out until %(end)s"),
        N_("trying it out without an end"),
        N_("trying it out from %(start)s until %(end)s"),
        N_("trying it out from %(start)s on"),
    ),
}
NAMED = Forms(
    N_("“%(name)s” ended on %(end)s"),
    N_("“%(name)s” until %(end)s"),
    N_("“%(name)s” without an end"),
    N_("“%(name)s” from %(start)s until %(end)s"),
    N_("“%(name)s” from %(start)s on"),
)


class _Clause(NamedTuple):
    window: Window
    forms: Forms
    name: str = ""


def schedule_sentence(phases: Sequence[Timed], now: datetime) -> str:
    """A sentence such as "The plan: ideas until 1 March; support and builds until 15 March."; empty
    where no phase has a date."""
    found = sorted([*_accepted(phases), *_organisers(phases)], key=_order)
    if not found:
        return ""
    zones = {clause.window.timezone for clause in found}
    said = clauses(_in_words(clause, now, one_zone=len(zones) == 1) for clause in found)
    if len(zones) > 1:
        return _("The plan: %(clauses)s.", clauses=said)
    return _("The plan (%(zone)s): %(clauses)s.", zone=dates.zone_words(zones.pop()), clauses=said)


def _accepted(phases: Sequence[Timed]) -> Iterator[_Clause]:
    """A clause for each time in which something is accepted; what is accepted at the same times is
    said together."""
    invited = [phase for phase in phases if phase.invited_from_id is not None]
    yield from (_Clause(window, INVITED) for window in windows(invited, ENTRIES))
    times = {wanted: windows(phases, wanted) for wanted in FOR_PEOPLE}
    times[ENTRIES] = windows([one for one in phases if one not in invited], ENTRIES)
    left = {wanted for wanted in times if times[wanted]}
    for together, forms in WORDS.items():
        same = all(times[wanted] == times[together[0]] for wanted in together)
        if same and left.issuperset(together):
            left.difference_update(together)
            yield from (_Clause(window, forms) for window in times[together[0]])


def _organisers(phases: Iterable[Timed]) -> Iterator[_Clause]:
    for phase in dated(phases):
        if not set(FOR_PEOPLE).intersection(phase.accepts):
            window = Window(phase.opens_at, phase.closes_at, phase.timezone)
            yield _Clause(window, ORGANISER.get(phase.purpose, NAMED), phase.name)


def _order(clause: _Clause) -> tuple[datetime, bool]:
    return clause.window.closes or END, clause.window.opens is None


def _in_words(clause: _Clause, now: datetime, *, one_zone: bool) -> str:
    opens, closes, timezone = clause.window

    def said(at: datetime | None) -> str:
        if at is None:
            return ""
        if one_zone:
            return dates.local_words(at, timezone)
        return dates.moment_words(at, timezone)

    is_coming = opens is not None and opens > now
    if closes is not None and closes <= now:
        form = clause.forms.past
    elif is_coming:
        form = clause.forms.coming if closes else clause.forms.coming_endless
    else:
        form = clause.forms.until if closes else clause.forms.endless
    return _(form, start=said(opens), end=said(closes), name=clause.name)
