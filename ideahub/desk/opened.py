"""Query for who has opened the page to decide on an idea or to answer it, for its authors."""

from datetime import datetime

import msgspec
from sqlalchemy import false, func, select, true, union, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.queries import IDEA_ID, IdeaView, is_author
from ideahub.organisations.models import Person
from ideahub.pipeline.models import DecisionOpening, Review
from ideahub.responses.models import OwedResponse
from ideahub.responses.owner_models import ResponseOpening

_newest_review = (
    select(func.coalesce(func.max(Review.id), constant(0)))
    .where(Review.idea_id == IDEA_ID)
    .scalar_subquery()
)
_decisions = (
    select(Person.name, DecisionOpening.created_at.label("at"), false().label("answers"))
    .join(Person, Person.id == DecisionOpening.person_id)
    .where(DecisionOpening.idea_id == IDEA_ID, DecisionOpening.after_review == _newest_review)
)
_answers = (
    select(Person.name, ResponseOpening.created_at.label("at"), true().label("answers"))
    .join(OwedResponse, OwedResponse.id == ResponseOpening.owed_id)
    .join(Person, Person.id == ResponseOpening.person_id)
    .where(OwedResponse.idea_id == IDEA_ID, OwedResponse.is_open)
)
OPENED = union_all(_decisions, _answers).order_by("at")
AUTHORS = union(
    select(Idea.author_id).where(Idea.id == IDEA_ID),
    select(CoAuthor.person_id).where(CoAuthor.idea_id == IDEA_ID),
)


class Opened(msgspec.Struct, frozen=True):
    """Who opened the page for what comes next, a decision or an owed answer, and when first."""

    name: str
    at: datetime
    answers: bool

    @property
    def words(self) -> str:
        """The sentence for the idea's authors, which the time follows."""
        if self.answers:
            return _("%(name)s has opened your idea to answer it", name=self.name)
        return _("%(name)s has opened your idea to decide on it", name=self.name)


async def opened_for(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> list[Opened] | None:
    """Who has opened what waits for a decision or answer, the first first; None for a viewer who is
    no author of the idea, as only authors are told."""
    if not await is_author(db, viewer, idea):
        return None
    return [Opened(*row) for row in await rows_of(db, OPENED, {"idea_id": idea.id})]


async def authors_of(db: AsyncSession, idea_id: int) -> list[int]:
    """The numbers of the idea's author and co-authors."""
    return [number for (number,) in await rows_of(db, AUTHORS, {"idea_id": idea_id})]
