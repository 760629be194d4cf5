"""What a person gave, as far as the viewer may see it: their ideas, and those that they support.

Nothing that was posted under a pseudonym is among it, whoever looks.

The rule for a person's page, here and in `by_person.py` of other features: whoever sees a name
beside something finds the page of that person. So what a page may show is looked for among all
that the viewer may see. It lists only what is in lists; of an idea that was withdrawn or hidden
the page tells nothing, and may show no more than the name.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Row, Select, and_, bindparam, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import CoAuthor, Idea, Stage, Vote
from ideahub.ideas.pseudonyms import conceals
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.ideas.supporters import IS_NAMED
from ideahub.organisations.models import Person

MOST = 20
Shown = TypeVar("Shown")
OF_PERSON = bindparam("person_id", type_=BigInteger)
# Of each thing that was given, the last column says whether its idea is in lists; those come first.
IN_LISTS = Idea.is_listed.label("in_lists")
_ideas: Select[*tuple[Any, ...]] = (
    select(
        Idea.id,
        Idea.title,
        Idea.stage,
        Campaign.title,
        Idea.created_at,
        (Idea.author_id != OF_PERSON).label("is_co_author"),
        IN_LISTS,
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(VISIBLE_IDEAS)
    .order_by(IN_LISTS.desc())
    .limit(constant(MOST + 1))
)
_co_authored = select(CoAuthor.idea_id).where(CoAuthor.person_id == OF_PERSON)
POSTED = _ideas.where(
    or_(
        and_(Idea.author_id == OF_PERSON, not_(conceals(Idea.author_id))),
        Idea.id.in_(_co_authored),
    )
).order_by(Idea.created_at.desc(), Idea.id.desc())
SUPPORTED = (
    _ideas.join(Vote, Vote.idea_id == Idea.id)
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.person_id == OF_PERSON, IS_NAMED)
    .order_by(Vote.created_at.desc(), Idea.id.desc())
)


class Given(msgspec.Struct, Generic[Shown], frozen=True):
    """The newest things of one kind that a person gave, at most MOST; `more`: whether there are
    others; `gave`: whether there is any that the viewer may see, in lists or not."""

    newest: list[Shown]
    more: bool
    gave: bool


def given(rows: Sequence[Row[Any]], show: Callable[[Row[Any]], Shown]) -> Given[Shown]:
    """What a person gave, of rows that end with IN_LISTS; `show` makes the view of a row."""
    listed = [show(row) for row in rows if row.in_lists]
    return Given(listed[:MOST], len(listed) > MOST, bool(rows))


class GivenIdea(msgspec.Struct, frozen=True):
    """An idea on the page of somebody who posted, co-wrote or supports it."""

    id: int
    title: str
    stage: Stage
    campaign_title: str
    created_at: datetime
    is_co_author: bool


async def posted_by(db: AsyncSession, viewer: Viewer, person_id: int) -> Given[GivenIdea]:
    """The ideas that this person posted under their own name, and those they are co-author of."""
    return await _found(db, POSTED, viewer, person_id)


async def supported_by(db: AsyncSession, viewer: Viewer, person_id: int) -> Given[GivenIdea]:
    """The ideas where this person is named as a supporter."""
    return await _found(db, SUPPORTED, viewer, person_id)


async def _found(
    db: AsyncSession, statement: Select[*tuple[Any, ...]], viewer: Viewer, person_id: int
) -> Given[GivenIdea]:
    rows = await rows_of(db, statement, {**viewer.bound, "person_id": person_id})
    return given(rows, lambda row: GivenIdea(*list(row)[:-1]))
