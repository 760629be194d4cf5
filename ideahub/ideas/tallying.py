"""What the ideas in sight add up to, from kept figures: a few rows for each call and stage."""

from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import visible_campaigns
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import IdeaTally

MOST_ROWS = 8
# After an import there may be very many; the clock comes again in a second.
MOST_AT_ONCE = 20_000
# Who reads meanwhile sees all the old rows, or the new one.
TOGETHER = text(f"""
    with many as (
        select campaign_id, stage from idea_tally
        group by campaign_id, stage having count(*) > {MOST_ROWS}
    ), chosen as (
        select idea_tally.id from idea_tally join many using (campaign_id, stage)
        limit {MOST_AT_ONCE}
    ), gone as (
        delete from idea_tally where id in (select id from chosen) returning *
    )
    insert into idea_tally (campaign_id, stage, ideas, votes, contributions, adopted, pledges)
    select campaign_id, stage,
        sum(ideas), sum(votes), sum(contributions), sum(adopted), sum(pledges)
    from gone group by campaign_id, stage
""")  # noqa: S608  numbers of ours


def tallied(viewer: Viewer, *columns: Any) -> Select[Any]:
    """A select over the figures of the ideas that this viewer sees in lists."""
    return (
        select(*columns)
        .join_from(IdeaTally, Campaign, Campaign.id == IdeaTally.campaign_id)
        .where(visible_campaigns(viewer))
    )


def total(column: Any) -> Any:
    """The sum of a figure; 0 where there is none."""
    return func.coalesce(func.sum(column), 0)


async def put_tallies_together(db: AsyncSession) -> None:
    """Makes one row of many; for the clock."""
    await db.execute(TOGETHER)
