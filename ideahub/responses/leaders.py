"""Who leads an organisation: holds the role there, above it, or everywhere."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import CTE, BigInteger, ColumnElement, and_, any_, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Role
from ideahub.organisations.models import Organisation, Person, RoleGrant

MOST = 300


def _above() -> CTE:
    """Of each organisation (`below`) its own number and those of all above it."""
    own = select(Organisation.id.label("below"), Organisation.id, Organisation.parent_id)
    above = own.cte("above_each", recursive=True)
    higher = select(above.c.below, Organisation.id, Organisation.parent_id).join(
        Organisation, Organisation.id == above.c.parent_id
    )
    return above.union(higher)


ABOVE = _above()


def leads(person_id: Any, organisation_id: Any) -> ColumnElement[bool]:
    """The SQL condition that a person leads the organisation."""
    covers = (
        exists()
        .where(ABOVE.c.below == organisation_id, ABOVE.c.id == RoleGrant.organisation_id)
        .correlate_except(ABOVE)
    )
    standing = and_(RoleGrant.revoked_at.is_(None), RoleGrant.role == constant(Role.LEADER))
    return (
        exists()
        .where(
            RoleGrant.person_id == person_id,
            standing,
            or_(RoleGrant.organisation_id.is_(None), covers),
        )
        .correlate_except(RoleGrant)
    )


def leads_anything(person_id: Any) -> ColumnElement[bool]:
    """The SQL condition that a person leads some organisation."""
    standing = RoleGrant.revoked_at.is_(None), RoleGrant.role == constant(Role.LEADER)
    return exists().where(RoleGrant.person_id == person_id, *standing).correlate_except(RoleGrant)


async def is_leader(db: AsyncSession, person_id: int) -> bool:
    """Whether a person leads some organisation."""
    return bool(await db.scalar(select(leads_anything(person_id))))


class Leader(msgspec.Struct, frozen=True):
    """Somebody who leads an organisation."""

    id: int
    name: str
    title: str


LEADERS = (
    select(Person.id, Person.name, Person.title)
    .where(
        leads(Person.id, bindparam("organisation_id", type_=BigInteger)),
        Person.email.is_not(None),
    )
    .order_by(Person.name, Person.id)
    .limit(constant(MOST))
)


LEADERS_FOR = (
    select(Person.id, Person.name, Person.title)
    .where(
        exists()
        .where(
            Campaign.id == any_(bindparam("campaigns", type_=ARRAY(BigInteger))),
            leads(Person.id, Campaign.organisation_id),
        )
        .correlate(Person),
        Person.email.is_not(None),
    )
    .order_by(Person.name, Person.id)
    .limit(constant(MOST))
)


async def leaders_for(db: AsyncSession, campaign_ids: Sequence[int]) -> list[Leader]:
    """Those who lead the organisation of one of these campaigns, by name."""
    if not campaign_ids:
        return []
    rows = await rows_of(db, LEADERS_FOR, {"campaigns": list(campaign_ids)})
    return [Leader(*row) for row in rows]


class LeaderElsewhere(Leader, frozen=True):
    """Somebody who leads another organisation, with its name."""

    organisation: str


ELSEWHERE = (
    select(Person.id, Person.name, Person.title, Organisation.name.label("organisation"))
    .join(Organisation, Organisation.id == Person.organisation_id)
    .where(
        leads_anything(Person.id),
        ~leads(Person.id, bindparam("organisation_id", type_=BigInteger)),
        Person.email.is_not(None),
        Person.disabled_at.is_(None),
    )
    .order_by(Organisation.name, Person.name, Person.id)
    .limit(constant(MOST))
)


async def leaders_elsewhere(db: AsyncSession, organisation_id: int) -> list[LeaderElsewhere]:
    """Those who lead other organisations only, by these and by name."""
    rows = await rows_of(db, ELSEWHERE, {"organisation_id": organisation_id})
    return [LeaderElsewhere(*row) for row in rows]


async def leaders_of(db: AsyncSession, organisation_id: int) -> list[Leader]:
    """Those who lead the organisation, by name."""
    rows = await rows_of(db, LEADERS, {"organisation_id": organisation_id})
    return [Leader(*row) for row in rows]
