"""What has come of entries after they were submitted, which later features know."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import Conflict
from ideahub.entries.labels import EntryState, state_of
from ideahub.entries.queries import EntryView


class Outcome(NamedTuple):
    """What has come of an entry: badges, each a label and a tone, the most important first, and a
    sentence that says what comes next."""

    badges: list[tuple[str, str]]
    step: str


# Each finds the outcomes of the entries with these numbers, in one query, as later features know
# them; features.py fills it. Whoever asks has found the entries through the viewer.
FindOutcomes = Callable[[AsyncSession, Sequence[int]], Awaitable[Mapping[int, Outcome]]]
OUTCOMES: list[FindOutcomes] = []
# Says in a sentence why an entry cannot be withdrawn any more; empty where it can.
WhyItStays = Callable[[AsyncSession, int], Awaitable[str]]
WHY_ENTRY_STAYS: list[WhyItStays] = []
# Says in a sentence why somebody cannot join the team of an entry, by their numbers; empty where
# they can.
WhyNotJoin = Callable[[AsyncSession, int, int], Awaitable[str]]
WHY_NOT_JOIN: list[WhyNotJoin] = []
IS_IN = {EntryState.RECEIVED, EntryState.SUBMITTED, EntryState.CHANGED}


async def outcomes_of(db: AsyncSession, entries: Sequence[EntryView]) -> dict[int, Outcome]:
    """What has come of these entries, by their numbers; nothing of those that take no part."""
    ids = [one.id for one in entries if state_of(one) in IS_IN]
    found: dict[int, Outcome] = {}
    for find in OUTCOMES if ids else ():
        found |= await find(db, ids)
    return found


async def must_be_free_to_join(db: AsyncSession, entry_id: int, person_id: int) -> None:
    """Raises Conflict where this person cannot join the team of the entry, such as its judge."""
    for ask in WHY_NOT_JOIN:
        if reason := await ask(db, entry_id, person_id):
            raise Conflict(reason)


async def why_it_stays(db: AsyncSession, entry_id: int) -> str:
    """Why this entry cannot be withdrawn any more; empty where it can."""
    for ask in WHY_ENTRY_STAYS:
        if reason := await ask(db, entry_id):
            return reason
    return ""
