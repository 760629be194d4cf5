"""Sums over the ideas that the viewer may see, from the table of tallies, and merges its rows."""

from typing import Any

import msgspec
from sqlalchemy import Insert, Select, and_, any_, delete, func, insert, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import takes_now
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, constants, rows_of, table_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import IdeaTally, Stage

MOST_ROWS = 8
# Rows to merge at once: after an import there can be very many, and the clock runs every second.
MOST_AT_ONCE = 20_000


class SiteFigures(msgspec.Struct, frozen=True):
    """Sums over all ideas that the viewer sees in lists."""

    ideas: int
    votes: int
    adopted: int
    contributions: int
    pledges: int


def _merge() -> Insert:
    """Replaces many rows of one campaign and stage by one with their sum, in one statement: other
    transactions see all the old rows or the new one."""
    place, tally = ("campaign_id", "stage"), table_of(IdeaTally)
    figures = ("ideas", "votes", "contributions", "adopted", "pledges")
    where = [tally.c[name] for name in place]
    many = select(*where).group_by(*where).having(func.count() > constant(MOST_ROWS)).cte("many")
    of_many = and_(*(tally.c[name] == many.c[name] for name in place))
    chosen = select(tally.c.id).join(many, of_many).limit(constant(MOST_AT_ONCE))
    gone = delete(tally).where(tally.c.id.in_(chosen)).returning(*tally.c).cte("gone")
    summed = select(
        *(gone.c[name] for name in place), *(func.sum(gone.c[name]) for name in figures)
    ).group_by(*(gone.c[name] for name in place))
    return insert(tally).from_select([*place, *figures], summed)


MERGE = _merge()


def tallied(*columns: Any) -> Select[Any]:
    """A select over the tallies of campaigns that the viewer may see; run it with
    `Viewer.bound`."""
    return (
        select(*columns)
        .join_from(IdeaTally, Campaign, Campaign.id == IdeaTally.campaign_id)
        .where(VISIBLE_CAMPAIGNS)
    )


def total(column: Any) -> Any:
    """The SQL expression of the sum of a figure; 0 where there are no rows."""
    return func.coalesce(func.sum(column), 0)


FIGURES = tallied(*(total(getattr(IdeaTally, name)) for name in SiteFigures.__struct_fields__))
# A first thought or a concept moves by what people give it: once its campaign takes nothing any
# more, it stands still. Later stages do not depend on the campaign.
EARLY = IdeaTally.stage == any_(constants(Stage.SPARK, Stage.CONCEPT))
STILL_OPEN = takes_now(IdeaTally.campaign_id, Accepts.VOTES, Accepts.CONTRIBUTIONS)
STAGES = (
    tallied(IdeaTally.stage, total(IdeaTally.ideas))
    .where(or_(not_(EARLY), STILL_OPEN))
    .group_by(IdeaTally.stage)
)


async def count_all(db: AsyncSession, viewer: Viewer) -> SiteFigures:
    """The sums over all ideas that the viewer sees in lists."""
    (row,) = await rows_of(db, FIGURES, viewer.bound)
    return SiteFigures(*(int(value) for value in row))


async def count_stages(db: AsyncSession, viewer: Viewer) -> dict[Stage, int]:
    """The number of ideas at each stage that the viewer sees in lists; without sparks and concepts
    whose campaign has closed."""
    found = await rows_of(db, STAGES, viewer.bound)
    return dict.fromkeys(Stage, 0) | {Stage(stage): int(count) for stage, count in found}


async def merge_tallies(db: AsyncSession) -> None:
    """Merges the rows of campaigns and stages with more than MOST_ROWS; for the clock."""
    await db.execute(MERGE)
