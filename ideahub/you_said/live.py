"""Updates open pages of a summary when it is published again, and when something is added."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_campaign
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage
from ideahub.you_said.models import OutcomeSummary, SummaryVersion
from ideahub.you_said.places import page_of_campaign

ROOM = "you-said"
OWN_KINDS = (Kind.SUMMARY_PUBLISHED, Kind.SUMMARY_ADDED_TO)
# After these an idea that is named is told of no more, or again.
GONE_KINDS = (Kind.IDEA_HIDDEN, Kind.IDEA_SHOWN, Kind.IDEA_WITHDRAWN)


async def show_summary(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The page of the summary loads again; the campaign's page has the way to it."""
    messages: list[RoomMessage] = [Refresh(f"{ROOM}:{event.subject_id}")]
    campaign = await db.get(Campaign, event.campaign_id) if event.campaign_id else None
    if campaign and event.kind == Kind.SUMMARY_PUBLISHED:
        html = render("you_said/_way_in.html", campaign=campaign, place=page_of_campaign(campaign))
        messages.append(Push(f"campaign:{campaign.id}", f"campaign-{campaign.id}-you-said", html))
    return messages


async def show_gone(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The pages load again that name the idea."""
    naming = select(SummaryVersion.summary_id).where(
        SummaryVersion.idea_ids.contains([event.idea_id])
    )
    return [Refresh(f"{ROOM}:{number}") for number in await db.scalars(naming.distinct())]


async def summary_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the page of a summary; raises NotFound where the viewer cannot read it."""
    summary = await db.get(OutcomeSummary, number)
    if summary is None or not summary.version:
        raise NotFound
    if summary.campaign_id is not None:
        await find_campaign(db, viewer, summary.campaign_id)
    named = select(func.unnest(SummaryVersion.idea_ids)).where(SummaryVersion.summary_id == number)
    about = and_(Event.subject_id == number, Event.subject_type == OutcomeSummary.__tablename__)
    return Concern(
        kinds=frozenset((*OWN_KINDS, *GONE_KINDS)),
        where=or_(about, Event.idea_id.in_(named)),
    )


SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(OWN_KINDS, (show_summary,)),
    **dict.fromkeys(GONE_KINDS, (show_gone,)),
}
ROOMS: dict[str, Room] = {ROOM: summary_room}
