"""Updates open pages when a campaign is published or changed, opens, closes, or gets an idea."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import CampaignCard, card_of
from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import find_campaign
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.kept_pages import ALL
from ideahub.http.pages import render
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import NOTHING, Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage

LISTS = "campaigns"


def list_name(card: CampaignCard) -> str:
    """The list that a card is in, such as "challenge-open"; idea boxes have one list."""
    return f"challenge-{card.status}" if card.kind == "challenge" else "idea-boxes"


async def show_change(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The status on its cards; its page is refreshed, as it differs by viewer. A public campaign
    also becomes a new item of its list."""
    card = await card_of(db, event.campaign_id or 0)
    if card is None:
        return []
    html = render("campaigns/_card_status.html", card=card)
    told: list[RoomMessage] = [Refresh(f"campaign:{card.id}")]
    told += [Push(room, f"campaign-card-{card.id}-status", html) for room in _rooms(card)]
    if card.is_public:
        told += [NewItem(LISTS, list_name(card), card.id), Refresh(LISTS)]
    return told


async def show_rules(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The pages of a campaign and of its rules, which differ by viewer, are refreshed."""
    return [Refresh(f"campaign:{event.campaign_id}")]


async def show_count(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The number of ideas, on the campaign's page and cards."""
    card = await card_of(db, event.campaign_id or 0)
    if card is None:
        return []
    regions = f"campaign-{card.id}-count", f"campaign-card-{card.id}-count"
    return [
        Push(room, region, render("campaigns/_count.html", region=region, count=card.ideas_count))
        for room in _rooms(card)
        for region in regions
    ]


def _rooms(card: CampaignCard) -> tuple[str, ...]:
    own = f"campaign:{card.id}"
    return (own, LISTS) if card.is_public else (own,)


async def show_withdrawal(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """That it can be seen no longer: whoever has its page open is told, and lists load again."""
    found = await db.get(Campaign, event.campaign_id)
    own, here = f"campaign:{event.campaign_id}", f"campaign-{event.campaign_id}"
    note = render("campaigns/_standing_note.html", campaign=found, here=here, withdrawn=True)
    # Who manages it sees the draft after the refresh; for all others there is no such page now.
    told: list[RoomMessage] = [Push(own, f"{here}-standing", note), Refresh(own)]
    # Others may not learn of it, nor that it is gone.
    return [*told, Refresh(LISTS)] if found and found.audience == Audience.PUBLIC else told


async def show_progress(_db: AsyncSession, event: Event) -> list[RoomMessage]:
    """How far its publication is, for those who manage it: nobody else can have the page open."""
    return [Refresh(f"campaign:{event.campaign_id}")]


# What was public a moment ago concerns those who had it on a list.
IN_PUBLIC = Concern(
    where=or_(
        Event.campaign_id.in_(select(Campaign.id).where(Campaign.is_public)),
        and_(
            Event.kind == Kind.CAMPAIGN_UNPUBLISHED,
            Event.campaign_id.in_(select(Campaign.id).where(Campaign.audience == Audience.PUBLIC)),
        ),
    )
)


async def campaign_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of a campaign's page, for whoever may open the page."""
    await find_campaign(db, viewer, number)
    return Concern(campaign=number)


async def campaigns_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the lists: open to everyone, for events of public campaigns only."""
    return IN_PUBLIC if number == 0 else NOTHING


async def show_waiting(_db: AsyncSession, _event: Event) -> list[Refresh]:
    """Refreshes the list of drafts that wait for an admin: each sees those of their own places."""
    return [Refresh("reviews")]


async def reviews_room(_db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of that list, for admins; raises NotFound."""
    if not viewer.is_admin or number:
        raise NotFound
    return Concern(kinds=frozenset(REVIEWS))


CHANGES = (
    Kind.CAMPAIGN_PUBLISHED,
    Kind.CAMPAIGN_CHANGED,
    Kind.CAMPAIGN_ARCHIVED,
    Kind.CAMPAIGN_UNARCHIVED,
    Kind.PHASE_OPENED,
    Kind.PHASE_CLOSED,
)
# Of drafts: only their managers see that something happened.
PROGRESS = (
    Kind.PUBLICATION_REVIEW_ASKED,
    Kind.PUBLICATION_APPROVED,
    Kind.PUBLICATION_EDITS_ASKED,
    Kind.PUBLICATION_PLANNED,
    Kind.PUBLICATION_CANCELLED,
    Kind.PUBLICATION_PREVENTED,
)
# By these a draft begins or ends to wait for an admin.
REVIEWS = (
    Kind.PUBLICATION_REVIEW_ASKED,
    Kind.PUBLICATION_APPROVED,
    Kind.PUBLICATION_EDITS_ASKED,
)
COUNTS = (Kind.IDEA_POSTED, Kind.IDEA_WITHDRAWN, Kind.IDEA_HIDDEN, Kind.IDEA_SHOWN)
CHANGED_PAGES: dict[Kind, Sequence[str]] = {
    **dict.fromkeys((*CHANGES, Kind.CAMPAIGN_UNPUBLISHED), (ALL,)),
    **dict.fromkeys(COUNTS, ("campaigns",)),
    Kind.IMPORTED: (ALL,),
}
SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(CHANGES, (show_change,)),
    **dict.fromkeys(PROGRESS, (show_progress,)),
    **dict.fromkeys(REVIEWS, (show_progress, show_waiting)),
    Kind.CAMPAIGN_UNPUBLISHED: (show_withdrawal,),
    **dict.fromkeys(COUNTS, (show_count,)),
    Kind.RULES_CHANGED: (show_rules,),
}
ROOMS: dict[str, Room] = {
    "campaign": campaign_room,
    "campaigns": campaigns_room,
    "reviews": reviews_room,
}
