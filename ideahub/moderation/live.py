"""Tells open pages of moderators that something changed: they fetch what they may see."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Refresh, RoomMessage

ROOM = "moderation"
KINDS = frozenset(
    {
        Kind.IDEA_HIDDEN,
        Kind.IDEA_SHOWN,
        Kind.TEXT_HIDDEN,
        Kind.TEXT_SHOWN,
        Kind.TEXT_REPORTED,
        Kind.TEXT_HELD,
        Kind.TEXT_NOTICED,
        Kind.TEXT_RELEASED,
        Kind.TEXT_LOOKED_AT,
        Kind.TEXT_LEFT,
        Kind.TEXT_SENT_AGAIN,
        Kind.TEXT_REDACTED,
        Kind.TEXT_RESTORED,
        Kind.PERSON_WARNED,
        Kind.PERSON_SUSPENDED,
        Kind.MODERATION_APPEALED,
        Kind.MODERATION_APPEAL_DECIDED,
    }
)


async def show_change(_db: AsyncSession, _event: Event) -> list[RoomMessage]:
    """Each fetches the queue anew: what is in it differs by who looks."""
    return [Refresh(f"{ROOM}:0")]


async def show_redacted(_db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Words of a campaign's page were taken out, or put back: the page is fetched again."""
    on_campaign = event.campaign_id and not event.idea_id
    return [Refresh(f"campaign:{event.campaign_id}")] if on_campaign else []


async def moderation_room(_db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the queue, for moderators; raises NotFound."""
    if number or not viewer.holds_anywhere(Role.MODERATOR):
        raise NotFound
    return Concern(kinds=KINDS)


SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(KINDS, (show_change,)),
    Kind.TEXT_REDACTED: (show_change, show_redacted),
    Kind.TEXT_RESTORED: (show_change, show_redacted),
}
ROOMS: dict[str, Room] = {ROOM: moderation_room}
