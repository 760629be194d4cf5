"""What people have added to an idea, as far as a viewer may know of it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseState, deciding_phase, phases_now
from ideahub.conversation.models import Contribution, ContributionKind, Thanks
from ideahub.conversation.rows import (
    REPLIES,
    ContributionView,
    as_said,
    as_thread,
    columns,
    shown,
)
from ideahub.core import dates
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView, find_idea, visible_ideas

PAGE = 50
PAGE_AND_ONE: ColumnElement[int] = literal_column(str(PAGE + 1))


class OwnDeeds(msgspec.Struct, frozen=True):
    """What a viewer has done here themselves: never part of what is pushed."""

    own: frozenset[int] = frozenset()
    thanked: frozenset[int] = frozenset()


NOBODYS = OwnDeeds()


class ConversationPage(msgspec.Struct, frozen=True):
    """A stretch of the conversation under an idea, oldest first.

    `earlier` is where the stretch before it ends, None at the beginning. `closed` says why
    nothing can be added now, empty where it can.
    """

    threads: list[ContributionView]
    mine: OwnDeeds
    counts: dict[str, int]
    earlier: int | None
    later: bool
    kind: ContributionKind | None
    closed: str

    @property
    def total(self) -> int:
        """How many contributions stand, replies not counted."""
        return sum(self.counts.values())


def what_one_can(viewer: Viewer, closed: str) -> set[str]:
    """Which controls of the conversation the viewer gets to see."""
    if not viewer.signed_in:
        return set()
    return {"signed-in", "thank"} | (set() if closed else {"build"})


def draft_key(idea_id: int) -> str:
    """The name of the draft of a contribution to this idea."""
    return f"contribution-{idea_id}"


async def conversation_on(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    *,
    kind: ContributionKind | None = None,
    before: int | None = None,
) -> ConversationPage:
    """The latest contributions, or the latest of one kind, or those before one of them."""
    query = columns().where(Contribution.idea_id == idea.id, Contribution.parent_id.is_(None))
    query = query.where(shown()).order_by(Contribution.id.desc()).limit(PAGE_AND_ONE)
    if kind:
        query = query.where(Contribution.kind == kind)
    if before:
        query = query.where(Contribution.id < before)
    rows = (await db.execute(query)).all()
    page = rows[:PAGE][::-1]
    replies = await _replies_to(db, [row.id for row in page])
    return ConversationPage(
        threads=[as_thread(row, replies) for row in page],
        mine=await _mine(db, viewer, [*page, *replies]),
        counts=await count_kinds(db, idea.id),
        earlier=page[0].id if len(rows) > PAGE else None,
        later=before is not None,
        kind=kind,
        closed=await why_closed(db, idea),
    )


async def find_contribution(
    db: AsyncSession, viewer: Viewer, contribution_id: int
) -> tuple[ContributionView, IdeaView]:
    """The contribution with the idea it belongs to; raises NotFound where the viewer may not
    know of the idea, or the contribution is gone without a trace."""
    return await _find(db, viewer, contribution_id, shown())


async def find_own(
    db: AsyncSession, viewer: Viewer, contribution_id: int
) -> tuple[ContributionView, IdeaView]:
    """As `find_contribution`, and also what the viewer has taken back already: for pressing
    that button again."""
    own = and_(Contribution.author_id == viewer.id, Contribution.withdrawn_at.is_not(None))
    return await _find(db, viewer, contribution_id, or_(shown(), own))


async def _find(
    db: AsyncSession, viewer: Viewer, contribution_id: int, has_place: ColumnElement[bool]
) -> tuple[ContributionView, IdeaView]:
    known = Contribution.id == contribution_id, has_place, visible_ideas(viewer)
    query = columns().join(Campaign, Campaign.id == Idea.campaign_id).where(*known)
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return as_said(row), await find_idea(db, viewer, row.idea_id)


async def thread_of(
    db: AsyncSession, viewer: Viewer, said: ContributionView, *, before: int | None = None
) -> tuple[ContributionView, OwnDeeds, bool]:
    """A contribution with a page of its replies; whether there are earlier ones."""
    top = said.parent_id or said.id
    row = (await db.execute(columns().where(Contribution.id == top))).one()
    query = columns().where(Contribution.parent_id == top, Contribution.stands)
    if before:
        query = query.where(Contribution.id < before)
    found = await db.execute(query.order_by(Contribution.id.desc()).limit(PAGE_AND_ONE))
    replies = found.all()
    page = replies[:PAGE][::-1]
    return as_thread(row, page), await _mine(db, viewer, [row, *page]), len(replies) > PAGE


async def contribution_for_room(db: AsyncSession, contribution_id: int) -> ContributionView | None:
    """The contribution whatever its visibility: for pushes, whose rooms are checked at the door."""
    found = columns().where(Contribution.id == contribution_id, shown())
    row = (await db.execute(found)).one_or_none()
    if row is None:
        return None
    return as_thread(row, await _replies_to(db, [row.id]))


async def count_kinds(db: AsyncSession, idea_id: int) -> dict[str, int]:
    """How many contributions of each kind stand; replies are not counted."""
    found = await db.execute(
        select(Contribution.kind, func.count())
        .where(
            Contribution.idea_id == idea_id, Contribution.parent_id.is_(None), Contribution.stands
        )
        .group_by(Contribution.kind)
    )
    counted: dict[str, int] = {str(kind): number for kind, number in found}
    return {kind.value: counted.get(kind, 0) for kind in ContributionKind}


async def _replies_to(db: AsyncSession, thread_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The latest few replies to each of these, oldest first."""
    place = func.row_number().over(
        partition_by=Contribution.parent_id, order_by=Contribution.id.desc()
    )
    ranked = (
        select(Contribution.id, place.label("place"))
        .where(Contribution.parent_id.in_(thread_ids), Contribution.stands)
        .subquery()
    )
    latest = select(ranked.c.id).where(ranked.c.place <= literal_column(str(REPLIES)))
    query = columns().where(Contribution.id.in_(latest)).order_by(Contribution.id)
    rows: Sequence[Row[Any]] = (await db.execute(query)).all()
    return rows


async def _mine(db: AsyncSession, viewer: Viewer, rows: Sequence[Row[Any]]) -> OwnDeeds:
    if viewer.id is None:
        return NOBODYS
    thanked = await db.scalars(
        select(Thanks.contribution_id).where(
            Thanks.person_id == viewer.id, Thanks.contribution_id.in_([row.id for row in rows])
        )
    )
    own = frozenset(row.id for row in rows if row.writer_id == viewer.id)
    return OwnDeeds(own, frozenset(thanked))


async def why_closed(db: AsyncSession, idea: IdeaView) -> str:
    """Why nothing can be added now, as a sentence; empty where it can."""
    if not idea.is_listed:
        return _("Nothing can be added to this idea any more.")
    telling = deciding_phase(await phases_now(db, idea.campaign_id), Accepts.CONTRIBUTIONS)
    if telling and telling.state is PhaseState.OPEN:
        return ""
    if telling and telling.state is PhaseState.COMING and telling.opens_at:
        when = dates.moment_words(telling.opens_at, telling.timezone)
        return _("The conversation opens on %(moment)s.", moment=when)
    if telling and telling.state is PhaseState.PAST and telling.closes_at:
        when = dates.moment_words(telling.closes_at, telling.timezone)
        return _(
            "The conversation closed on %(moment)s. What was said stays readable.", moment=when
        )
    return _("Nothing can be added here at the moment.")
