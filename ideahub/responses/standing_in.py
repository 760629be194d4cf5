"""Rules for naming who answers for a leader during a leave."""

from datetime import date

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Forbidden, Invalid, NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.organisations.models import Organisation, Person
from ideahub.responses.leaders import ABOVE
from ideahub.responses.owner_models import StandIn

MOST = 100


async def name_stand_in(
    db: AsyncSession, viewer: Viewer, person_id: int, from_on: date, until_on: date, timezone: str
) -> StandIn:
    """Names who answers for the viewer from a day until another; returns what is so already.

    Raises SignInNeeded, Forbidden for anyone but a leader, Invalid for days in the wrong order, for
    the viewer themselves, and for somebody of another organisation tree.
    """
    leader_id = viewer.person_id
    if not viewer.can_lead:
        raise Forbidden(_("Only leaders name somebody who stands in for them."))
    await _must_fit(db, viewer, person_id, from_on, until_on)
    columns = {
        "leader_id": leader_id,
        "person_id": person_id,
        "from_on": from_on,
        "until_on": until_on,
        "timezone": timezone,
    }
    same = select(StandIn).filter_by(**columns, ended_at=None)
    if found := (await db.scalars(same)).first():
        return found
    stand_in = StandIn(**columns)
    db.add(stand_in)
    await record(db, Kind.STAND_IN_NAMED, viewer, subject=stand_in)
    return stand_in


async def end_stand_in(db: AsyncSession, viewer: Viewer, stand_in_id: int) -> None:
    """Ends that somebody stands in for the viewer; does nothing where it has ended. Raises
    SignInNeeded and NotFound."""
    stand_in = await locked(db, StandIn, stand_in_id)
    if stand_in.leader_id != viewer.person_id:
        raise NotFound
    if stand_in.ended_at is None:
        stand_in.ended_at = func.now()
        await record(db, Kind.STAND_IN_ENDED, viewer, subject=stand_in)


async def _must_fit(
    db: AsyncSession, viewer: Viewer, person_id: int, from_on: date, until_on: date
) -> None:
    if until_on < from_on:
        raise Invalid(_("The last day lies before the first."), field="until_on")
    if person_id == viewer.id:
        raise Invalid(_("Choose somebody else."), field="stand_in")
    own, theirs = await db.scalar(_root(viewer.person_id)), await db.scalar(_root(person_id))
    if own is None or own != theirs:
        raise Invalid(_("Choose somebody of your own organisation."), field="stand_in")


def _root(person_id: int) -> Select[int]:
    """The top of the tree of a person's organisation."""
    return (
        select(ABOVE.c.id)
        .join(Person, Person.organisation_id == ABOVE.c.below)
        .join(Organisation, Organisation.id == ABOVE.c.id)
        .where(Person.id == person_id, Organisation.parent_id.is_(None))
    )


class StandInView(msgspec.Struct, frozen=True):
    """Who stands in for a leader, on which days."""

    id: int
    name: str
    from_on: date
    until_on: date
    timezone: str


async def stand_ins_of(db: AsyncSession, viewer: Viewer) -> list[StandInView]:
    """Who stands in for the viewer or did, but for those whose time was ended; the latest first."""
    found = (
        select(StandIn.id, Person.name, StandIn.from_on, StandIn.until_on, StandIn.timezone)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.leader_id == VIEWER_ID, StandIn.ended_at.is_(None))
        .order_by(StandIn.from_on.desc(), StandIn.id.desc())
        .limit(constant(MOST))
    )
    return [StandInView(*row) for row in await rows_of(db, found, viewer.bound)]
