"""Queries for the board: the ideas that the viewer may see, by stage: the last moved first, of
stuck ones those that have waited longest."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    desc,
    exists,
    func,
    not_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import CoAuthor, Idea, IdeaTally, Stage
from ideahub.ideas.queries import LISTED_IDEAS, Author, author_name
from ideahub.ideas.stages import StageChoice, stage_choice
from ideahub.ideas.tallying import tallied, total
from ideahub.organisations.models import Organisation
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.decision_form import BoardMove, board_moves
from ideahub.pipeline.describing import GateSummary, gate_summary
from ideahub.pipeline.measuring import measure
from ideahub.pipeline.moving import CAME_LONG_AGO, MOVES, can_move, is_stuck

AT_ONCE = 8
MOST_CAMPAIGNS = 300


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """The filters of the board; those that are empty do not apply."""

    campaign_id: int | None = None
    organisation_id: int | None = None
    stuck: bool = False

    @property
    def narrowing(self) -> frozenset[str]:
        """The names of the filters that apply, without `stuck`."""
        places = {"campaign_id": self.campaign_id, "organisation_id": self.organisation_id}
        return frozenset(name for name, number in places.items() if number is not None)

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters of the filters."""
        return {"campaign_id": self.campaign_id, "organisation_id": self.organisation_id}


class BoardCard(msgspec.Struct, frozen=True):
    """An idea on the board, with what its next gate needs and where the viewer may move it."""

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
    """A stage with its newest cards, or the oldest of those that are stuck; `count` is the number
    of its ideas, `stuck` that of those which are stuck."""

    stage: StageChoice
    count: int
    stuck: int
    cards: list[BoardCard]


class BoardCampaign(NamedTuple):
    """A campaign that the board can be filtered by."""

    id: int
    title: str
    organisation_id: int
    organisation_name: str


async def board_of(db: AsyncSession, viewer: Viewer, filters: BoardFilters) -> list[BoardColumn]:
    """The columns of the board, one for each stage; three queries, however many ideas there are."""
    counts = await _counts(db, viewer, filters)
    cards = await _cards(db, viewer, filters)
    return [
        BoardColumn(stage_choice(stage), *counts[stage], cards.get(stage, [])) for stage in Stage
    ]


async def board_campaigns(db: AsyncSession, viewer: Viewer) -> list[BoardCampaign]:
    """The campaigns with ideas that the viewer may see, by title; at most MOST_CAMPAIGNS."""
    return [BoardCampaign(*row) for row in await rows_of(db, CAMPAIGNS, viewer.bound)]


async def _counts(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, tuple[int, int]]:
    """The number of ideas at each stage, or of the stuck ones, and of those that are stuck."""
    counts = dict.fromkeys(Stage, (0, 0))
    statement = _counting(filters.narrowing)
    for stage, more, stuck in await rows_of(db, statement, {**viewer.bound, **filters.bound}):
        before, stuck_before = counts[Stage(stage)]
        counts[Stage(stage)] = (before + int(more), stuck_before + int(stuck))
    if not filters.stuck:
        return counts
    return {stage: (stuck, stuck) for stage, (_count, stuck) in counts.items()}


async def _cards(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, list[BoardCard]]:
    statement = _cards_of(filters.narrowing, filters.stuck)
    rows = await rows_of(db, statement, {**viewer.bound, **filters.bound})
    statuses = await measure(db, [row.id for row in rows])
    grouped: dict[Stage, list[BoardCard]] = {}
    for row in rows:
        status = statuses[row.id]
        may = is_reviewer(viewer, row.organisation_id) and not row.own
        shown = {name: getattr(row, name) for name in SHOWN}
        moves = board_moves(status) if may else []
        card = BoardCard(**shown, needs=gate_summary(status), moves=moves)
        grouped.setdefault(Stage(row.stage), []).append(card)
    return grouped


SHOWN = [name for name in BoardCard.__struct_fields__ if name not in {"needs", "moves"}]
CAMPAIGNS = (
    select(Campaign.id, Campaign.title, Campaign.organisation_id, Organisation.name)
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .where(VISIBLE_CAMPAIGNS, Campaign.ideas_count > constant(0))
    .order_by(Campaign.title, Campaign.id)
    .limit(constant(MOST_CAMPAIGNS))
)
OWN = (Idea.author_id == VIEWER_ID) | exists().where(
    CoAuthor.idea_id == Idea.id, CoAuthor.person_id == VIEWER_ID
)
_CARDS = (
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
        OWN.label("own"),
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Author, Author.id == Idea.author_id)
    .where(LISTED_IDEAS)
    .limit(constant(AT_ONCE))
)
LAST_MOVED_FIRST = (desc(Idea.stage_since), desc(Idea.id))
LONGEST_WAITING_FIRST = (Idea.stage_since, Idea.id)


@cache
def _cards_of(narrowing: frozenset[str], stuck: bool) -> CompoundSelect[Any]:
    # Made once for each combination of filters.
    wanted = _narrowed(narrowing, Idea.campaign_id)
    cards = _CARDS.where(*wanted).order_by(*LAST_MOVED_FIRST)
    if stuck:
        cards = _CARDS.where(*wanted, is_stuck()).order_by(*LONGEST_WAITING_FIRST)
    each = (cards.where(Idea.stage == constant(stage)).subquery() for stage in Stage)
    return union_all(*(select(of_stage) for of_stage in each))


@cache
def _counting(narrowing: frozenset[str]) -> CompoundSelect[Any]:
    """Rows of a stage, ideas, and stuck ideas, to be summed.

    All ideas of a stage are in the tallies, so of those that can move only the ones that came to
    it lately are counted, and subtracted: the rest is stuck.
    """
    sums = (
        tallied(IdeaTally.campaign_id, IdeaTally.stage, total(IdeaTally.ideas).label("ideas"))
        .where(*_narrowed(narrowing, IdeaTally.campaign_id))
        .group_by(IdeaTally.campaign_id, IdeaTally.stage)
        .cte("sums")
    )
    movable = select(sums).where(can_move(sums.c.campaign_id, sums.c.stage)).cte("movable")
    of_movable = and_(movable.c.campaign_id == Idea.campaign_id, movable.c.stage == Idea.stage)
    lately: Any = (
        select(Idea.stage, constant(0), -func.count())
        .join(movable, of_movable)
        .where(Idea.is_listed, MOVES, not_(CAME_LONG_AGO))
        .group_by(Idea.stage)
    )
    return union_all(
        select(sums.c.stage, sums.c.ideas, constant(0)),
        select(movable.c.stage, constant(0), movable.c.ideas),
        lately,
    )


def _narrowed(narrowing: frozenset[str], campaign_id: Any) -> list[ColumnElement[bool]]:
    conditions = {
        "campaign_id": campaign_id == bindparam("campaign_id", type_=BigInteger),
        "organisation_id": Campaign.organisation_id.in_(_and_below()),
    }
    return [conditions[name] for name in sorted(narrowing)]


def _and_below() -> Select[Any]:
    """The organisation in the parameter `organisation_id`, and all below it."""
    asked = bindparam("organisation_id", type_=BigInteger)
    below = select(Organisation.id).where(Organisation.id == asked).cte(recursive=True)
    below = below.union(select(Organisation.id).join(below, Organisation.parent_id == below.c.id))
    return select(below.c.id)
