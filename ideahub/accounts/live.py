"""What a room sees after an event: one's account, when a session ends or a role changes."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding import find_person
from ideahub.accounts.viewing import Viewer
from ideahub.events import Event, Kind
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Refresh
from ideahub.realtime.routes import Room

ROLES = (Kind.ROLE_GRANTED, Kind.ROLE_REVOKED)


async def show_session_end(_db: AsyncSession, event: Event) -> list[Refresh]:
    """The list of one's sessions, in the other browsers."""
    return [Refresh(f"person:{event.actor_id}")]


async def show_roles(_db: AsyncSession, event: Event) -> list[Refresh]:
    """What one may do, on one's own page and the admins'."""
    return [Refresh(f"person:{event.subject_id}")]


async def person_room(db: AsyncSession, viewer: Viewer, number: int) -> ColumnElement[bool]:
    """Whoever may open the person's page."""
    await find_person(db, viewer, number)
    own_session = and_(Event.kind == Kind.SESSION_ENDED, Event.actor_id == number)
    own_role = and_(Event.kind.in_(ROLES), Event.subject_id == number)
    return or_(own_session, own_role)


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.SESSION_ENDED: [show_session_end],
    **{kind: [show_roles] for kind in ROLES},
}
ROOMS: dict[str, Room] = {"person": person_room}
