"""Roles that come from groups at a provider: granted and revoked at each sign-in, and no others."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.openid_connect.claims import Groups
from ideahub.openid_connect.models import GroupRole, OpenIdProvider
from ideahub.organisations.models import Person
from ideahub.organisations.sourced_grants import (
    confirm_from_source,
    grant_from_source,
    revoke_from_source,
    revoke_unconfirmed,
)

# What a grant says of where it came from, before the number of the mapping.
SOURCE = "openid group role "
# How long a role counts after its person last signed in at the provider: somebody who left there,
# and signs in here in another way, would else keep it for ever.
COUNTS = timedelta(days=30)
ENDED_AT_ONCE = 1_000
STANDING = GroupRole.removed_at.is_(None)


async def apply_groups(
    db: AsyncSession, provider: OpenIdProvider, person_id: int, groups: Groups
) -> str:
    """Grants the roles of these groups, and revokes those that came from others; returns a
    sentence for the person where their groups cannot be known, else nothing.

    Where the provider does not name groups nothing is changed: a claim that was left out by
    mistake would else take everybody's roles away.
    """
    mappings = (await db.scalars(_of(provider.id))).all()
    if not mappings:
        return ""
    await locked(db, Person, person_id)
    await confirm_from_source(db, [source_of(one.id) for one in mappings], person_id)
    if groups.named is None:
        await record(
            db,
            Kind.GROUPS_MISSING,
            Ref(Person, person_id),
            subject=provider,
            too_many=groups.too_many,
        )
        return _not_told(provider) if groups.too_many else ""
    wanted = [one for one in mappings if one.group in groups.named and not one.removed_at]
    await _revoke_others(db, person_id, mappings, wanted)
    for one in wanted:
        await grant_from_source(
            db, person_id, one.role, one.organisation_id, source_of(one.id), group=one.group
        )
    return ""


async def end_unused_roles(db: AsyncSession) -> None:
    """Ends the roles from groups of people who have not signed in at the provider within COUNTS, at
    most ENDED_AT_ONCE. They come back at the next sign-in there."""
    await revoke_unconfirmed(db, COUNTS, ENDED_AT_ONCE)


async def _revoke_others(
    db: AsyncSession, person_id: int, mappings: Sequence[GroupRole], wanted: Sequence[GroupRole]
) -> None:
    kept = {(one.role, one.organisation_id) for one in wanted}
    gone = [one for one in mappings if (one.role, one.organisation_id) not in kept]
    await revoke_from_source(db, [source_of(one.id) for one in gone], person_id=person_id)


async def add_group_role(
    db: AsyncSession,
    viewer: Viewer,
    provider: OpenIdProvider,
    group: str,
    role: Role,
    organisation_id: int | None,
) -> None:
    """Gives members of the group this role from their next sign-in on; does nothing where they get
    it already. Raises Forbidden where the viewer could not grant that role themselves."""
    admin_id = viewer.must_hold(Role.ADMIN, organisation_id)
    await locked(db, OpenIdProvider, provider.id)
    same = (
        GroupRole.provider_id == provider.id,
        GroupRole.group == group,
        GroupRole.role == role,
        GroupRole.organisation_id.is_not_distinct_from(organisation_id),
    )
    if await db.scalar(select(GroupRole.id).where(*same, STANDING)) is not None:
        return
    made = GroupRole(
        provider_id=provider.id,
        group=group,
        role=role,
        organisation_id=organisation_id,
        added_by=admin_id,
    )
    db.add(made)
    await db.flush()
    told: dict[str, Any] = {"group": group, "role": role, "organisation_id": organisation_id}
    await record(db, Kind.GROUP_ROLE_ADDED, viewer, subject=provider, **told)


async def remove_group_role(
    db: AsyncSession, viewer: Viewer, provider: OpenIdProvider, group_role_id: int
) -> None:
    """Members of the group lose the role that they got by it, at once. Does nothing where it is
    removed already; raises NotFound, and Forbidden where the viewer could not grant that role."""
    found = await locked(db, GroupRole, group_role_id)
    if found.provider_id != provider.id:
        raise NotFound
    admin_id = viewer.must_hold(Role.ADMIN, found.organisation_id)
    if found.removed_at is not None:
        return
    removed = update(GroupRole).where(GroupRole.id == found.id)
    await db.execute(removed.values(removed_at=func.now(), removed_by=admin_id))
    told: dict[str, Any] = {
        "group": found.group,
        "role": found.role,
        "organisation_id": found.organisation_id,
    }
    await record(db, Kind.GROUP_ROLE_REMOVED, viewer, subject=provider, **told)
    await revoke_from_source(db, [source_of(found.id)], by=admin_id)


def source_of(group_role_id: int) -> str:
    """How a grant that came from this mapping names where it came from."""
    return f"{SOURCE}{group_role_id}"


def _not_told(provider: OpenIdProvider) -> str:
    return _(
        "You are in so many groups that %(name)s does not name them. Your roles stay as they "
        "were. Whoever administers %(name)s can choose which groups it names to this site.",
        name=provider.name,
    )


def _of(provider_id: int) -> Select[GroupRole]:
    return select(GroupRole).where(GroupRole.provider_id == provider_id).order_by(GroupRole.id)
