"""What leaders answered to ideas, and what they owe."""

from typing import Any

from sqlalchemy import any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, constants, rows_of
from ideahub.ideas.models import Idea
from ideahub.responses.models import OwedResponse, Response, Verdict
from ideahub.you_said.collecting.listed import HERE, in_time
from ideahub.you_said.scope import Scope
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
OWED = (
    select(
        OwedResponse.id,
        OwedResponse.due_on,
        (OwedResponse.due_at < func.statement_timestamp()).label("is_overdue"),
        OwedResponse.supporters,
        Idea.id.label("idea"),
    )
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .where(HERE, OwedResponse.is_open)
    .order_by(OwedResponse.due_at, OwedResponse.id)
    .limit(constant(2 * MOST))
)


async def answers(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """What was answered yes and no, which answers are due, and which are overdue."""
    yes = await rows_of(db, YES, scope.bound)
    no = await rows_of(db, NO, scope.bound)
    owed = await rows_of(db, OWED, scope.bound)
    found = [_answered(row, SentenceKind.ANSWERED_YES, Section.DONE) for row in yes]
    found += [_answered(row, SentenceKind.ANSWERED_NO, Section.NOT_DONE) for row in no]
    for rows, section, kind in (
        (yes, Section.DONE, SentenceKind.MORE_YES),
        (no, Section.NOT_DONE, SentenceKind.MORE_NO),
    ):
        if rows and rows[0].in_all > MOST:
            more = {"more": rows[0].in_all - MOST}
            found.append(Sentence(section=section, kind=kind, path=scope.place, numbers=more))
    return [*found, *(_owed(row) for row in owed)]


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


def _owed(row: Any) -> Sentence:
    return Sentence(
        section=Section.OPEN if row.is_overdue else Section.NEXT,
        kind=SentenceKind.OVERDUE if row.is_overdue else SentenceKind.ANSWER_DUE,
        path=_place(row),
        idea=row.idea,
        row=row.id,
        times={"on": row.due_on.isoformat()},
    )


def _place(row: Any) -> str:
    return f"/ideas/{row.idea}#idea-{row.idea}-response"
