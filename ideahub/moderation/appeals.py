"""Queries for appeals against decisions of moderators."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    TextKind,
)
from ideahub.moderation.moderators import MODERATES
from ideahub.organisations.models import Person

PAGE = 25


class AppealRow(msgspec.Struct, frozen=True):
    """An appeal in the list of those that wait; `own_decision`: the viewer decided first, so that
    somebody else has to look at it."""

    id: int
    created_at: datetime
    text: str
    measure: Measure
    text_kind: TextKind
    own_decision: bool


class AppealsPage(msgspec.Struct, frozen=True):
    """A page of appeals; `next` is the place of the next one."""

    appeals: list[AppealRow]
    next: str


_of_viewer = (ModerationAppeal.decided_at.is_(None), MODERATES)
_joined = select(
    ModerationAppeal.id,
    ModerationAppeal.created_at,
    ModerationAppeal.text,
    ModerationDecision.measure,
    ModerationCase.text_kind,
    func.coalesce(
        (ModerationDecision.decided_by == VIEWER_ID)
        | (ModerationCase.author_id == VIEWER_ID)
        | ModerationCase.author_id.in_(select(Person.id).where(Person.through_id == VIEWER_ID)),
        False,
    ).label("own_decision"),
)
_from = (
    _joined.join(ModerationDecision, ModerationDecision.id == ModerationAppeal.decision_id)
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
    .where(*_of_viewer)
)
WAITING = (
    _from.where(ModerationAppeal.id > bindparam("after", type_=BigInteger))
    .order_by(ModerationAppeal.id)
    .limit(constant(PAGE + 1))
)
COUNT = (
    select(func.count())
    .select_from(ModerationAppeal)
    .join(ModerationDecision, ModerationDecision.id == ModerationAppeal.decision_id)
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
    .where(*_of_viewer)
)


async def appeals_waiting(db: AsyncSession, viewer: Viewer, place: str) -> AppealsPage:
    """A page of the undecided appeals in the viewer's organisations, the oldest first."""
    after = int(place) if place.isascii() and place.isdecimal() and len(place) < 19 else 0
    rows = await rows_of(db, WAITING, {"after": min(after, MOST), **viewer.bound})
    found = [_row(row) for row in rows[:PAGE]]
    return AppealsPage(found, str(found[-1].id) if len(rows) > PAGE else "")


async def count_appeals(db: AsyncSession, viewer: Viewer) -> int:
    """How many of them there are."""
    ((count,),) = await rows_of(db, COUNT, viewer.bound)
    return int(count)


def _row(row: Any) -> AppealRow:
    values = row._asdict()
    values["measure"], values["text_kind"] = Measure(row.measure), TextKind(row.text_kind)
    return AppealRow(**values)
