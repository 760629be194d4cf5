"""What a person gave, as far as the viewer may see it: their ideas, and those that they support.

Nothing that was posted under a pseudonym is among it, whoever looks.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.pseudonyms import conceals
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.ideas.supporters import IS_NAMED
from ideahub.organisations.models import Person

MOST = 20
OF_PERSON = bindparam("person_id", type_=BigInteger)
_ideas: Select[*tuple[Any, ...]] = (
    select(Idea.id, Idea.title, Idea.stage, Campaign.title, Idea.created_at)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(LISTED_IDEAS)
    .limit(constant(MOST + 1))
)
POSTED = _ideas.where(Idea.author_id == OF_PERSON, not_(conceals(Idea.author_id))).order_by(
    Idea.created_at.desc(), Idea.id.desc()
)
SUPPORTED = (
    _ideas.join(Vote, Vote.idea_id == Idea.id)
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.person_id == OF_PERSON, IS_NAMED)
    .order_by(Vote.created_at.desc(), Idea.id.desc())
)


class GivenIdea(msgspec.Struct, frozen=True):
    """An idea on the page of somebody who posted or supports it."""

    id: int
    title: str
    stage: Stage
    campaign_title: str
    created_at: datetime


class GivenIdeas(msgspec.Struct, frozen=True):
    """The newest ideas, at most MOST; `more`: whether there are others."""

    newest: list[GivenIdea]
    more: bool


async def posted_by(db: AsyncSession, viewer: Viewer, person_id: int) -> GivenIdeas:
    """The ideas that this person posted under their own name."""
    return await _found(db, POSTED, viewer, person_id)


async def supported_by(db: AsyncSession, viewer: Viewer, person_id: int) -> GivenIdeas:
    """The ideas where this person is named as a supporter."""
    return await _found(db, SUPPORTED, viewer, person_id)


async def _found(
    db: AsyncSession, statement: Select[*tuple[Any, ...]], viewer: Viewer, person_id: int
) -> GivenIdeas:
    rows = await rows_of(db, statement, {**viewer.bound, "person_id": person_id})
    found = [GivenIdea(*row) for row in rows]
    return GivenIdeas(found[:MOST], more=len(found) > MOST)
