"""Roles that do not come from a person but from a source, such as a group at a provider of
sign-ins. The source revokes them as well, and leaves alone what people granted."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, Ref, record
from ideahub.core.locking import held
from ideahub.core.viewer import Role
from ideahub.organisations.models import FROM_SOURCE, Person, RoleGrant

_admins: Any = (
    select(RoleGrant.person_id, RoleGrant.id)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(
        RoleGrant.role == Role.ADMIN,
        RoleGrant.organisation_id.is_(None),
        RoleGrant.revoked_at.is_(None),
        Person.email.is_not(None),
        Person.disabled_at.is_(None),
    )
    .order_by(RoleGrant.id)
)
# The admins of the whole site who can sign in. Locked, so that the last two cannot leave at once.
ADMINS: Any = held(_admins, of=RoleGrant)


async def grant_from_source(
    db: AsyncSession,
    person_id: int,
    role: Role,
    organisation_id: int | None,
    source: str,
    **told: Any,
) -> None:
    """Grants a role; does nothing where they hold it already, wherever it came from. The event
    tells of the source, and what else is `told`."""
    where: dict[str, Any] = {"role": role, "organisation_id": organisation_id}
    row = insert(RoleGrant).values(person_id=person_id, source=source, **where)
    row = row.values(confirmed_at=func.now())
    if await db.scalar(row.on_conflict_do_nothing().returning(RoleGrant.id)) is not None:
        about = Ref(Person, person_id)
        await record(db, Kind.ROLE_GRANTED, None, subject=about, **where, source=source, **told)


async def revoke_from_source(
    db: AsyncSession,
    sources: Sequence[str],
    *,
    person_id: int | None = None,
    by: int | None = None,
) -> None:
    """Ends the grants that came from these sources, of one person or of all; the last admin of the
    whole site stays one. `by` is the person whose deed it is, if it is one."""
    whose: ColumnElement[bool] = RoleGrant.source.in_(sources)
    if person_id is not None:
        whose = and_(whose, RoleGrant.person_id == person_id)
    await _revoke(db, whose, by=by)


async def confirm_from_source(db: AsyncSession, sources: Sequence[str], person_id: int) -> None:
    """Notes that the person has just come from these sources, so that the grants from there
    count on."""
    own = RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)
    confirmed = update(RoleGrant).where(*own, RoleGrant.source.in_(sources))
    await db.execute(
        confirmed.values(confirmed_at=func.now()).execution_options(synchronize_session=False)
    )


async def revoke_unconfirmed(db: AsyncSession, within: timedelta, most: int) -> None:
    """Ends the grants, at most so many, that their sources have not confirmed within this time;
    the last admin of the whole site stays one."""
    past = RoleGrant.confirmed_at < func.now() - within
    oldest = select(RoleGrant.id).where(FROM_SOURCE, past).order_by(RoleGrant.confirmed_at)
    if found := (await db.scalars(oldest.limit(most))).all():
        await _revoke(db, and_(RoleGrant.id.in_(found), past))


async def _revoke(db: AsyncSession, whose: ColumnElement[bool], *, by: int | None = None) -> None:
    for grant in await _end(db, whose, not_(await _is_last_admin(db, whose)), by=by):
        where = {"role": grant.role, "organisation_id": grant.organisation_id}
        about, actor = Ref(Person, grant.person_id), Ref(Person, by) if by else None
        await record(db, Kind.ROLE_REVOKED, actor, subject=about, **where, source=grant.source)


async def end_sourced(
    db: AsyncSession, person_id: int, role: Role, organisation_id: int | None, by: int
) -> None:
    """Ends such a grant of this very role, so that a person can grant it in its place: then it
    stays, whatever becomes of the source."""
    same = RoleGrant.person_id == person_id, RoleGrant.role == role
    where = RoleGrant.organisation_id.is_not_distinct_from(organisation_id)
    await _end(db, *same, where, RoleGrant.source.is_not(None), by=by)


async def _is_last_admin(db: AsyncSession, whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """The grant of the first admin, where all admins there are would lose theirs at once."""
    standing = (await db.execute(ADMINS.add_columns(whose.label("goes")))).all()
    is_nobody_left = standing and all(grant.goes for grant in standing)
    return RoleGrant.id == standing[0].id if is_nobody_left else false()


async def _end(db: AsyncSession, *which: ColumnElement[bool], by: int | None) -> Sequence[Any]:
    ended = await db.execute(
        update(RoleGrant)
        .where(*which, RoleGrant.revoked_at.is_(None))
        .values(revoked_by=by, revoked_at=func.now())
        .returning(RoleGrant.person_id, RoleGrant.role, RoleGrant.organisation_id, RoleGrant.source)
        .execution_options(synchronize_session=False)
    )
    return ended.all()
