"""How far entries have come: one answer for every page that says so."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import still_to_accept
from ideahub.campaigns.phases import PhaseState
from ideahub.core.i18n import _, sentences
from ideahub.core.viewer import Viewer
from ideahub.entries.labels import EntryState, state_badge, state_of
from ideahub.entries.next_steps import PhasesAhead, judging_of, next_step, phases_ahead
from ideahub.entries.outcomes import IS_IN, outcomes_of
from ideahub.entries.queries import EntryView

# In which rules that were not accepted matter.
WITH_RULES = IS_IN | {EntryState.DRAFT}


class EntryStatus(NamedTuple):
    """How far an entry has come: badges, each a label and a tone, the most important first, and a
    sentence that says what comes next."""

    state: EntryState
    badges: tuple[tuple[str, str], ...]
    step: str
    # Whether a result is published in which it has a place.
    has_result: bool = False


async def statuses_of(
    db: AsyncSession, viewer: Viewer, entries: Sequence[EntryView]
) -> dict[int, EntryStatus]:
    """How far each of these entries has come, by their numbers. Three queries at most; none without
    entries. Whoever asks has found the entries through the viewer."""
    phases = await phases_ahead(db, entries)
    outcomes = await outcomes_of(db, entries)
    to_accept = await _to_accept(db, viewer, entries)
    found = {}
    for one in entries:
        found[one.id] = _before_results(one, phases.get(one.campaign_id, []))
        if one.id in to_accept:
            found[one.id] = _with_rules(found[one.id])
    for number, outcome in outcomes.items():
        state = found[number].state
        found[number] = EntryStatus(state, tuple(outcome.badges), outcome.step, has_result=True)
    return found


async def _to_accept(db: AsyncSession, viewer: Viewer, entries: Sequence[EntryView]) -> set[int]:
    """The entries to which the viewer belongs and whose rules they still have to accept."""
    own = [one for one in entries if one.is_member and state_of(one) in WITH_RULES]
    if not own:
        return set()
    campaigns = await still_to_accept(db, viewer.person_id, [one.campaign_id for one in own])
    return {one.id for one in own if one.campaign_id in campaigns}


def _with_rules(status: EntryStatus) -> EntryStatus:
    ask = _("Read the rules on its page and accept them.")
    if status.state is not EntryState.DRAFT:
        ask = _("The rules have changed in substance: read them on its page and accept them again.")
    badges = *status.badges, (_("Rules to accept"), "clay")
    return EntryStatus(status.state, badges, sentences(ask, status.step))


def _before_results(entry: EntryView, phases: PhasesAhead) -> EntryStatus:
    state, badge = state_of(entry), state_badge(entry)
    shown = badge["label"], badge["tone"]
    if state is EntryState.RECEIVED:
        shown = _of_received(entry, judging_of(entry, phases))
    return EntryStatus(state, (shown,), next_step(entry, phases))


def _of_received(entry: EntryView, judging: PhasesAhead) -> tuple[str, str]:
    """What is done with an entry of a closed phase."""
    if any(one.state == PhaseState.OPEN for one in judging):
        return _("Being judged"), "sun"
    if judging and all(one.state == PhaseState.PAST for one in judging):
        return _("Judged"), "leaf"
    if entry.eligible:
        return _("Checked, to be judged"), "leaf"
    return (_("Being checked"), "sun") if judging else (_("Submitted"), "leaf")
