"""Shows on open pages how many letters have one text."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.ideas.queries import find_idea, idea_for_room
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage


async def show_count(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """The count, on the page of the idea that stands for the others. Lists load again, as they show
    it for all of them, and so does the page of the letters."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None or not idea.is_listed:
        return ()
    html = render("form_letters/_on_idea.html", idea=idea)
    lists = [f"campaign:{idea.campaign_id}", *(["ideas"] if idea.is_public else [])]
    return [
        Push(f"idea:{idea.id}", f"idea-{idea.id}-letters", html),
        *(Refresh(room) for room in lists),
        Refresh(f"letters:{idea.id}"),
    ]


async def letters_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the page of an idea's letters, for whoever may open that page."""
    await find_idea(db, viewer, number)
    return Concern(idea=number, kinds=frozenset(SHOWS))


async def show_contributions(_db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """Pages of the idea load again, as its conversation shows one contribution for all."""
    return [Refresh(f"idea:{event.idea_id}")]


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.LETTERS_COUNTED: (show_count,),
    Kind.CONTRIBUTIONS_COUNTED: (show_contributions,),
}
ROOMS: dict[str, Room] = {"letters": letters_room}
