"""Queries for the board: the ideas that the viewer may see, by stage: the last moved first, of
stuck ones those that have waited longest."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Select,
    bindparam,
    desc,
    exists,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, interval, rows_of
from ideahub.core.paging import place_after
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.ideas.queries import Author, author_name
from ideahub.ideas.stages import StageChoice, stage_choice
from ideahub.organisations.models import Organisation, Person
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.board_counting import MOST_STUCK, count_columns
from ideahub.pipeline.board_filters import BoardFilters, narrowed
from ideahub.pipeline.decision_form import BoardMove, board_moves
from ideahub.pipeline.describing import GateSummary, gate_summary
from ideahub.pipeline.measuring import measure
from ideahub.pipeline.models import Review
from ideahub.pipeline.moving import CAME_LONG_AGO, can_move

AT_ONCE = 8
MOST_CAMPAIGNS = 300
# So long a card says who moved it to its column.
MOVED_FOR_DAYS = 1


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
    # Who decided lately that it goes here; empty for others.
    moved_by: str
    needs: GateSummary
    moves: list[BoardMove]


class BoardColumn(msgspec.Struct, frozen=True):
    """A stage with its newest cards, or the oldest of those that are stuck; `count` is the number
    of its ideas, `stuck` that of those which are stuck, as far as MOST_STUCK.

    `next_after` is the place where its next cards begin, empty at its end.
    """

    stage: StageChoice
    count: int
    stuck: int
    cards: list[BoardCard]
    next_after: str

    @property
    def stuck_or_more(self) -> bool:
        """Whether more may be stuck than were counted."""
        return self.stuck >= MOST_STUCK


class BoardCampaign(NamedTuple):
    """A campaign that the board can be filtered by."""

    id: int
    title: str
    organisation_id: int
    organisation_name: str


async def board_of(db: AsyncSession, viewer: Viewer, filters: BoardFilters) -> list[BoardColumn]:
    """The columns of the board, one for each stage; three queries, however many ideas there are."""
    counts = await count_columns(db, viewer, filters)
    cards = await _cards(db, viewer, filters)
    return [_column(stage, counts[stage], cards.get(stage, [])) for stage in Stage]


def _column(stage: Stage, counts: tuple[int, int], found: list[BoardCard]) -> BoardColumn:
    # One more card than is shown was looked up, to know whether there are more.
    cards, last = found[:AT_ONCE], found[AT_ONCE - 1 : AT_ONCE]
    following = place_after(last[0].stage_since, last[0].id) if len(found) > AT_ONCE else ""
    return BoardColumn(stage_choice(stage), *counts, cards, following)


async def board_campaigns(db: AsyncSession, viewer: Viewer) -> list[BoardCampaign]:
    """The campaigns with ideas that the viewer may see, by title; at most MOST_CAMPAIGNS."""
    return [BoardCampaign(*row) for row in await rows_of(db, CAMPAIGNS, viewer.bound)]


async def _cards(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, list[BoardCard]]:
    statement = _cards_of(filters.narrowing, filters.stuck, filters.continued)
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
MOVER = (
    select(Person.name)
    .join(Review, Review.reviewer_id == Person.id)
    .where(
        Review.idea_id == Idea.id,
        Review.to_stage == Idea.stage,
        Review.from_stage != Idea.stage,
        Review.created_at > func.now() - interval(days=MOVED_FOR_DAYS),
    )
    .order_by(desc(Review.id))
    .limit(constant(1))
    .correlate(Idea)
    .scalar_subquery()
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
        func.coalesce(MOVER, "").label("moved_by"),
        OWN.label("own"),
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Author, Author.id == Idea.author_id)
)
SOME: ColumnElement[int] = constant(AT_ONCE + 1)
LAST_MOVED_FIRST = (desc(Idea.stage_since), desc(Idea.id))
LONGEST_WAITING_FIRST = (Idea.stage_since, Idea.id)
PLACE = tuple_(
    bindparam("key", type_=DateTime(timezone=True)), bindparam("number", type_=BigInteger)
)


@cache
def _cards_of(
    narrowing: frozenset[str], stuck: bool, continued: Stage | None
) -> CompoundSelect[Any]:
    # Made once for each combination of filters, and the column that begins at a later place.
    order = LONGEST_WAITING_FIRST if stuck else LAST_MOVED_FIRST
    here = tuple_(Idea.stage_since, Idea.id)
    later = here > PLACE if stuck else here < PLACE
    each = []
    for stage in Stage:
        at_stage = Idea.stage == constant(stage), *([later] if stage is continued else [])
        first = _first_of(stage, narrowing, at_stage, stuck=stuck).subquery()
        each.append(_CARDS.join(first, first.c.id == Idea.id).order_by(*order))
    return union_all(*(select(of_stage.subquery()) for of_stage in each))


def _first_of(
    stage: Stage, narrowing: frozenset[str], at_stage: Iterable[ColumnElement[bool]], *, stuck: bool
) -> Select[*tuple[Any, ...]]:
    """The numbers of the first ideas at a stage: of all, by one index; of some campaigns, those of
    each campaign by another one. A single search would read all ideas of the other campaigns."""
    ideas = select(Idea.id, Idea.stage_since).where(Idea.is_listed, *at_stage)
    if not narrowing and not stuck:
        ideas = ideas.join(Campaign, Campaign.id == Idea.campaign_id).where(VISIBLE_CAMPAIGNS)
        return ideas.order_by(*LAST_MOVED_FIRST).limit(SOME)
    ideas = ideas.where(Idea.campaign_id == Campaign.id).limit(SOME).correlate(Campaign)
    able: list[ColumnElement[bool]] = [Campaign.ideas_count > constant(0)]
    if stuck:
        able.append(can_move(Campaign.id, constant(stage)))
        ideas = ideas.where(CAME_LONG_AGO).order_by(*LONGEST_WAITING_FIRST)
    else:
        ideas = ideas.order_by(*LAST_MOVED_FIRST)
    one = ideas.lateral("of_campaign")
    order = (one.c.stage_since, one.c.id)
    return (
        select(one.c.id)
        .join_from(Campaign, one, true())
        .where(VISIBLE_CAMPAIGNS, *narrowed(narrowing, Campaign.id), *able)
        .order_by(*(order if stuck else map(desc, order)))
        .limit(SOME)
    )
