"""Queries for the board: the ideas that the viewer may see, by stage, the last moved first."""

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
    any_,
    bindparam,
    desc,
    exists,
    func,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, constants, interval, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import PATH, CoAuthor, Idea, IdeaTally, Stage
from ideahub.ideas.queries import LISTED_IDEAS, Author, author_name
from ideahub.ideas.stages import StageChoice, stage_choice
from ideahub.ideas.tallying import tallied, total
from ideahub.organisations.models import Organisation
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.decision_form import BoardMove, board_moves
from ideahub.pipeline.describing import GateSummary, gate_summary
from ideahub.pipeline.measuring import STUCK_DAYS, measure

AT_ONCE = 8
MOST_CAMPAIGNS = 300
MOVING = tuple(stage for stage in PATH if stage != Stage.ADOPTED)
# An idea that came to its stage before this moment is stuck.
LONG_AGO = func.statement_timestamp() - interval(days=STUCK_DAYS)
MOVES = Idea.stage == any_(constants(*MOVING))
IS_STUCK = MOVES & (Idea.stage_since < LONG_AGO)


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
    """A stage with its newest cards; `count` is the number of all its ideas, `stuck` that of those
    which have been there for long."""

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
    """The number of ideas at each stage, and of those that are stuck: all but the new ones."""
    counts = dict.fromkeys(Stage, (0, 0))
    statement = _counting(filters.narrowing)
    for stage, count, lately in await rows_of(db, statement, {**viewer.bound, **filters.bound}):
        all_of_them, new = counts[Stage(stage)]
        counts[Stage(stage)] = (all_of_them + int(count), new + lately)
    return {stage: _shown(stage, filters, *found) for stage, found in counts.items()}


def _shown(stage: Stage, filters: BoardFilters, count: int, fresh: int) -> tuple[int, int]:
    stuck = count - fresh if stage in MOVING else 0
    return (stuck if filters.stuck else count, stuck)


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
    .order_by(desc(Idea.stage_since), desc(Idea.id))
    .limit(constant(AT_ONCE))
)


@cache
def _cards_of(narrowing: frozenset[str], stuck: bool) -> CompoundSelect[Any]:
    # Made once for each combination of filters.
    wanted = [*_narrowed(narrowing, Idea.campaign_id), *([IS_STUCK] if stuck else [])]
    each = (_CARDS.where(Idea.stage == constant(stage), *wanted).subquery() for stage in Stage)
    return union_all(*(select(cards) for cards in each))


@cache
def _counting(narrowing: frozenset[str]) -> CompoundSelect[Any]:
    # All ideas of a stage are in the tallies, so only those that came to it lately are counted.
    everyone = tallied(IdeaTally.stage, total(IdeaTally.ideas), constant(0))
    fresh: Any = (
        select(Idea.stage, constant(0), func.count())
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(LISTED_IDEAS, MOVES, Idea.stage_since >= LONG_AGO)
        .where(*_narrowed(narrowing, Idea.campaign_id))
    )
    return union_all(
        everyone.where(*_narrowed(narrowing, IdeaTally.campaign_id)).group_by(IdeaTally.stage),
        fresh.group_by(Idea.stage),
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
