"""Queries for people and their roles, as far as the viewer may see them."""

import re
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.languages import offered
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation, Person, RoleGrant

PAGE = 40

Granter = aliased(Person, name="granter")
Revoker = aliased(Person, name="revoker")


class PersonView(msgspec.Struct, frozen=True):
    """An account, as its own page and the admins' list show it."""

    id: int
    name: str
    title: str
    email: str
    created_at: datetime
    organisation_id: int | None
    organisation: str | None
    has_password: bool
    demo: bool
    disabled_at: datetime | None
    roles: list[str] = []


class GrantView(msgspec.Struct, frozen=True):
    """A role that a person holds or held, with the names of who granted and revoked it."""

    id: int
    role: str
    organisation_id: int | None
    organisation: str | None
    granted_at: datetime
    granted_by: str | None
    revoked_at: datetime | None
    revoked_by: str | None


_roles = (
    select(RoleGrant.role)
    .where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))
    .group_by(RoleGrant.role)
    .order_by(func.min(RoleGrant.id))
)
PEOPLE: Select[*tuple[Any, ...]] = select(
    Person.id,
    Person.name,
    Person.title,
    Person.email,
    Person.created_at,
    Person.organisation_id,
    Organisation.name.label("organisation"),
    Person.password_hash.is_not(None).label("has_password"),
    Person.demo,
    Person.disabled_at,
    func.array(_roles.scalar_subquery()).label("roles"),
).outerjoin(Organisation, Organisation.id == Person.organisation_id)
# The people that an admin may manage: those with an address, who are staff of an organisation that
# the admin's role covers or hold a role there; for an admin of the whole site, all with an address.
LOOKED_AFTER = and_(
    Person.email.is_not(None),
    or_(
        viewer_holds(Role.ADMIN, Person.organisation_id),
        exists().where(
            RoleGrant.person_id == Person.id,
            RoleGrant.revoked_at.is_(None),
            viewer_holds(Role.ADMIN, RoleGrant.organisation_id),
        ),
    ),
)
FIND = PEOPLE.where(
    Person.id == bindparam("person_id", type_=BigInteger),
    or_(Person.id == VIEWER_ID, LOOKED_AFTER),
)


async def find_person(db: AsyncSession, viewer: Viewer, person_id: int) -> PersonView:
    """The viewer themselves, or somebody they manage as an admin; raises NotFound."""
    found = await rows_of(db, FIND, {"person_id": person_id, **viewer.bound})
    if not found:
        raise NotFound
    return PersonView(**found[0]._mapping)


async def find_people(
    db: AsyncSession, viewer: Viewer, search: str = "", after: tuple[str, int] | None = None
) -> list[PersonView]:
    """The people that the viewer manages as an admin, ordered by name.

    `search` has parts of a name or address, in any letters; `after` is the name and number of the
    last person of the page before. Returns PAGE people at most, and one more where there is a
    next page.
    """
    # First only their numbers, which the index of names tells without reading a person.
    some = select(Person.id).where(LOOKED_AFTER, *(_named(part) for part in search.split()))
    if after:
        some = some.where(tuple_(Person.name, Person.id) > tuple_(*map(literal, after)))
    some = some.order_by(Person.name, Person.id).limit(constant(PAGE + 1))
    query = PEOPLE.where(Person.id.in_(some.correlate(None)))
    found = await rows_of(db, query.order_by(Person.name, Person.id), viewer.bound)
    return [PersonView(**row._mapping) for row in found]


def _named(part: str) -> ColumnElement[bool]:
    escaped = re.sub(r"([\\%_])", r"\\\1", part)
    return Person.searched.contains(func.search_plain(escaped))


async def find_grants(db: AsyncSession, person_id: int) -> list[GrantView]:
    """The roles that a person holds, then those they held; each the newest first."""
    found = await db.execute(
        select(
            RoleGrant.id,
            RoleGrant.role,
            RoleGrant.organisation_id,
            Organisation.name.label("organisation"),
            RoleGrant.granted_at,
            Granter.name.label("granted_by"),
            RoleGrant.revoked_at,
            Revoker.name.label("revoked_by"),
        )
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .outerjoin(Granter, Granter.id == RoleGrant.granted_by)
        .outerjoin(Revoker, Revoker.id == RoleGrant.revoked_by)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.revoked_at.desc().nulls_first(), RoleGrant.id.desc())
    )
    return [GrantView(**row._mapping) for row in found]


async def demo_people(db: AsyncSession) -> list[PersonView]:
    """The demo's people, in the order in which they were made; for signing in with one click."""
    query = PEOPLE.where(Person.demo, Person.email.is_not(None))
    found = await db.execute(query.order_by(Person.id).limit(PAGE))
    return [PersonView(**row._mapping) for row in found]


async def language_of(db: AsyncSession, address: str) -> str | None:
    """The language that the person with this address chose; None where they chose none, or one
    that is not offered any more."""
    chosen = await db.scalar(select(Person.language).where(Person.email == address))
    return chosen if chosen in offered() else None
