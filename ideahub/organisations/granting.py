"""Rules for granting and revoking roles."""

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.organisations.models import Person, RoleGrant
from ideahub.organisations.sourced_grants import ADMINS, end_sourced


def must_admin(viewer: Viewer) -> None:
    """Raises SignInNeeded for a stranger, and NotFound for a person who is no admin anywhere."""
    viewer.must_sign_in()
    if not viewer.is_admin:
        raise NotFound


async def grant_role(
    db: AsyncSession, viewer: Viewer, person_id: int, role: Role, organisation_id: int | None
) -> None:
    """Grants a person a role in an organisation and all below it, or everywhere (None).

    Does nothing where the person holds it there already. Raises SignInNeeded, and Forbidden where
    the viewer is not an admin of that organisation.
    """
    admin_id = viewer.must_hold(Role.ADMIN, organisation_id)
    await end_sourced(db, person_id, role, organisation_id, admin_id)
    if await _insert(db, person_id, role, organisation_id, admin_id):
        await record(
            db,
            Kind.ROLE_GRANTED,
            viewer,
            subject=Ref(Person, person_id),
            role=role,
            organisation_id=organisation_id,
        )


async def revoke_role(db: AsyncSession, viewer: Viewer, person_id: int, grant_id: int) -> None:
    """Ends a grant; its row stays. Does nothing where it is revoked already.

    Raises SignInNeeded, NotFound where there is no such grant of this person, Forbidden where the
    viewer is not an admin there, Conflict for the last admin of the whole site.
    """
    grant = await db.get(RoleGrant, grant_id)
    if grant is None or grant.person_id != person_id:
        must_admin(viewer)
        raise NotFound
    if grant.revoked_at and grant.revoked_by == viewer.person_id:
        # After a double press on one's own role as admin, the viewer is no admin any more.
        return
    must_admin(viewer)
    admin_id = viewer.must_hold(Role.ADMIN, grant.organisation_id)
    if grant.role == Role.ADMIN and grant.organisation_id is None:
        await _keep_one_admin(db, grant)
    revoked = await db.scalar(
        update(RoleGrant)
        .where(RoleGrant.id == grant_id, RoleGrant.revoked_at.is_(None))
        .values(revoked_by=admin_id, revoked_at=func.now())
        .returning(RoleGrant.id)
    )
    if revoked is not None:
        await record(
            db,
            Kind.ROLE_REVOKED,
            viewer,
            subject=Ref(Person, person_id),
            role=grant.role,
            organisation_id=grant.organisation_id,
        )


async def make_admin(db: AsyncSession, person_id: int) -> None:
    """Makes a person an admin of the whole site, for the operator; does nothing for an admin."""
    if await _insert(db, person_id, Role.ADMIN, None, None):
        await record(
            db,
            Kind.ROLE_GRANTED,
            None,
            subject=Ref(Person, person_id),
            role=Role.ADMIN,
            organisation_id=None,
        )


async def _insert(
    db: AsyncSession,
    person_id: int,
    role: Role,
    organisation_id: int | None,
    admin_id: int | None,
) -> bool:
    granted = await db.scalar(
        insert(RoleGrant)
        .values(
            person_id=person_id,
            role=role,
            organisation_id=organisation_id,
            granted_by=admin_id,
        )
        .on_conflict_do_nothing()
        .returning(RoleGrant.id)
    )
    return granted is not None


async def must_leave_one_admin(db: AsyncSession, person_id: int) -> None:
    """Raises Conflict where nobody else is an admin of the whole site; for who loses all roles."""
    if await _admins(db) == {person_id}:
        raise Conflict(_("This is the last administrator of the whole site. Make another first."))


async def _keep_one_admin(db: AsyncSession, grant: RoleGrant) -> None:
    if await _admins(db) <= {grant.person_id}:
        raise Conflict(
            _(
                "This is the last administrator of the whole site. "
                "Make somebody else one first, then this role can be revoked."
            )
        )


async def _admins(db: AsyncSession) -> set[int]:
    """The admins of the whole site who can sign in; locked."""
    return set((await db.scalars(ADMINS)).all())
