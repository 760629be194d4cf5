"""What can be counted of a parked idea to wake it, and that it is not reached already."""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    case,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.criteria import CRITERIA
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.ideas.models import Idea
from ideahub.pipeline.moving import named
from ideahub.responses.answer_input import WAKING, AnswerInput


def counted(measure: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """How much of a measure an idea has; the statement selects from `idea`. Only once features.py
    has filled the criteria."""
    measures = [CRITERIA[one] for one in WAKING if one in CRITERIA]
    return case(*((named(one), one.query) for one in measures), value=measure)


@cache
def _reached() -> Select[int]:
    number = counted(bindparam("measure", type_=String))
    return select(number).where(Idea.id == bindparam("idea_id", type_=BigInteger))


async def must_be_ahead(db: AsyncSession, idea_id: int, given: AnswerInput) -> None:
    """Raises Invalid where the idea has already what is to wake it: it would not sleep at all."""
    if not given.wake_measure or not given.wake_threshold:
        return
    asked = {"measure": given.wake_measure, "idea_id": idea_id}
    ((reached,),) = await rows_of(db, _reached(), asked)
    if reached >= given.wake_threshold:
        told = _("It has %(number)s already. Enter a larger number.", number=reached)
        raise Invalid(told, field="wake_threshold")
