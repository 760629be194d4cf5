"""Queries for those who manage a campaign: what was asked, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import BigInteger, String, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST as HIGHEST
from ideahub.organisations.models import Person
from ideahub.questions.models import LISTED, AskedQuestion, FaqEntry, QuestionCategory
from ideahub.questions.queries import CAMPAIGN_ID

PAGE = 50
MOST_CHOICES = 500


class QuestionState(StrEnum):
    """What became of a question."""

    OPEN = "open"
    DEALT_WITH = "dealt-with"


class AskedView(msgspec.Struct, frozen=True):
    """A question as managers see it."""

    id: int
    category: QuestionCategory
    text: str
    at: datetime
    person_id: int
    name: str
    entry_id: int | None
    entry: str | None
    set_aside_at: datetime | None
    set_aside_why: str

    @property
    def is_open(self) -> bool:
        """Whether it waits for a manager."""
        return self.entry_id is None and self.set_aside_at is None


class AskedPage(msgspec.Struct, frozen=True):
    """A page of asked questions; `next` is where the next page begins, None on the last. `counts`
    has how many are open in each category that has any."""

    questions: list[AskedView]
    next: int | None
    counts: dict[QuestionCategory, int]

    @property
    def waiting(self) -> int:
        """How many are open in all."""
        return sum(self.counts.values())


OF_CAMPAIGN = AskedQuestion.campaign_id == CAMPAIGN_ID
ASKED = (
    select(
        AskedQuestion.id,
        AskedQuestion.category,
        AskedQuestion.text,
        AskedQuestion.created_at,
        AskedQuestion.person_id,
        Person.name,
        AskedQuestion.entry_id,
        FaqEntry.question,
        AskedQuestion.set_aside_at,
        AskedQuestion.set_aside_why,
    )
    .join(Person, Person.id == AskedQuestion.person_id)
    .outerjoin(FaqEntry, FaqEntry.id == AskedQuestion.entry_id)
    .where(OF_CAMPAIGN)
)
# Who asked first is answered first.
OPEN = (
    ASKED.where(AskedQuestion.is_open, AskedQuestion.id > bindparam("place", type_=BigInteger))
    .order_by(AskedQuestion.id)
    .limit(constant(PAGE + 1))
)
OPEN_IN_CATEGORY = OPEN.where(AskedQuestion.category == bindparam("category", type_=String))
DEALT_WITH = (
    ASKED.where(~AskedQuestion.is_open, AskedQuestion.id < bindparam("place", type_=BigInteger))
    .order_by(AskedQuestion.id.desc())
    .limit(constant(PAGE + 1))
)
CHOSEN = ASKED.where(
    AskedQuestion.id == any_(bindparam("numbers", type_=ARRAY(BigInteger)))
).order_by(AskedQuestion.id)
WAITING = select(func.count()).where(OF_CAMPAIGN, AskedQuestion.is_open)
OPEN_COUNTS = (
    select(AskedQuestion.category, func.count())
    .where(OF_CAMPAIGN, AskedQuestion.is_open)
    .group_by(AskedQuestion.category)
)
ASKED_EVER = select(func.count()).where(OF_CAMPAIGN)
CHOICES = (
    select(FaqEntry.id, FaqEntry.question)
    .where(FaqEntry.campaign_id == CAMPAIGN_ID, LISTED)
    .order_by(FaqEntry.id.desc())
    .limit(constant(MOST_CHOICES))
)


async def asked_questions(
    db: AsyncSession,
    campaign_id: int,
    state: QuestionState,
    place: int | None,
    category: QuestionCategory | None = None,
) -> AskedPage:
    """The open questions, the oldest first, or the others, the newest first; from the place on. Of
    the open ones, only those in the category where one is given."""
    is_open = state is QuestionState.OPEN
    start = place if place is not None else (0 if is_open else HIGHEST)
    asked = {"campaign_id": campaign_id, "place": start, "category": category}
    some = OPEN_IN_CATEGORY if category else OPEN
    rows = await rows_of(db, some if is_open else DEALT_WITH, asked)
    found = [_view(row) for row in rows[:PAGE]]
    more = found[-1].id if len(rows) > PAGE else None
    counted = await rows_of(db, OPEN_COUNTS, {"campaign_id": campaign_id})
    return AskedPage(found, more, {QuestionCategory(name): count for name, count in counted})


async def count_waiting(db: AsyncSession, campaign_id: int) -> int:
    """How many questions wait for a manager."""
    ((count,),) = await rows_of(db, WAITING, {"campaign_id": campaign_id})
    return int(count)


async def count_asked(db: AsyncSession, campaign_id: int) -> int:
    """How many questions were ever asked in the campaign."""
    ((count,),) = await rows_of(db, ASKED_EVER, {"campaign_id": campaign_id})
    return int(count)


async def chosen_questions(
    db: AsyncSession, campaign_id: int, numbers: Sequence[int]
) -> list[AskedView]:
    """Those of the campaign's questions with these numbers, the oldest first."""
    asked = {"campaign_id": campaign_id, "numbers": [n for n in numbers if n <= HIGHEST]}
    return [_view(row) for row in await rows_of(db, CHOSEN, asked)]


async def entry_choices(db: AsyncSession, campaign_id: int) -> list[tuple[str, str]]:
    """The newest entries of the campaign, to choose from: number and question."""
    rows = await rows_of(db, CHOICES, {"campaign_id": campaign_id})
    return [(str(number), question) for number, question in rows]


def _view(row: Sequence[object]) -> AskedView:
    number, category, *others = row
    return AskedView(number, QuestionCategory(str(category)), *others)  # type: ignore[arg-type]
