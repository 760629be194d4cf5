"""Queries for what a decision rests on: who wants an idea, and what speaks for and against it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, and_, desc, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.conversation.criteria import IS_ANSWERED, IS_CONCERN
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.rows import CONTRIBUTIONS, ContributionView, contribution_view
from ideahub.core.db import constant, interval, rows_of
from ideahub.ideas.criteria import ORGANISATIONS
from ideahub.ideas.models import Idea, IdeaSupport, Vote
from ideahub.ideas.queries import IDEA_ID, IdeaView

_IS_EVIDENCE = and_(
    Contribution.kind == constant(ContributionKind.EVIDENCE),
    Contribution.parent_id.is_(None),
    Contribution.is_listed,
)
_IS_OPEN_CONCERN = and_(IS_CONCERN, ~IS_ANSWERED)
_votes = select(func.count()).where(Vote.idea_id == Idea.id)
_words = select(func.count()).where(Contribution.idea_id == Idea.id, Contribution.is_listed)
_citizens = select(func.coalesce(func.max(IdeaSupport.votes), constant(0))).where(
    IdeaSupport.idea_id == Idea.id, IdeaSupport.organisation_id == constant(0)
)
_closes = select(func.min(Phase.closes_at)).where(
    Phase.campaign_id == Idea.campaign_id, Phase.closes_at > func.now()
)
_budget = select(Campaign.fiscal_year).where(Campaign.id == Idea.campaign_id)


def _number(some: Select[Any], name: str) -> Any:
    return some.correlate(Idea).scalar_subquery().label(name)


WEIGHT = select(
    # As gates count them, and so the idea's page.
    ORGANISATIONS.query.label("organisations"),
    _number(_citizens, "citizens"),
    _number(_votes.where(Vote.created_at > func.now() - interval(days=7)), "votes_in_week"),
    _number(
        _words.with_only_columns(func.count(Contribution.author_id.distinct())).where(
            Contribution.author_id != Idea.author_id
        ),
        "contributors",
    ),
    _number(_words.where(_IS_EVIDENCE), "evidence"),
    _number(_words.where(IS_CONCERN), "concerns"),
    _number(_words.where(_IS_OPEN_CONCERN), "open_concerns"),
    _number(_closes, "closes_at"),
    _number(_budget, "budget"),
).where(Idea.id == IDEA_ID)
# The one that most people thanked for, and of those the newest.
STRONGEST = (
    CONTRIBUTIONS.where(Idea.id == IDEA_ID, or_(_IS_EVIDENCE, _IS_OPEN_CONCERN))
    .ext(distinct_on(Contribution.kind))
    .order_by(Contribution.kind, desc(Contribution.thanks_count), desc(Contribution.id))
)


class Weight(msgspec.Struct, frozen=True):
    """Who wants an idea: organisations whose people support it, all citizens being one, how many
    citizens those are, the votes of the last seven days, people who added to it; how much evidence
    there is, how many concerns were raised and are open, when the next phase of its campaign
    closes, and from which years' budget the campaign is paid (empty where that is not said)."""

    organisations: int
    citizens: int
    votes_in_week: int
    contributors: int
    evidence: int
    concerns: int
    open_concerns: int
    closes_at: datetime | None
    budget: str


class Strongest(msgspec.Struct, frozen=True):
    """The strongest evidence and the strongest open concern, by thanks and then by date."""

    evidence: ContributionView | None
    concern: ContributionView | None


async def weight_of(db: AsyncSession, idea: IdeaView) -> Weight:
    """Who wants an idea, which the caller has found through the viewer."""
    (row,) = await rows_of(db, WEIGHT, {"idea_id": idea.id})
    return Weight(*row)


async def strongest_of(db: AsyncSession, idea: IdeaView) -> Strongest:
    """What speaks most for and against an idea, which the caller has found through the viewer."""
    rows = await rows_of(db, STRONGEST, {"idea_id": idea.id})
    found = {view.kind: view for view in map(contribution_view, rows)}
    return Strongest(found.get(ContributionKind.EVIDENCE), found.get(ContributionKind.CONCERN))
