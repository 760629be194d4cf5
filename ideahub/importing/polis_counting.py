"""Stores the votes of a conversation, and the counts of its ideas."""

from typing import Any

from sqlalchemy import BigInteger, DateTime, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import table_of
from ideahub.core.locking import held
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.rising import rising
from ideahub.importing.polis_files import PolisConversation
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress

VOTES_AT_ONCE = 10_000

IDEA, VOTE = table_of(Idea), table_of(Vote)
_given = (
    func.unnest(
        bindparam("ideas", type_=ARRAY(BigInteger)),
        bindparam("people", type_=ARRAY(BigInteger)),
        bindparam("times", type_=ARRAY(DateTime(timezone=True))),
    )
    .table_valued("idea_id", "person_id", "at", name="given")
    .render_derived()
)
ADD_VOTES = (
    insert(VOTE)
    .from_select(
        ["idea_id", "person_id", "created_at"],
        select(_given.c.idea_id, _given.c.person_id, func.coalesce(_given.c.at, func.now())),
    )
    .on_conflict_do_nothing()
)
OF_CAMPAIGN = bindparam("of_campaign", type_=BigInteger)
HOLD = held(select(IDEA.c.id).where(IDEA.c.campaign_id == OF_CAMPAIGN).order_by(IDEA.c.id))
_counted = (
    select(IDEA.c.id, func.count(VOTE.c.person_id).label("votes"))
    .outerjoin(VOTE, VOTE.c.idea_id == IDEA.c.id)
    .where(IDEA.c.campaign_id == OF_CAMPAIGN)
    .group_by(IDEA.c.id)
    .cte("counted")
)
COUNT_VOTES = (
    update(IDEA)
    .where(IDEA.c.id == _counted.c.id, IDEA.c.votes_count != _counted.c.votes)
    .values(votes_count=_counted.c.votes, rising=rising(_counted.c.votes))
)


async def hold_ideas(db: AsyncSession, campaign_id: int) -> None:
    """Locks the campaign's ideas, until the transaction ends, so that votes at the same time are
    counted exactly once. Before any vote is stored: whoever votes does it in this order, too."""
    await db.execute(HOLD, {"of_campaign": campaign_id})


async def put_votes(
    db: AsyncSession,
    conversation: PolisConversation,
    people: dict[str, int],
    ideas: dict[str, int],
    report: Report,
    progress: Progress,
) -> None:
    """Stores the agreements that are new; `people` and `ideas` are the numbers of rows by the ids
    of the export."""
    agreed = [
        (ideas[statement], people[name], at)
        for (name, statement), at in conversation.agreements.items()
        if statement in ideas and name in people
    ]
    for start in range(0, len(agreed), VOTES_AT_ONCE):
        progress("Votes", start, len(agreed))
        chunk = agreed[start : start + VOTES_AT_ONCE]
        columns = [list(column) for column in zip(*chunk, strict=True)]
        values = dict(zip(("ideas", "people", "times"), columns, strict=True))
        stored: Any = await db.execute(ADD_VOTES, values)
        report.votes.add(stored.rowcount, len(chunk))
    progress("Votes", len(agreed), len(agreed))


async def count_exactly(db: AsyncSession, campaign_id: int) -> None:
    """Counts the votes of the campaign's ideas, which are held, and its ideas, and stores these
    numbers."""
    await db.execute(COUNT_VOTES, {"of_campaign": campaign_id})
    listed = select(func.count()).where(Idea.campaign_id == campaign_id, Idea.is_listed)
    await db.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(ideas_count=listed.scalar_subquery())
    )
