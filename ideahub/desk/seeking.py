"""Queries for ideas: those that seek a sponsor, and concerns about those that one sponsors."""

from datetime import datetime
from functools import cache

import msgspec
from sqlalchemy import Select, desc, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.criteria import IS_ANSWERED, IS_CONCERN
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.criteria import ORGANISATIONS
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import shown_name
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.organisations.models import Person
from ideahub.pipeline.moving import wants_sponsor
from ideahub.sponsorship.models import Pledge
from ideahub.sponsorship.queries import IS_AUTHOR

MOST = 500
# Only the most supported are looked at, so that the page takes no longer on a large site; of those
# the ones that more organisations support come first.
MOST_SOUGHT, MOST_LOOKED_AT = 20, 100
_own_pledge = exists().where(Pledge.idea_id == Idea.id, Pledge.sponsor_id == VIEWER_ID)


@cache
def _seeking() -> Select[int, str, int, int]:
    looked_at = (
        select(Idea.id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(
            LISTED_IDEAS,
            wants_sponsor(),
            Idea.sponsors_count == constant(0),
            Idea.source_ref.is_(None),
            ~IS_AUTHOR,
            ~_own_pledge,
        )
        .order_by(desc(Idea.votes_count), desc(Idea.id))
        .limit(constant(MOST_LOOKED_AT))
    )
    return (
        select(Idea.id, Idea.title, Idea.votes_count, ORGANISATIONS.query.label("breadth"))
        .where(Idea.id.in_(looked_at))
        .order_by(desc("breadth"), desc(Idea.votes_count), desc(Idea.id))
        .limit(constant(MOST_SOUGHT))
    )


CONCERNS = (
    select(
        Contribution.id,
        Idea.id.label("idea_id"),
        Idea.title,
        shown_name(Contribution.author_id, Person.name).label("author"),
        Contribution.created_at,
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Person, Person.id == Contribution.author_id)
    .where(
        LISTED_IDEAS,
        Idea.id.in_(
            select(Pledge.idea_id).where(Pledge.sponsor_id == VIEWER_ID, Pledge.is_standing)
        ),
        IS_CONCERN,
        ~IS_ANSWERED,
        Contribution.author_id != VIEWER_ID,
    )
    .order_by(Contribution.created_at, Contribution.id)
    .limit(constant(MOST))
)


class SoughtIdea(msgspec.Struct, frozen=True):
    """An idea whose gate lacks a sponsor; `breadth` is how many organisations support it, all
    citizens being one."""

    id: int
    title: str
    votes: int
    breadth: int


class RaisedConcern(msgspec.Struct, frozen=True):
    """A concern under an idea that the viewer sponsors, which no author has answered."""

    id: int
    idea_id: int
    title: str
    author: str
    created_at: datetime


async def ideas_seeking(db: AsyncSession, viewer: Viewer) -> list[SoughtIdea]:
    """Ideas that need a sponsor, for a leader: broadly supported ones first, at most MOST_SOUGHT;
    for others none."""
    if not viewer.can_lead:
        return []
    rows = await rows_of(db, _seeking(), viewer.bound)
    return [SoughtIdea(*row) for row in rows]


async def concerns_raised(db: AsyncSession, viewer: Viewer) -> list[RaisedConcern]:
    """Open concerns under ideas that the viewer sponsors, the longest waiting first."""
    return [RaisedConcern(*row) for row in await rows_of(db, CONCERNS, viewer.bound)]
