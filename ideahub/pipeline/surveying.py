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

from ideahub.accounts.models import Organisation
from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.finding import visible_campaigns
from ideahub.campaigns.models import Audience, Campaign
from ideahub.ideas.finding import Author, author_name, listed_ideas
from ideahub.ideas.models import PATH, CoAuthor, Idea, Stage
from ideahub.ideas.stages import StageChoice, stage_choice
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.describing import Needs, needs
from ideahub.pipeline.measuring import STUCK_DAYS, measure
from ideahub.pipeline.reviewing import Move, moves

AT_ONCE = 8
MOST_CALLS = 300
MOVING = tuple(stage for stage in PATH if stage != Stage.ADOPTED)
IS_STUCK = (Idea.stage.in_(MOVING)) & (
    func.statement_timestamp() - Idea.stage_since > text(f"interval '{STUCK_DAYS} days'")
)


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
    needs: Needs
    moves: list[Move]


class Column(msgspec.Struct, frozen=True):
    """A stage with its newest cards, and how many ideas are there altogether."""

    stage: StageChoice
    count: int
    stuck: int
    cards: list[BoardCard]


class Call(NamedTuple):
    """A challenge or idea box that the board can be narrowed to."""

    id: int
    title: str
    organisation_id: int
    organisation_name: str


async def survey(db: AsyncSession, viewer: Viewer, filters: BoardFilters) -> list[Column]:
    """The columns of the board, in three queries however many ideas there are."""
    narrowed = [listed_ideas(viewer), *_narrowed(filters)]
    counts = await _counts(db, narrowed)
    cards = await _cards(db, viewer, narrowed)
    return [
        Column(stage_choice(stage), *counts.get(stage, (0, 0)), cards.get(stage, []))
        for stage in Stage
    ]


async def calls(db: AsyncSession, viewer: Viewer) -> list[Call]:
    """The challenges and idea boxes in sight that have ideas, by title."""
    rows = await db.execute(
        select(Campaign.id, Campaign.title, Campaign.organisation_id, Organisation.name)
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .where(visible_campaigns(viewer), Campaign.ideas_count > 0)
        .order_by(Campaign.title, Campaign.id)
        .limit(literal_column(str(MOST_CALLS)))
    )
    return [Call(*row) for row in rows.all()]


async def _counts(
    db: AsyncSession, narrowed: Sequence[ColumnElement[bool]]
) -> dict[Stage, tuple[int, int]]:
    rows = await db.execute(
        select(Idea.stage, func.count(), func.count().filter(IS_STUCK))
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(*narrowed)
        .group_by(Idea.stage)
    )
    return {Stage(stage): (count, stuck) for stage, count, stuck in rows.all()}


async def _cards(
    db: AsyncSession, viewer: Viewer, narrowed: Sequence[ColumnElement[bool]]
) -> dict[Stage, list[BoardCard]]:
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


def _of_stage(viewer: Viewer, stage: Stage, narrowed: Sequence[ColumnElement[bool]]) -> Select[Any]:
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
        # Nearly all ideas are sparks: when they were posted is in an index, since when is not.
        .order_by(desc(Idea.created_at if stage is Stage.SPARK else Idea.stage_since))
        .order_by(desc(Idea.id))
        .limit(literal_column(str(AT_ONCE)))
    )


SHOWN = [name for name in BoardCard.__struct_fields__ if name not in {"needs", "moves"}]


def _own(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.id is None:
        return false()
    co_author = exists().where(CoAuthor.idea_id == Idea.id, CoAuthor.person_id == viewer.id)
    return (Idea.author_id == viewer.id) | co_author


def _narrowed(filters: BoardFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.campaign_id is not None:
        conditions.append(Idea.campaign_id == filters.campaign_id)
    if filters.organisation_id is not None:
        conditions.append(Campaign.organisation_id.in_(_and_below(filters.organisation_id)))
    if filters.stuck:
        conditions.append(IS_STUCK)
    return conditions


def _and_below(organisation_id: int) -> Select[Any]:
    below = select(Organisation.id).where(Organisation.id == organisation_id).cte(recursive=True)
    below = below.union(select(Organisation.id).join(below, Organisation.parent_id == below.c.id))
    return select(below.c.id)
