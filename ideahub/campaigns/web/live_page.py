"""Updates open pages when a campaign's phases turn, or a manager changes it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.live import CHANGES
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import accepted_now, phases_now
from ideahub.campaigns.queries import find_campaign
from ideahub.campaigns.web.changes import changes_context
from ideahub.campaigns.web.schedule import schedule_context
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, RoomMessage, Turn


async def show_phases(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The timeline, and the sentence on what it means."""
    phases = await phases_now(db, event.campaign_id or 0)
    here = f"campaign-{event.campaign_id}"
    html = render("campaigns/_phases.html", here=here, **schedule_context(phases))
    return [Push(f"campaign:{event.campaign_id}", f"{here}-phases", html)]


async def show_changes(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The list of changes since publication, and the note that leads to it."""
    campaign = await db.get(Campaign, event.campaign_id)
    if campaign is None:
        return []
    room, here = f"campaign:{campaign.id}", f"campaign-{campaign.id}"
    context = {"campaign": campaign, "here": here, **await changes_context(db, campaign.id)}
    return [
        Push(room, f"{here}-changed", render("campaigns/_changed_note.html", **context)),
        Push(room, f"{here}-changes", render("campaigns/_changes.html", **context)),
    ]


async def show_turn(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """What the campaign accepts now, for all pages with a control that depends on it."""
    campaign = await db.get(Campaign, event.campaign_id)
    if campaign is None:
        return []
    accepts = tuple(sorted(await accepted_now(db, campaign.id)))
    rooms = [f"phases:{campaign.id}", f"campaign:{campaign.id}"]
    if campaign.is_public:
        rooms += PUBLIC_LISTS
    return [Turn(room, campaign.id, accepts) for room in rooms]


async def phases_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of pages that depend on a campaign's phases, such as those of its ideas; open to
    whoever may open the campaign's page."""
    await find_campaign(db, viewer, number)
    return Concern(campaign=number, kinds=frozenset((*CHANGES, Kind.CAMPAIGN_UNPUBLISHED)))


# Lists of ideas and of campaigns, which have cards of many campaigns.
PUBLIC_LISTS = ("campaigns", "ideas")
PAGE_SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(CHANGES, (show_turn, show_phases)),
    Kind.CAMPAIGN_UNPUBLISHED: (show_turn,),
    Kind.CAMPAIGN_CHANGED: (show_turn, show_phases, show_changes),
    Kind.RULES_CHANGED: (show_changes,),
}
PAGE_ROOMS: dict[str, Room] = {"phases": phases_room}
