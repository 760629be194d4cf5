"""What pages show of providers."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.locking import held
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.openid_connect.models import GroupRole, OpenIdProvider
from ideahub.organisations.models import Organisation, Person

ENABLED = OpenIdProvider.enabled_at.is_not(None) & OpenIdProvider.disabled_at.is_(None)
LOOKED_AFTER = viewer_holds(Role.ADMIN, OpenIdProvider.organisation_id)
BUTTONS = (
    select(OpenIdProvider.id, OpenIdProvider.name)
    .where(ENABLED)
    .order_by(OpenIdProvider.name, OpenIdProvider.id)
)


class ProviderView(msgspec.Struct, frozen=True):
    """A provider in the list of an admin."""

    id: int
    name: str
    issuer: str
    organisation: str
    enabled_at: datetime | None
    disabled_at: datetime | None
    changed_at: datetime
    changed_by: str | None

    @property
    def is_enabled(self) -> bool:
        """Whether people can sign in there."""
        return self.enabled_at is not None and self.disabled_at is None


class GroupRoleView(msgspec.Struct, frozen=True):
    """A group of a provider, and the role that its members get."""

    id: int
    group: str
    role: str
    organisation_id: int | None
    organisation: str | None
    added_by: str
    created_at: datetime


LISTED = (
    select(
        OpenIdProvider.id,
        OpenIdProvider.name,
        OpenIdProvider.issuer,
        Organisation.name.label("organisation"),
        OpenIdProvider.enabled_at,
        OpenIdProvider.disabled_at,
        OpenIdProvider.changed_at,
        Person.name.label("changed_by"),
    )
    .join(Organisation, Organisation.id == OpenIdProvider.organisation_id)
    .outerjoin(Person, Person.id == OpenIdProvider.changed_by)
    .where(LOOKED_AFTER)
    .order_by(OpenIdProvider.name, OpenIdProvider.id)
)


async def buttons(db: AsyncSession) -> Sequence[tuple[int, str]]:
    """The number and name of each provider where people can sign in."""
    return [(row.id, row.name) for row in await rows_of(db, BUTTONS, {})]


async def find_providers(db: AsyncSession, viewer: Viewer) -> list[ProviderView]:
    """The providers of the organisations that the viewer is an admin of."""
    found = await db.execute(LISTED, viewer.bound)
    return [ProviderView(**row._mapping) for row in found]


async def find_provider(
    db: AsyncSession, viewer: Viewer, provider_id: int, *, lock: bool = False
) -> OpenIdProvider:
    """A provider of an organisation that the viewer is an admin of; raises NotFound. With `lock`
    its row is locked until the transaction ends."""
    query = select(OpenIdProvider).where(OpenIdProvider.id == provider_id, LOOKED_AFTER)
    found: OpenIdProvider | None = await db.scalar(
        held(query, of=OpenIdProvider) if lock else query, viewer.bound
    )
    if found is None:
        raise NotFound
    return found


async def find_group_roles(db: AsyncSession, provider_id: int) -> list[GroupRoleView]:
    """The groups of a provider that give a role."""
    found = await db.execute(
        select(
            GroupRole.id,
            GroupRole.group,
            GroupRole.role,
            GroupRole.organisation_id,
            Organisation.name.label("organisation"),
            Person.name.label("added_by"),
            GroupRole.created_at,
        )
        .join(Person, Person.id == GroupRole.added_by)
        .outerjoin(Organisation, Organisation.id == GroupRole.organisation_id)
        .where(GroupRole.provider_id == provider_id, GroupRole.removed_at.is_(None))
        .order_by(GroupRole.group, GroupRole.id)
    )
    return [GroupRoleView(**row._mapping) for row in found]
