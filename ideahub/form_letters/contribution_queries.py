"""Queries for contributions that are shown as one, as far as the viewer may see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.rows import CONTRIBUTIONS, ContributionView, contribution_view
from ideahub.core.db import constant, rows_of
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.form_letters.assurance import PeopleCount, assurance
from ideahub.ideas.queries import IdeaView
from ideahub.organisations.models import Person

PAGE = 50
_stands = bindparam("stands", type_=BigInteger)
_of_group = and_(
    Contribution.is_listed, or_(Contribution.id == _stands, Contribution.letter_of == _stands)
)
LETTERS = (
    CONTRIBUTIONS.where(_of_group, Contribution.id > bindparam("after", type_=BigInteger))
    .order_by(Contribution.id)
    .limit(constant(PAGE + 1))
)
_assurance = assurance()
PEOPLE = (
    select(_assurance, func.count(Person.id.distinct()), func.count())
    .select_from(Contribution)
    .join(Person, Person.id == Contribution.author_id)
    .where(_of_group)
    .group_by(_assurance)
)
SPAN = select(
    func.min(Contribution.created_at), func.max(Contribution.created_at), func.count()
).where(_of_group)


class LikeContributions(msgspec.Struct, frozen=True):
    """A page of the contributions that `stands` stands for, the oldest first; `after` is where the
    next page begins, None on the last."""

    idea: IdeaView
    stands: int
    letters: Sequence[ContributionView]
    many: int
    after: int | None
    people: list[PeopleCount]
    first_at: datetime
    last_at: datetime


async def contributions_like(
    db: AsyncSession, viewer: Viewer, contribution_id: int, after: int | None = None
) -> LikeContributions:
    """The contributions with nearly the same text as this one; raises NotFound where the viewer
    may not see it, and where there are none."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    if not (contribution.letter_of or contribution.letters):
        raise NotFound
    stands = contribution.letter_of or contribution.id
    asked: dict[str, Any] = {"stands": stands, "after": after or 0}
    rows = await rows_of(db, LETTERS, asked)
    letters = [contribution_view(row) for row in rows[:PAGE]]
    ((first_at, last_at, many),) = await rows_of(db, SPAN, asked)
    people = [PeopleCount(*row) for row in await rows_of(db, PEOPLE, asked)]
    following = letters[-1].id if len(rows) > PAGE else None
    return LikeContributions(idea, stands, letters, many, following, people, first_at, last_at)
