"""Where somebody is known, and which of their roles came from groups there."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.openid_connect.group_roles import SOURCE
from ideahub.openid_connect.models import GroupRole, Identity, OpenIdProvider
from ideahub.organisations.models import RoleGrant

PERSON = bindparam("person_id", type_=BigInteger)


class Origin(msgspec.Struct, frozen=True):
    """The group that gave a role, and the provider that named it."""

    group: str
    provider: str


class KnownAt(msgspec.Struct, frozen=True):
    """An account that is connected; `provider` is None where none has this issuer any more."""

    issuer: str
    provider: str | None
    connected_at: datetime
    seen_at: datetime


_ORIGINS = (
    select(RoleGrant.id, GroupRole.group, OpenIdProvider.name.label("provider"))
    .join(GroupRole, RoleGrant.source == func.concat(literal(SOURCE), GroupRole.id))
    .join(OpenIdProvider, OpenIdProvider.id == GroupRole.provider_id)
    .where(RoleGrant.person_id == PERSON)
)
_named = (
    select(func.min(OpenIdProvider.name))
    .where(OpenIdProvider.issuer == Identity.issuer)
    .scalar_subquery()
)
_KNOWN_AT = (
    select(
        Identity.issuer,
        _named.label("provider"),
        Identity.created_at.label("connected_at"),
        Identity.seen_at,
    )
    .where(Identity.person_id == PERSON)
    .order_by(Identity.id)
)


async def origins_of(db: AsyncSession, person_id: int) -> dict[int, Origin]:
    """The number of each grant that came from a group, also of one that ended → that group."""
    found = await rows_of(db, _ORIGINS, {"person_id": person_id})
    return {row.id: Origin(row.group, row.provider) for row in found}


async def known_at(db: AsyncSession, person_id: int) -> list[KnownAt]:
    """The accounts at providers that the person signs in with."""
    found = await rows_of(db, _KNOWN_AT, {"person_id": person_id})
    return [KnownAt(**row._mapping) for row in found]
