"""What the page of a vote shows: the ballot in the viewer's own order, afterwards the counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.core.i18n import ngettext
from ideahub.core.viewer import Viewer
from ideahub.http.pages import with_query
from ideahub.public_voting.counting import CountedEntry, outcome_of
from ideahub.public_voting.names import winners_named
from ideahub.public_voting.order import ballot_order
from ideahub.public_voting.phases import has_begun
from ideahub.public_voting.queries import (
    numbers_on_ballot,
    own_on_ballot,
    own_votes,
    some_on_ballot,
    taken_off_ballot,
    turnout,
    votes_each,
)
from ideahub.public_voting.reading import read_entries
from ideahub.public_voting.who_may_vote import bar_words, barred_as

AT_ONCE = 20
RANKS_AT_ONCE = 100


def vote_address(campaign_id: int, phase_id: int | None = None, after: int | None = None) -> str:
    """The address of a vote's page."""
    return with_query(f"/challenges/{campaign_id}/vote", phase=phase_id, after=after)


async def vote_context(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase: PhaseNow, after: int
) -> dict[str, Any]:
    """The variables of the page of a vote."""
    own = await own_context(db, viewer, campaign, phase)
    begun = has_begun(phase)
    return {
        **own,
        "turnout": await turnout(db, phase.id),
        "taken_off": await taken_off_ballot(db, phase.id) if begun else [],
        **(await _ballot(db, viewer, campaign, phase, after) if begun else NO_BALLOT),
        **await _outcome(db, campaign, phase, after),
    }


NO_BALLOT: dict[str, Any] = {"on_ballot": [], "is_prepared": False, "next_href": ""}


async def own_context(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase: PhaseNow
) -> dict[str, Any]:
    """What is the viewer's own in a vote: what they voted for, how many votes they have left, and
    why they may not vote, if so."""
    each = await votes_each(db, phase.id)
    used = await own_votes(db, viewer, phase.id)
    bar = await barred_as(db, viewer, campaign.id, campaign.organisation_id)
    return {
        "is_open": phase.state is PhaseState.OPEN and campaign.is_published,
        "voted": used,
        "left": left_words(each, len(used)),
        "barred": bar_words(bar) if bar else "",
        "own_entries": await own_on_ballot(db, viewer, phase.id),
    }


def left_words(each: int, used: int) -> str:
    """How many votes somebody has left."""
    left = max(each - used, 0)
    return ngettext(
        "You have %(left)s of %(num)s vote left.",
        "You have %(left)s of %(num)s votes left.",
        each,
        left=left,
    )


async def _ballot(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase: PhaseNow, after: int
) -> dict[str, Any]:
    if phase.state is PhaseState.PAST:
        return {**NO_BALLOT, "is_prepared": True}
    numbers = await numbers_on_ballot(db, phase.id)
    ordered = ballot_order(phase.id, viewer, phase.now, numbers)
    shown, more = _portion(ordered, after, AT_ONCE)
    entries = await some_on_ballot(db, shown)
    return {
        "on_ballot": await read_entries(db, entries),
        "is_prepared": bool(numbers),
        "next_href": vote_address(campaign.id, phase.id, shown[-1]) if more else "",
    }


def _portion(ordered: Sequence[int], after: int, most: int) -> tuple[list[int], bool]:
    start = ordered.index(after) + 1 if after in ordered else 0
    return list(ordered[start : start + most]), len(ordered) > start + most


async def _outcome(
    db: AsyncSession, campaign: Campaign, phase: PhaseNow, after: int
) -> dict[str, Any]:
    outcome = await outcome_of(db, phase)
    if outcome is None:
        return {"outcome": None, "ranked": [], "winners": {}}
    shown, more = _portion([one.id for one in outcome.entries], after, RANKS_AT_ONCE)
    found: dict[str, Any] = {
        "outcome": outcome,
        "ranked": _these(outcome.entries, shown),
        "winners": await winners_named(db, campaign.id),
        "is_prepared": bool(outcome.entries),
    }
    return found | ({"next_href": vote_address(campaign.id, phase.id, shown[-1])} if more else {})


def _these(entries: Sequence[CountedEntry], numbers: Sequence[int]) -> list[CountedEntry]:
    known = {one.id: one for one in entries}
    return [known[number] for number in numbers]
