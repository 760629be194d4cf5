"""Pushes the news to open home pages: only what is public, as everyone gets the same."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import NEWS, Event, Kind
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.front.news import latest_news
from ideahub.http.pages import render
from ideahub.ideas.queries import idea_for_room
from ideahub.ideas.stages import stage_choice
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, RoomMessage
from ideahub.realtime.routes import Room

# Deeds that are no news themselves, but change or remove news.
CORRECTIONS = (Kind.IDEA_REVISED, Kind.IDEA_WITHDRAWN, Kind.IDEA_HIDDEN)


async def show_news(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The news on the home page; nothing for an internal idea, so that it stays unknown."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None or not idea.in_public_campaign:
        return []
    happenings = await latest_news(db, STRANGER)
    html = render("front/_happenings.html", happenings=happenings, stage_choice=stage_choice)
    return [Push("home", "happenings", html)]


async def home_room(db: AsyncSession, viewer: Viewer, number: int) -> ColumnElement[bool]:
    """The room of the home page: open to everyone, for public events only."""
    public = select(Campaign.id).where(Campaign.is_public)
    told = and_(Event.kind.in_([*NEWS, *CORRECTIONS]), Event.campaign_id.in_(public))
    return told if number == 0 else ~true()


SHOWS: dict[Kind, Sequence[Show]] = {kind: [show_news] for kind in (*NEWS, *CORRECTIONS)}
ROOMS: dict[str, Room] = {"home": home_room}
