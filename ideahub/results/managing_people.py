"""Who manages the challenges of an organisation, to keep apart who decides and who judges."""

from sqlalchemy import Select, or_, select

from ideahub.core.viewer import Role
from ideahub.organisations.models import Organisation, RoleGrant


def managers_of(organisation_id: int) -> Select[int]:
    """The numbers of the people who manage what this organisation asks."""
    above = (
        select(Organisation.id, Organisation.parent_id)
        .where(Organisation.id == organisation_id)
        .cte("above", recursive=True)
    )
    above = above.union(
        select(Organisation.id, Organisation.parent_id).join(
            above, Organisation.id == above.c.parent_id
        )
    )
    covers = or_(
        RoleGrant.organisation_id.is_(None), RoleGrant.organisation_id.in_(select(above.c.id))
    )
    return select(RoleGrant.person_id).where(
        RoleGrant.revoked_at.is_(None), RoleGrant.role.in_([Role.MANAGER, Role.ADMIN]), covers
    )
