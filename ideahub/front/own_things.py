"""Queries for what a person wrote and supports, for their own page: also under a pseudonym."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import BigInteger, Executable, bindparam, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.db import rows_of
from ideahub.core.paging import MOST
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.front.own_states import STATES, is_held
from ideahub.ideas.models import CoAuthor, Idea, Stage, Vote
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.moderation.models import TextKind
from ideahub.responses.models import Verdict

# So many of each stand on the page, and so many on the page of all of them.
FEW, PAGE = 5, 20
Thing = TypeVar("Thing")
BEFORE = bindparam("before", type_=BigInteger)
LIMIT = bindparam("most", type_=BigInteger)
_of_idea = Idea.id, Idea.title, Idea.stage, Idea.votes_count
_withdrawn = Idea.withdrawn_at.is_not(None).label("is_withdrawn")
_hidden = Idea.hidden_at.is_not(None).label("is_hidden")
_written = aliased(Idea, name="written")
# By two indexes: a condition with `or` would have all ideas read, the newest first.
_own = union(
    select(_written.id).where(_written.author_id == VIEWER_ID),
    select(CoAuthor.idea_id).where(CoAuthor.person_id == VIEWER_ID),
)
IDEAS = (
    select(*_of_idea, _withdrawn, _hidden, *STATES)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id.in_(_own), VISIBLE_IDEAS, Idea.id < BEFORE)
    .order_by(Idea.id.desc())
    .limit(LIMIT)
)
SUPPORT = (
    select(*_of_idea, _withdrawn, _hidden, *STATES)
    .join(Vote, Vote.idea_id == Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Vote.person_id == VIEWER_ID, VISIBLE_IDEAS, Vote.idea_id < BEFORE)
    .order_by(Vote.idea_id.desc())
    .limit(LIMIT)
)
BUILDS = (
    select(
        Contribution.id,
        Contribution.kind,
        Contribution.body,
        Contribution.adopted_at,
        Contribution.thanks_count,
        Contribution.hidden_at.is_not(None).label("is_hidden"),
        Idea.title,
        Idea.stage,
        Contribution.parent_id.is_not(None).label("is_reply"),
        Idea.id.in_(_own).label("is_on_own"),
        is_held(TextKind.CONTRIBUTION, Contribution.id),
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        Contribution.author_id == VIEWER_ID,
        Contribution.withdrawn_at.is_(None),
        VISIBLE_IDEAS,
        Contribution.id < BEFORE,
    )
    .order_by(Contribution.id.desc())
    .limit(LIMIT)
)


class MyIdea(msgspec.Struct, frozen=True):
    """An idea that the viewer wrote or supports, and where it stands; see own_states.py."""

    id: int
    title: str
    stage: Stage
    votes: int
    is_withdrawn: bool
    is_hidden: bool
    verdict: Verdict | None = None
    answered_at: datetime | None = None
    owed_by: str | None = None
    due_on: date | None = None
    is_late: bool | None = None
    trial_ends: date | None = None
    wakes_when: str | None = None
    offers: int = 0
    is_held: bool = False


class MyBuild(msgspec.Struct, frozen=True):
    """What the viewer added to an idea, and what has become of it."""

    id: int
    kind: ContributionKind
    body: str
    adopted_at: datetime | None
    thanks: int
    is_hidden: bool
    title: str
    stage: Stage
    is_reply: bool
    # They are an author of the idea.
    is_on_own: bool
    is_held: bool


class MyList(NamedTuple, Generic[Thing]):
    """Some of them, the latest first; `before` is where the next begin, None on the last page."""

    things: Sequence[Thing]
    before: int | None


async def own_ideas(
    db: AsyncSession, viewer: Viewer, before: int | None = None, *, most: int = FEW
) -> MyList[MyIdea]:
    """The ideas that the viewer wrote, alone or with others."""
    rows = await _rows(db, IDEAS, viewer, before, most)
    return _list([MyIdea(*row) for row in rows], most)


async def supported_ideas(
    db: AsyncSession, viewer: Viewer, before: int | None = None, *, most: int = FEW
) -> MyList[MyIdea]:
    """The ideas that the viewer supports, as far as they may see them."""
    rows = await _rows(db, SUPPORT, viewer, before, most)
    return _list([MyIdea(*row) for row in rows], most)


async def own_builds(
    db: AsyncSession, viewer: Viewer, before: int | None = None, *, most: int = FEW
) -> MyList[MyBuild]:
    """What the viewer added to ideas."""
    rows = await _rows(db, BUILDS, viewer, before, most)
    return _list([MyBuild(*row) for row in rows], most)


async def _rows(
    db: AsyncSession, some: Executable, viewer: Viewer, before: int | None, most: int
) -> Sequence[Any]:
    asked = {**viewer.bound, BEFORE.key: MOST if before is None else before, LIMIT.key: most + 1}
    return await rows_of(db, some, asked)


def _list(found: list[Any], most: int) -> MyList[Any]:
    shown = found[:most]
    return MyList(shown, shown[-1].id if len(found) > most else None)
