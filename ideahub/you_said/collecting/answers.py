"""What leaders answered to ideas, and what they owe."""

import math
from typing import Any

from sqlalchemy import any_, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, constants, rows_of
from ideahub.ideas.models import Idea
from ideahub.responses.models import OwedResponse, Response, Verdict
from ideahub.responses.owing import IS_OVERDUE, IS_OWED
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.scope import COUNTED, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind

MOST = 8
SAYS_YES = (Verdict.YES, Verdict.YES_AND)
SAYS_NO = (Verdict.NOT_NOW, Verdict.NO)
_answers = (
    select(
        Response.id,
        Response.verdict,
        Response.reason,
        Idea.id.label("idea"),
        func.count().over().label("in_all"),
    )
    .join(Idea, Idea.id == Response.idea_id)
    .where(HERE, in_time(Response.given_at))
    .order_by(Idea.votes_count.desc(), Response.id)
    .limit(constant(MOST))
)
YES = _answers.where(Response.verdict == any_(constants(*SAYS_YES)))
NO = _answers.where(Response.verdict == any_(constants(*SAYS_NO)))
_days = extract("epoch", OwedResponse.answered_at - OwedResponse.owed_since) / constant(86_400)
IS_LATE = OwedResponse.answered_at >= OwedResponse.due_at
FIGURES = (
    select(
        func.count().filter(~IS_LATE).label("on_time"),
        func.count().filter(IS_LATE).label("late"),
        func.percentile_cont(0.5).within_group(_days).label("median_days"),
    )
    .select_from(OwedResponse)
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .where(HERE, in_time(OwedResponse.answered_at))
)
_owed = (
    select(
        OwedResponse.id,
        OwedResponse.due_on,
        Idea.id.label("idea"),
        func.count().over().label("in_all"),
    )
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(HERE, IS_OWED)
    .order_by(OwedResponse.due_at, OwedResponse.id)
    .limit(constant(MOST))
)
DUE, OVERDUE = _owed.where(~IS_OVERDUE), _owed.where(IS_OVERDUE)


async def answers(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """How many answers came in time and late, what was answered yes and no, and which answers are
    due and overdue."""
    found = _in_all((await rows_of(db, FIGURES, scope.bound))[0], scope)
    for statement, section, kind, more in (
        (YES, Section.DONE, SentenceKind.ANSWERED_YES, SentenceKind.MORE_YES),
        (NO, Section.NOT_DONE, SentenceKind.ANSWERED_NO, SentenceKind.MORE_NO),
        (DUE, Section.NEXT, SentenceKind.ANSWER_DUE, SentenceKind.MORE_DUE),
        (OVERDUE, Section.OPEN, SentenceKind.OVERDUE, SentenceKind.MORE_OVERDUE),
    ):
        rows = await rows_of(db, statement, scope.bound)
        tell = _owed_one if statement in (DUE, OVERDUE) else _answered
        found += [tell(row, kind, section) for row in rows]
        if rows and rows[0].in_all > MOST:
            numbers = {"more": rows[0].in_all - MOST}
            at = f"{scope.page}/answers"
            found.append(Sentence(section=section, kind=more, path=at, numbers=numbers))
    return found


def _in_all(row: Any, scope: Scope) -> list[Sentence]:
    if not row.on_time + row.late:
        return []
    half = {"median_days": math.ceil(row.median_days)}
    return [
        Sentence(
            section=Section.DONE,
            kind=SentenceKind.ANSWERS,
            path=COUNTED if scope.quarter else f"{scope.page}/answers",
            numbers={"on_time": row.on_time, "late": row.late, **half},
        )
    ]


def _answered(row: Any, kind: SentenceKind, section: Section) -> Sentence:
    return Sentence(
        section=section,
        kind=kind,
        path=_place(row),
        idea=row.idea,
        response=row.id,
        row=row.id,
        words=[word for word in (row.verdict, row.reason) if word],
    )


def _owed_one(row: Any, kind: SentenceKind, section: Section) -> Sentence:
    return Sentence(
        section=section,
        kind=kind,
        path=_place(row),
        idea=row.idea,
        row=row.id,
        times={"on": row.due_on.isoformat()},
    )


def _place(row: Any) -> str:
    return f"/ideas/{row.idea}#idea-{row.idea}-response"
