"""Disabling a person: they are signed out everywhere and cannot sign in, until they are enabled.

What they wrote stays. Their roles stay on record and do not count meanwhile.
"""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.accounts.models import PersonDisabling
from ideahub.accounts.sessions import end_sessions_of_person
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Role, Viewer
from ideahub.organisations.granting import must_admin, must_leave_one_admin
from ideahub.organisations.models import Person
from ideahub.organisations.queries import find_grants, find_person

Disabler = aliased(Person, name="disabler")
Enabler = aliased(Person, name="enabler")


class DisablingView(msgspec.Struct, frozen=True):
    """That somebody was disabled, by whom and why, and by whom enabled again."""

    disabled_at: datetime
    disabled_by: str
    reason: str
    enabled_at: datetime | None
    enabled_by: str | None


_FIND = (
    select(
        PersonDisabling.disabled_at,
        Disabler.name.label("disabled_by"),
        PersonDisabling.reason,
        PersonDisabling.enabled_at,
        Enabler.name.label("enabled_by"),
    )
    .join(Disabler, Disabler.id == PersonDisabling.disabled_by)
    .outerjoin(Enabler, Enabler.id == PersonDisabling.enabled_by)
    .where(PersonDisabling.person_id == bindparam("person_id", type_=BigInteger))
    .order_by(PersonDisabling.id.desc())
)


async def disablings_of(db: AsyncSession, person_id: int) -> list[DisablingView]:
    """Each time that the person was disabled, the newest first."""
    found = await rows_of(db, _FIND, {"person_id": person_id})
    return [DisablingView(**row._mapping) for row in found]


async def disable_person(db: AsyncSession, viewer: Viewer, person_id: int, reason: str) -> None:
    """Disables a person and ends their sessions; does nothing where they are disabled already.

    Raises what `must_look_after` raises, Conflict for the viewer themselves and for the last admin
    of the whole site.
    """
    await must_look_after(db, viewer, person_id)
    if viewer.is_person(person_id):
        raise Conflict(_("You cannot disable yourself. Ask another administrator."))
    person = await locked(db, Person, person_id)
    if person.disabled_at:
        return
    await must_leave_one_admin(db, person_id)
    person.disabled_at = func.now()
    db.add(PersonDisabling(person_id=person_id, disabled_by=viewer.person_id, reason=reason))
    await record(db, Kind.PERSON_DISABLED, viewer, subject=person)
    await end_sessions_of_person(db, person_id)


async def enable_person(db: AsyncSession, viewer: Viewer, person_id: int) -> None:
    """Lets a person sign in again; does nothing where they are not disabled. Raises what
    `must_look_after` raises."""
    await must_look_after(db, viewer, person_id)
    person = await locked(db, Person, person_id)
    if person.disabled_at is None:
        return
    person.disabled_at = None
    standing = PersonDisabling.person_id == person_id, PersonDisabling.enabled_at.is_(None)
    ended = update(PersonDisabling).where(*standing)
    await db.execute(ended.values(enabled_at=func.now(), enabled_by=viewer.person_id))
    await record(db, Kind.PERSON_ENABLED, viewer, subject=person)


async def must_look_after(db: AsyncSession, viewer: Viewer, person_id: int) -> None:
    """Raises NotFound where the viewer does not look after this person as an admin, Forbidden where
    the person holds a role beyond where the viewer is one."""
    must_admin(viewer)
    await find_person(db, viewer, person_id)
    for grant in await find_grants(db, person_id):
        if grant.revoked_at is None:
            viewer.must_hold(Role.ADMIN, grant.organisation_id)
