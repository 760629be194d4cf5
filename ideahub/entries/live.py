"""Who may listen to an entry, and what its open pages are told."""

from collections.abc import Sequence

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_managed
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry
from ideahub.entries.queries import find_entry
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Refresh, RoomMessage

ENTRY_KINDS = (
    Kind.ENTRY_BEGUN,
    Kind.ENTRY_CHANGED,
    Kind.ENTRY_SUBMITTED,
    Kind.ENTRY_WITHDRAWN,
    Kind.ENTRY_CONFIRMED,
    Kind.ENTRY_TEAM_CHANGED,
    Kind.ENTRY_TRIAGED,
)


async def entry_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of an entry's page, for whoever may open the page."""
    entry = await find_entry(db, viewer, number)
    its_own = and_(Event.subject_type == Entry.__tablename__, Event.subject_id == entry.id)
    return Concern(campaign=entry.campaign_id, kinds=frozenset(ENTRY_KINDS), where=its_own)


async def show_entry(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """Its open pages are fetched again, as each viewer sees something else of it."""
    return [Refresh(f"entry:{event.subject_id}")]


async def managed_entries_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of a challenge's entries, for its managers."""
    campaign = await find_managed(db, viewer, number)
    return Concern(campaign=campaign.id, kinds=frozenset(ENTRY_KINDS))


async def show_managed(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """The managers' list and their counts are fetched again."""
    return [Refresh(f"entries:{event.campaign_id}")]


SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(ENTRY_KINDS, (show_entry, show_managed)),
    # While somebody writes, managers see nothing of it.
    Kind.ENTRY_CHANGED: (show_entry,),
}
ROOMS: dict[str, Room] = {"entry": entry_room, "entries": managed_entries_room}
