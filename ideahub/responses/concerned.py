"""Whom an owed or given answer concerns, and the idea that it is about."""

from typing import NamedTuple

from sqlalchemy import Select, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event
from ideahub.core.text.cleaning import shortened
from ideahub.core.viewer import Role
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.organisations.models import RoleGrant
from ideahub.responses.leaders import ABOVE, leads_anything
from ideahub.responses.models import ResponseOwner
from ideahub.responses.owing import STANDS_IN_NOW
from ideahub.responses.owner_models import StandIn

LONGEST = 2_000
SHORT = 100


class About(NamedTuple):
    """The idea of an event, with its title in one line and the address of its answer."""

    idea: Idea
    title: str
    path: str


async def idea_about(db: AsyncSession, event: Event) -> About | None:
    """The idea of an event; None where it is withdrawn or hidden."""
    idea = await db.get(Idea, event.idea_id)
    if idea is None or not idea.is_listed:
        return None
    return About(idea, shortened(idea.title, SHORT), f"/ideas/{idea.id}/response")


def authors_of(idea_id: int) -> Select[int]:
    """The authors and co-authors of an idea."""
    both = union(
        select(Idea.author_id).where(Idea.id == idea_id),
        select(CoAuthor.person_id).where(CoAuthor.idea_id == idea_id),
    ).subquery()
    return select(both.c[0])


def owners_of(owed_id: int | None) -> Select[int]:
    """Those who owe an answer, and who stands in for them now."""
    owned = ResponseOwner.owed_id == owed_id, ResponseOwner.ended_at.is_(None)
    both = union(
        select(ResponseOwner.person_id).where(*owned),
        select(StandIn.person_id)
        .join(ResponseOwner, ResponseOwner.person_id == StandIn.leader_id)
        .where(*owned, STANDS_IN_NOW, leads_anything(StandIn.leader_id)),
    ).subquery()
    return select(both.c[0])


def managers_of(campaign_id: int | None) -> Select[int]:
    """Those who manage a campaign's organisation."""
    within = select(ABOVE.c.id).where(
        ABOVE.c.below
        == select(Campaign.organisation_id).where(Campaign.id == campaign_id).scalar_subquery()
    )
    return select(RoleGrant.person_id).where(
        RoleGrant.role == Role.MANAGER,
        RoleGrant.revoked_at.is_(None),
        or_(RoleGrant.organisation_id.is_(None), RoleGrant.organisation_id.in_(within)),
    )
