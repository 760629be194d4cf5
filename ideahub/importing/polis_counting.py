"""The votes of a conversation as rows, and the counts that follow from them."""

from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.ideas.voting import RISING
from ideahub.importing.polis_files import PolisConversation
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress

VOTES_AT_ONCE = 10_000

ADD_VOTES = text("""
    insert into vote (idea_id, person_id, created_at)
    select given.idea_id, given.person_id, coalesce(given.at, now())
    from unnest(cast(:ideas as bigint[]), cast(:people as bigint[]),
                cast(:times as timestamptz[])) as given (idea_id, person_id, at)
    on conflict do nothing
""")
# First the rows are held, so that whoever votes meanwhile is counted once and not lost.
HOLD = text("select id from idea where campaign_id = :campaign_id order by id for no key update")
RISING_NOW = RISING.replace("votes_count", "counted.votes")
COUNT_VOTES = text(f"""
    with counted as (
        select idea.id, count(vote.person_id) as votes
        from idea left join vote on vote.idea_id = idea.id
        where idea.campaign_id = :campaign_id group by idea.id
    )
    update idea set votes_count = counted.votes,
        rising = {RISING_NOW}
    from counted where idea.id = counted.id and idea.votes_count <> counted.votes
""")  # noqa: S608  only a formula of our own is put in


async def put_votes(
    db: AsyncSession,
    talk: PolisConversation,
    people: dict[str, int],
    ideas: dict[str, int],
    report: Report,
    progress: Progress,
) -> None:
    """Stores the agreements that are new, in thousands at once."""
    agreed = [
        (ideas[statement], people[name], at)
        for (name, statement), at in talk.agreements.items()
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
    """Makes every count of the campaign what its rows say."""
    await db.execute(HOLD, {"campaign_id": campaign_id})
    await db.execute(COUNT_VOTES, {"campaign_id": campaign_id})
    listed = select(func.count()).where(
        Idea.campaign_id == campaign_id, Idea.hidden_at.is_(None), Idea.withdrawn_at.is_(None)
    )
    await db.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(ideas_count=listed.scalar_subquery())
    )
