"""Updates open pages after votes, revisions, attachments, and new or withdrawn ideas."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.http.kept_pages import ALL
from ideahub.http.pages import render
from ideahub.ideas.attached import attachments_of
from ideahub.ideas.crediting import credits_of
from ideahub.ideas.queries import SupportView, find_idea, idea_for_room, support_for_room
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import NOTHING, Concern
from ideahub.realtime.hub import Act, Show
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage
from ideahub.realtime.rooms import Rooms

OF_SUPPORT = frozenset({Kind.VOTE_CAST, Kind.VOTE_WITHDRAWN, Kind.VOTE_NAMED})
ON_PUBLIC_IDEAS = Concern(
    where=and_(
        Event.idea_id.is_not(None),
        Event.campaign_id.in_(select(Campaign.id).where(Campaign.is_public)),
    )
)


def list_rooms(idea: SupportView) -> tuple[str, ...]:
    """The rooms whose lists show the idea's card: its campaign's, and the public one if public.

    None for a withdrawn or hidden idea: it is in no list, and people in those rooms may not see
    it.
    """
    if not idea.is_listed:
        return ()
    campaign = f"campaign:{idea.campaign_id}"
    return (campaign, "ideas") if idea.is_public else (campaign,)


async def show_support(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The number of votes, on the idea's page and cards."""
    idea = await support_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    count = render("ideas/_support_count.html", idea=idea)
    on_card = render("ideas/_card_support.html", card=idea)
    return [
        Push(f"idea:{idea.id}", f"idea-{idea.id}-support", count),
        *(Push(room, f"idea-card-{idea.id}-support", on_card) for room in list_rooms(idea)),
    ]


async def show_names(_db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Who supports it: fetched by the few who have that page open, not rendered for each vote."""
    return [Refresh(f"supporters:{event.idea_id}")]


async def show_talk(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The numbers of builds and contributions, on the idea's cards."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    html = render("ideas/_card_talk.html", card=idea)
    return [Push(room, f"idea-card-{idea.id}-talk", html) for room in list_rooms(idea)]


async def show_text(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The new text and the co-authors on the idea's page, the title on its cards."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    head = render("ideas/_head.html", idea=idea, credits=await credits_of(db, idea))
    text = render("ideas/_text.html", idea=idea)
    title = render("ideas/_card_title.html", card=idea)
    return [
        Push(f"idea:{idea.id}", f"idea-{idea.id}-head", head),
        Push(f"idea:{idea.id}", f"idea-{idea.id}-text", text),
        *(Push(room, f"idea-{idea.id}-title", title) for room in list_rooms(idea)),
    ]


async def show_attachments(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The attachments, on the idea's page."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    attachments = await attachments_of(db, idea.id)
    html = render("ideas/_attachments.html", idea=idea, attachments=attachments)
    return [Push(f"idea:{idea.id}", f"idea-{idea.id}-attachments", html)]


async def show_new(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """A new item for the lists of ideas."""
    idea = await idea_for_room(db, event.idea_id or 0)
    return [NewItem(room, "ideas", idea.id) for room in list_rooms(idea)] if idea else []


async def show_gone(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Refreshes the lists, which do not show the idea any more."""
    idea = await idea_for_room(db, event.idea_id or 0)
    public = idea is not None and idea.in_public_campaign
    return [Refresh(f"campaign:{event.campaign_id}"), *([Refresh("ideas")] if public else [])]


def check_readers_again(rooms: Rooms, event: Event) -> None:
    """Makes open pages of the idea connect again, as few may still see it."""
    for name in ("idea", "supporters"):
        rooms.close_room(f"{name}:{event.idea_id}")


async def idea_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of an idea's page, for whoever may open the page."""
    await find_idea(db, viewer, number)
    return Concern(idea=number)


async def supporters_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the page of who supports an idea, for whoever may open that page."""
    await find_idea(db, viewer, number)
    return Concern(idea=number, kinds=OF_SUPPORT)


async def ideas_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the lists: open to everyone, for events of public ideas only."""
    return ON_PUBLIC_IDEAS if number == 0 else NOTHING


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.VOTE_CAST: [show_support, show_names],
    Kind.VOTE_WITHDRAWN: [show_support, show_names],
    Kind.VOTE_NAMED: [show_names],
    Kind.IDEA_POSTED: [show_new],
    Kind.IDEA_REVISED: [show_text],
    Kind.CONTRIBUTION_ADOPTED: [show_text, show_talk],
    Kind.CONTRIBUTION_MADE: [show_talk],
    Kind.CONTRIBUTION_WITHDRAWN: [show_talk],
    Kind.ATTACHMENT_ADDED: [show_attachments],
    Kind.ATTACHMENT_REMOVED: [show_attachments],
    Kind.IDEA_WITHDRAWN: [show_gone],
    Kind.IDEA_HIDDEN: [show_gone],
    Kind.IDEA_SHOWN: [show_new],
    Kind.TEXT_REDACTED: [show_text],
    Kind.TEXT_RESTORED: [show_text],
    Kind.TEXT_HIDDEN: [show_talk],
    Kind.TEXT_SHOWN: [show_talk],
}
# What the public may not see any more is shown to nobody a moment longer.
CHANGES: dict[Kind, Sequence[str]] = {
    Kind.IDEA_POSTED: ("ideas",),
    Kind.IDEA_WITHDRAWN: (ALL,),
    Kind.IDEA_HIDDEN: (ALL,),
    Kind.IDEA_SHOWN: (ALL,),
    Kind.ATTACHMENT_REMOVED: (ALL,),
}
ROOMS: dict[str, Room] = {"idea": idea_room, "supporters": supporters_room, "ideas": ideas_room}
ACTS: dict[Kind, Act] = dict.fromkeys((Kind.IDEA_HIDDEN, Kind.IDEA_WITHDRAWN), check_readers_again)
