"""The news on the home page, for everyone at once: only what is public."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.viewing import STRANGER, Viewer
from ideahub.events import Event, Kind
from ideahub.front.happening import NEWS, latest_happenings
from ideahub.ideas.stages import stage_choice
from ideahub.pages import render
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Told
from ideahub.realtime.routes import Room


async def show_happenings(db: AsyncSession, event: Event) -> list[Told]:
    """The newest news, on the home page."""
    happenings = await latest_happenings(db, STRANGER)
    html = render("front/_happenings.html", happenings=happenings, stage_choice=stage_choice)
    return [Push("home", "happenings", html)]


async def home_room(db: AsyncSession, viewer: Viewer, number: int) -> ColumnElement[bool]:
    """Open to everyone."""
    return Event.kind.in_(NEWS) if number == 0 else ~true()


SHOWS: dict[Kind, Sequence[Show]] = {kind: [show_happenings] for kind in NEWS}
ROOMS: dict[str, Room] = {"home": home_room}
