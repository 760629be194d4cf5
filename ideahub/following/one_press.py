"""Tells each person once of what one press did, although it may be several deeds on an idea: an
answer parks it, and waking it makes an answer due again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.telling import TELLS, Message, Tell
from ideahub.organisations.models import Person

# Whoever is told of one of the latter is not told of the former: what they owe or are owed, and
# the answer itself, say more than that the idea was moved.
SAY_MORE: Mapping[Kind, Sequence[Kind]] = {
    Kind.IDEA_PARKED: (Kind.RESPONSE_GIVEN, Kind.RESPONSE_CHANGED),
    Kind.IDEA_WOKEN: (Kind.RESPONSE_OWED, Kind.RESPONSE_CHANGED),
}


def once_for_one_press(tells: Mapping[Kind, Tell]) -> dict[Kind, Tell]:
    """The same, without those who are told of another deed of the same press."""
    return {kind: _once(tell) if kind in SAY_MORE else tell for kind, tell in tells.items()}


def _once(tell: Tell) -> Tell:
    async def tell_others(db: AsyncSession, event: Event) -> Sequence[Message]:
        messages = await tell(db, event)
        if not messages:
            return messages
        told = await _told_more(db, event)
        people = select(Person.id).where(*(Person.id.not_in(one.to) for one in told))
        return [replace(one, to=people.where(Person.id.in_(one.to))) for one in messages]

    return tell_others


async def _told_more(db: AsyncSession, event: Event) -> list[Message]:
    beside = select(Event).where(
        Event.idea_id == event.idea_id,
        Event.xact_id == event.xact_id,
        Event.kind.in_(SAY_MORE[event.kind]),
    )
    return [
        message
        for other in await db.scalars(beside)
        for tell in TELLS.get(Kind(other.kind), ())
        for message in await tell(db, other)
    ]
