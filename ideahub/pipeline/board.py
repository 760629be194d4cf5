"""The board: every idea in sight by its stage, the most recently moved first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    desc,
    exists,
    false,
    func,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import visible_campaigns
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import PATH, CoAuthor, Idea, IdeaTally, Stage
from ideahub.ideas.queries import Author, author_name, listed_ideas
from ideahub.ideas.stages import StageChoice, stage_choice
from ideahub.ideas.tallying import tallied, total
from ideahub.organisations.models import Organisation
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.decision_form import BoardMove, moves
from ideahub.pipeline.describing import GateSummary, needs
from ideahub.pipeline.measuring import STUCK_DAYS, measure

AT_ONCE = 8
MOST_CALLS = 300
MOVING = tuple(stage for stage in PATH if stage != Stage.ADOPTED)
# When whoever stands at a stage since then or longer is stuck there.
LONG_AGO = func.statement_timestamp() - text(f"interval '{STUCK_DAYS} days'")
IS_STUCK = Idea.stage.in_(MOVING) & (Idea.stage_since < LONG_AGO)


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What the board is narrowed to."""

    campaign_id: int | None = None
    organisation_id: int | None = None
    stuck: bool = False


class BoardCard(msgspec.Struct, frozen=True):
    """An idea on the board."""

    id: int
    title: str
    stage: Stage
    stage_since: datetime
    votes_count: int
    sponsors_count: int
    author_name: str
    campaign_id: int
    campaign_title: str
    campaign_audience: Audience
    needs: GateSummary
    moves: list[BoardMove]


class BoardColumn(msgspec.Struct, frozen=True):
    """A stage with its newest cards, and how many ideas are there altogether."""

    stage: StageChoice
    count: int
    stuck: int
    cards: list[BoardCard]


class BoardCampaign(NamedTuple):
    """A challenge or idea box that the board can be narrowed to."""

    id: int
    title: str
    organisation_id: int
    organisation_name: str


async def board_of(db: AsyncSession, viewer: Viewer, filters: BoardFilters) -> list[BoardColumn]:
    """The columns of the board, in three queries however many ideas there are."""
    counts = await _counts(db, viewer, filters)
    cards = await _cards(db, viewer, filters)
    return [
        BoardColumn(stage_choice(stage), *counts[stage], cards.get(stage, [])) for stage in Stage
    ]


async def board_campaigns(db: AsyncSession, viewer: Viewer) -> list[BoardCampaign]:
    """The challenges and idea boxes in sight that have ideas, by title."""
    rows = await db.execute(
        select(Campaign.id, Campaign.title, Campaign.organisation_id, Organisation.name)
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .where(visible_campaigns(viewer), Campaign.ideas_count > 0)
        .order_by(Campaign.title, Campaign.id)
        .limit(literal_column(str(MOST_CALLS)))
    )
    return [BoardCampaign(*row) for row in rows.all()]


async def _counts(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, tuple[int, int]]:
    """How many stand at each stage, and how many of them are stuck: all but the fresh ones.

    All are in the kept figures; so only those that came lately have to be counted.
    """
    none: ColumnElement[int] = literal_column("0")
    everyone = tallied(viewer, IdeaTally.stage, total(IdeaTally.ideas), none)
    fresh: Any = (
        select(Idea.stage, none, func.count())
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(listed_ideas(viewer), Idea.stage.in_(MOVING), Idea.stage_since >= LONG_AGO)
        .where(*_narrowed(filters, Idea.campaign_id))
    )
    both = union_all(
        everyone.where(*_narrowed(filters, IdeaTally.campaign_id)).group_by(IdeaTally.stage),
        fresh.group_by(Idea.stage),
    )
    counts = dict.fromkeys(Stage, (0, 0))
    for stage, count, lately in await db.execute(both):
        all_of_them, new = counts[Stage(stage)]
        counts[Stage(stage)] = (all_of_them + int(count), new + lately)
    return {stage: _shown(stage, filters, *found) for stage, found in counts.items()}


def _shown(stage: Stage, filters: BoardFilters, count: int, fresh: int) -> tuple[int, int]:
    stuck = count - fresh if stage in MOVING else 0
    return (stuck if filters.stuck else count, stuck)


async def _cards(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, list[BoardCard]]:
    narrowed = [listed_ideas(viewer), *_narrowed(filters, Idea.campaign_id)]
    narrowed += [IS_STUCK] if filters.stuck else []
    each = [_of_stage(viewer, stage, narrowed).subquery() for stage in Stage]
    rows = (await db.execute(union_all(*(select(one) for one in each)))).all()
    standings = await measure(db, [row.id for row in rows])
    grouped: dict[Stage, list[BoardCard]] = {}
    for row in rows:
        standing = standings[row.id]
        may = is_reviewer(viewer, row.organisation_id) and not row.own
        shown = {name: getattr(row, name) for name in SHOWN}
        card = BoardCard(**shown, needs=needs(standing), moves=moves(standing) if may else [])
        grouped.setdefault(Stage(row.stage), []).append(card)
    return grouped


def _of_stage(
    viewer: Viewer, stage: Stage, narrowed: Sequence[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Idea.id,
            Idea.title,
            Idea.stage,
            Idea.stage_since,
            Idea.votes_count,
            Idea.sponsors_count,
            author_name.label("author_name"),
            Campaign.id.label("campaign_id"),
            Campaign.title.label("campaign_title"),
            Campaign.audience.label("campaign_audience"),
            Campaign.organisation_id,
            _own(viewer).label("own"),
        )
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .join(Author, Author.id == Idea.author_id)
        .where(Idea.stage == stage, *narrowed)
        .order_by(desc(Idea.stage_since), desc(Idea.id))
        .limit(literal_column(str(AT_ONCE)))
    )


SHOWN = [name for name in BoardCard.__struct_fields__ if name not in {"needs", "moves"}]


def _own(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.id is None:
        return false()
    co_author = exists().where(CoAuthor.idea_id == Idea.id, CoAuthor.person_id == viewer.id)
    return (Idea.author_id == viewer.id) | co_author


def _narrowed(filters: BoardFilters, campaign_id: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.campaign_id is not None:
        conditions.append(campaign_id == filters.campaign_id)
    if filters.organisation_id is not None:
        conditions.append(Campaign.organisation_id.in_(_and_below(filters.organisation_id)))
    return conditions


def _and_below(organisation_id: int) -> Select[Any]:
    below = select(Organisation.id).where(Organisation.id == organisation_id).cte(recursive=True)
    below = below.union(select(Organisation.id).join(below, Organisation.parent_id == below.c.id))
    return select(below.c.id)
