"""The figures of a quarter by challenge: the source of what is said of all of them together."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry
from ideahub.ideas.models import Idea, Vote
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.collecting.taking_part import COUNTED_ENTRIES, FIRST_SENT
from ideahub.you_said.scope import CAMPAIGNS, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST = 100
_count = func.count().label("many")
_ideas = select(Idea.campaign_id, _count).where(HERE, in_time(Idea.created_at))
_votes = (
    select(Idea.campaign_id, _count)
    .join(Vote, Vote.idea_id == Idea.id)
    .where(HERE, in_time(Vote.created_at))
)
_contributions = (
    select(Idea.campaign_id, _count)
    .join(Contribution, Contribution.idea_id == Idea.id)
    .where(HERE, Contribution.is_listed, in_time(Contribution.created_at))
)
_entries = select(Entry.campaign_id, _count).where(COUNTED_ENTRIES, in_time(FIRST_SENT))
_parts = {
    name: counted.group_by(place).subquery(name)
    for name, counted, place in (
        ("ideas", _ideas, Idea.campaign_id),
        ("votes", _votes, Idea.campaign_id),
        ("contributions", _contributions, Idea.campaign_id),
        ("entries", _entries, Entry.campaign_id),
    )
}
_counts = {name: func.coalesce(part.c.many, constant(0)) for name, part in _parts.items()}
_all = select(Campaign.id, Campaign.kind, *(one.label(name) for name, one in _counts.items()))
for _part in _parts.values():
    _all = _all.outerjoin(_part, _part.c.campaign_id == Campaign.id)
BY_CAMPAIGN = (
    _all.where(Campaign.id == CAMPAIGNS, or_(*(one > constant(0) for one in _counts.values())))
    .order_by(*(one.desc() for one in _counts.values()), Campaign.id)
    .limit(constant(MOST))
)


async def counted(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """A row for each challenge or idea box in which there was something; none for a page that is
    about one only."""
    if scope.quarter is None:
        return []
    return [
        Sentence(
            section=Section.COUNTED,
            kind=SentenceKind.COUNTED,
            path=f"/ideas?within={row.id}",
            campaign=row.id,
            numbers={name: getattr(row, name) for name in _counts},
        )
        for row in await rows_of(db, BY_CAMPAIGN, scope.bound)
    ]
