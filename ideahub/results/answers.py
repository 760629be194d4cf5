"""Queries for the answers to entrants, for those who sign them off."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry, EntryRevision
from ideahub.organisations.models import Person
from ideahub.results.distances import distance_words, distances_of
from ideahub.results.models import EntrantAnswer, PanelResult, RunPlace

RESULT_ID = bindparam("result_id", type_=BigInteger)
# As many as somebody reads before they sign them.
AT_ONCE = 10


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an entrant, as it is read before it is signed off."""

    id: int
    entry_id: int
    number: int | None
    title: str
    rank: int | None
    words: str
    words_html: str
    comments: list[dict[str, Any]]
    distance: dict[str, Any] | None
    signed_at: datetime | None
    signed_by: str | None
    sent_at: datetime | None

    @property
    def distance_words(self) -> list[str]:
        """What it would have taken, in sentences."""
        return distance_words(self.distance)

    @property
    def reasons(self) -> list[tuple[str, list[str]]]:
        """By criterion: the comments that the entrant gets."""
        found = [(one["criterion"], kept_comments(one)) for one in self.comments]
        return [(name, some) for name, some in found if some]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but the distance."""
        return not self.words and not self.reasons


def kept_comments(one: dict[str, Any]) -> list[str]:
    """The comments on a criterion without those that a manager left out."""
    left_out = set(one.get("left_out", ()))
    return [text for at, text in enumerate(one["comments"]) if at not in left_out]


ANSWERS = (
    select(
        EntrantAnswer.id,
        EntrantAnswer.entry_id,
        Entry.number,
        EntryRevision.title,
        RunPlace.rank,
        EntrantAnswer.words,
        EntrantAnswer.words_html,
        EntrantAnswer.comments,
        EntrantAnswer.distance,
        EntrantAnswer.signed_at,
        Person.name.label("signed_by"),
        EntrantAnswer.sent_at,
    )
    .join(Entry, Entry.id == EntrantAnswer.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .join(PanelResult, PanelResult.id == EntrantAnswer.result_id)
    .outerjoin(
        RunPlace,
        (RunPlace.run_id == PanelResult.run_id) & (RunPlace.entry_id == EntrantAnswer.entry_id),
    )
    .outerjoin(Person, Person.id == EntrantAnswer.signed_by)
)
OF_RESULT = ANSWERS.where(EntrantAnswer.result_id == RESULT_ID)
ONE = OF_RESULT.where(EntrantAnswer.id == bindparam("answer_id", type_=BigInteger))
OF_ENTRY = ANSWERS.add_columns(EntrantAnswer.result_id).where(
    EntrantAnswer.entry_id == bindparam("entry_id", type_=BigInteger)
)
LISTED = (
    OF_RESULT.where(EntrantAnswer.id > bindparam("after", type_=BigInteger))
    .order_by(EntrantAnswer.id)
    .limit(constant(AT_ONCE + 1))
)
UNSIGNED = LISTED.where(EntrantAnswer.signed_at.is_(None))


async def answers_of(
    db: AsyncSession, result_id: int, run_id: int, after: int = 0, *, unsigned: bool = False
) -> tuple[list[AnswerView], int]:
    """At most AT_ONCE answers, and the number after which the list goes on; 0 at its end."""
    asked = {RESULT_ID.key: result_id, "after": after}
    rows = await rows_of(db, UNSIGNED if unsigned else LISTED, asked)
    found = [AnswerView(**row._mapping) for row in rows[:AT_ONCE]]
    found = await _with_distances(db, run_id, found)
    return found, found[-1].id if len(rows) > AT_ONCE else 0


async def _with_distances(
    db: AsyncSession, run_id: int, answers: list[AnswerView]
) -> list[AnswerView]:
    """The same with what it would have taken, which is stored once an answer is signed off."""
    unsigned = [answer.entry_id for answer in answers if answer.signed_at is None]
    distances = await distances_of(db, run_id, unsigned)
    return [
        msgspec.structs.replace(answer, distance=distances.get(answer.entry_id))
        if answer.signed_at is None
        else answer
        for answer in answers
    ]


async def answer_view(db: AsyncSession, result_id: int, answer_id: int) -> AnswerView | None:
    """One answer of a result."""
    asked = {RESULT_ID.key: result_id, "answer_id": answer_id}
    found = await rows_of(db, ONE, asked)
    return AnswerView(**found[0]._mapping) if found else None


async def answers_to(db: AsyncSession, entry_id: int) -> dict[int, AnswerView]:
    """The answers to one entry, by the number of the result."""
    found: dict[int, AnswerView] = {}
    for row in await rows_of(db, OF_ENTRY, {"entry_id": entry_id}):
        columns = dict(row._mapping)
        result_id = columns.pop("result_id")
        found[result_id] = AnswerView(**columns)
    return found
