"""What was asked: the challenge or idea box, or those of a quarter."""

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase, page_of
from ideahub.core.db import constant, rows_of
from ideahub.ideas.models import Idea
from ideahub.you_said.scope import BEGINNING, CAMPAIGNS, END, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST = 12
_phases = Phase.campaign_id == Campaign.id
_opens = select(func.min(Phase.opens_at)).where(_phases).correlate(Campaign).scalar_subquery()
_closes = select(func.max(Phase.closes_at)).where(_phases).correlate(Campaign).scalar_subquery()
# Open in this time, or an idea was posted in it.
_in_time = or_(
    exists().where(
        _phases,
        or_(Phase.opens_at.is_(None), Phase.opens_at < END),
        or_(Phase.closes_at.is_(None), Phase.closes_at >= BEGINNING),
    ),
    exists().where(
        Idea.campaign_id == Campaign.id, Idea.created_at >= BEGINNING, Idea.created_at < END
    ),
)
QUESTIONS = (
    select(
        Campaign.id,
        Campaign.kind,
        _opens.label("opens_at"),
        _closes.label("closes_at"),
        func.count().over().label("in_all"),
    )
    .where(Campaign.id == CAMPAIGNS, and_(Campaign.published_at < END, _in_time))
    .order_by(Campaign.ideas_count.desc(), Campaign.id)
    .limit(constant(MOST))
)


async def questions(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """A sentence for each, at most MOST, those with most ideas first."""
    rows = await rows_of(db, QUESTIONS, scope.bound)
    found = []
    for row in rows:
        ends = {"opens": row.opens_at, "closes": row.closes_at}
        found.append(
            Sentence(
                section=Section.ASKED,
                kind=SentenceKind.QUESTION,
                path=page_of(row.kind, row.id),
                campaign=row.id,
                times={name: at.isoformat() for name, at in ends.items() if at},
            )
        )
    if rows and rows[0].in_all > MOST:
        more = {"more": rows[0].in_all - MOST}
        found.append(
            Sentence(
                section=Section.ASKED,
                kind=SentenceKind.MORE_QUESTIONS,
                path="/challenges",
                numbers=more,
            )
        )
    return found
