"""Columns that say where an idea stands beyond its stage, for the lists of one's own page: each is
looked up for the few ideas of a list only."""

from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, func, select

from ideahub.core.db import constant
from ideahub.core.viewer import VIEWER_ID
from ideahub.ideas.models import Idea
from ideahub.moderation.models import IS_OPEN, ModerationCase, TextKind
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Experiment, Review
from ideahub.responses.models import OwedResponse, Response, ResponseOwner
from ideahub.sponsorship.models import Pledge


def _of_idea(some: Select[Any], name: str) -> ColumnElement[Any]:
    return some.limit(constant(1)).correlate(Idea).scalar_subquery().label(name)


def is_held(kind: TextKind, number: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether the text of this kind with this number waits for a moderator before others see it."""
    of_text = ModerationCase.text_kind == constant(kind), ModerationCase.text_id == number
    waits = exists().where(*of_text, IS_OPEN, ModerationCase.held_at.is_not(None))
    return waits.label("is_held")


_answered = Response.idea_id == Idea.id
_is_owed = OwedResponse.idea_id == Idea.id, OwedResponse.is_open
_owners = (
    select(Person.name)
    .join(ResponseOwner, ResponseOwner.person_id == Person.id)
    .join(OwedResponse, OwedResponse.id == ResponseOwner.owed_id)
    .where(*_is_owed, ResponseOwner.ended_at.is_(None))
)
_trials = select(Experiment.ends_on).where(
    Experiment.idea_id == Idea.id, Experiment.concluded_at.is_(None)
)
_reviews = select(Review.wakes_when).where(Review.idea_id == Idea.id)
_offers = select(func.count()).where(
    Pledge.idea_id == Idea.id, Pledge.is_unanswered, Pledge.sponsor_id != VIEWER_ID
)
# The last answer of a leader; what is owed, by whom and until when; when a trial ends; what a
# parked idea waits for; offers that wait for its authors; and whether moderators look at it first.
STATES = (
    _of_idea(
        select(Response.verdict).where(_answered).order_by(Response.given_at.desc()), "verdict"
    ),
    _of_idea(
        select(Response.given_at).where(_answered).order_by(Response.given_at.desc()), "answered_at"
    ),
    _of_idea(_owners.order_by(ResponseOwner.id), "owed_by"),
    _of_idea(select(OwedResponse.due_on).where(*_is_owed), "due_on"),
    _of_idea(select(OwedResponse.due_at < func.now()).where(*_is_owed), "is_late"),
    _of_idea(_trials.order_by(Experiment.id.desc()), "trial_ends"),
    _of_idea(_reviews.order_by(Review.id.desc()), "wakes_when"),
    _of_idea(_offers, "offers"),
    is_held(TextKind.IDEA, Idea.id),
)
