"""Who moderates what an organisation asks, and the cases that a viewer may decide."""

from sqlalchemy import Select, or_, select

from ideahub.core.viewer import Role, viewer_holds
from ideahub.moderation.models import ModerationCase
from ideahub.organisations.models import Organisation, RoleGrant

# The cases of the viewer's organisations; those without one are for moderators of the whole site.
MODERATES = viewer_holds(Role.MODERATOR, ModerationCase.organisation_id)


def moderators_of(organisation_id: int | None, *roles: Role) -> Select[int]:
    """The numbers of the people who hold one of these roles for what this organisation asks; None:
    for the whole site."""
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
        RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(roles), covers
    )
