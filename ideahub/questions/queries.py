"""Queries for the questions and answers of a campaign as everyone reads them, and for one's own
questions. Whoever calls them has found the campaign through the viewer."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Select,
    String,
    bindparam,
    distinct,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind, page_of
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.paging import place_after, read_place
from ideahub.core.refusals import NotFound
from ideahub.core.searching.asking import SEARCH_QUERY, Asked, read_search
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.organisations.models import Person
from ideahub.questions.models import (
    LISTED,
    WITHDRAWN,
    AskedQuestion,
    FaqEntry,
    FaqVersion,
    FaqWithdrawal,
    QuestionCategory,
)

PAGE = 40
MOST_OWN = 50
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)


class FaqEntryView(msgspec.Struct, frozen=True):
    """A question that everyone reads; `answer_html` is empty where it is not answered yet. `asked`
    is how many people asked it.

    It is not listed where it was hidden, for the reason `hidden_why`, or merged into another entry,
    `merged_into`.
    """

    id: int
    campaign_id: int
    kind: CampaignKind
    category: QuestionCategory
    question: str
    answer: str
    answer_html: str
    answered_at: datetime | None
    version: int
    asked: int
    withdrawn_at: datetime | None = None
    hidden_why: str = ""
    merged_into: int | None = None

    @property
    def is_listed(self) -> bool:
        """Whether everyone reads it."""
        return self.withdrawn_at is None

    @property
    def url(self) -> str:
        """The address of the page with this answer alone."""
        return f"{page_of(self.kind, self.campaign_id)}/questions/{self.id}"


class VersionView(msgspec.Struct, frozen=True):
    """What an entry said from `at` on, until the next version."""

    version: int
    question: str
    answer: str
    answer_html: str
    at: datetime
    made_by: int | None
    made_by_name: str | None


class OwnQuestion(msgspec.Struct, frozen=True):
    """A question of the viewer's, and what became of it."""

    id: int
    text: str
    asked_at: datetime
    entry_id: int | None
    answered_at: datetime | None
    set_aside_why: str
    is_set_aside: bool
    hidden_why: str | None


class EntryPage(msgspec.Struct, frozen=True):
    """A page of entries, by category; `after` is where the next page begins, empty on the last.
    `counts` has the number of entries in each category that has any."""

    entries: list[FaqEntryView]
    after: str
    counts: dict[QuestionCategory, int]
    asked: Asked | None = None

    @property
    def total(self) -> int:
        """How many entries there are in all categories."""
        return sum(self.counts.values())

    @property
    def by_category(self) -> dict[QuestionCategory, list[FaqEntryView]]:
        """The entries of this page in each category; empty lists for those that have none."""
        return {
            category: [entry for entry in self.entries if entry.category == category]
            for category in QuestionCategory
        }


_asked = (
    select(func.count(distinct(AskedQuestion.person_id)))
    .where(AskedQuestion.entry_id == FaqEntry.id)
    .correlate(FaqEntry)
    .scalar_subquery()
)
# Places of categories as pages show them, from 1.
_rank = func.array_position(constants(*QuestionCategory), FaqEntry.category)
ENTRIES = select(
    FaqEntry.id,
    FaqEntry.campaign_id,
    Campaign.kind,
    FaqEntry.category,
    FaqEntry.question,
    FaqEntry.answer,
    FaqEntry.answer_html,
    FaqEntry.answered_at,
    FaqEntry.version,
    _asked.label("asked"),
).join(Campaign, Campaign.id == FaqEntry.campaign_id)
IN_CAMPAIGN = FaqEntry.campaign_id == CAMPAIGN_ID
# Also those that are not listed.
ALL = ENTRIES.add_columns(
    FaqWithdrawal.created_at.label("withdrawn_at"),
    func.coalesce(FaqWithdrawal.why, "").label("hidden_why"),
    FaqWithdrawal.into_id.label("merged_into"),
).outerjoin(FaqWithdrawal, WITHDRAWN)
ONE = ALL.where(FaqEntry.id == bindparam("entry_id", type_=BigInteger), IN_CAMPAIGN)
COUNTS = (
    select(FaqEntry.category, func.count()).where(IN_CAMPAIGN, LISTED).group_by(FaqEntry.category)
)
VERSIONS = (
    select(
        FaqVersion.version,
        FaqVersion.question,
        FaqVersion.answer,
        FaqVersion.answer_html,
        FaqVersion.created_at,
        FaqVersion.made_by,
        Person.name,
    )
    .outerjoin(Person, Person.id == FaqVersion.made_by)
    .where(FaqVersion.entry_id == bindparam("entry_id", type_=BigInteger))
    .order_by(FaqVersion.version.desc())
    .limit(constant(PAGE))
)
OWN = (
    select(
        AskedQuestion.id,
        AskedQuestion.text,
        AskedQuestion.created_at,
        AskedQuestion.entry_id,
        FaqEntry.answered_at,
        AskedQuestion.set_aside_why,
        AskedQuestion.set_aside_at.is_not(None).label("is_set_aside"),
        # Why the answer is hidden; None where it is not.
        FaqWithdrawal.why,
    )
    .outerjoin(FaqEntry, FaqEntry.id == AskedQuestion.entry_id)
    .outerjoin(FaqWithdrawal, WITHDRAWN)
    .where(AskedQuestion.campaign_id == CAMPAIGN_ID, AskedQuestion.person_id == VIEWER_ID)
    .order_by(AskedQuestion.id.desc())
    .limit(constant(MOST_OWN))
)


async def entries_of(
    db: AsyncSession,
    campaign: Campaign,
    *,
    category: QuestionCategory | None = None,
    words: str = "",
    after: str = "",
) -> EntryPage:
    """A page of the campaign's entries, by category and the first published first; of one category,
    and with these words, where they are given."""
    asked = await read_search(db, words) if words else None
    counted = await rows_of(db, COUNTS, {"campaign_id": campaign.id})
    counts = {QuestionCategory(name): count for name, count in counted}
    if asked and not asked.query:
        return EntryPage([], "", counts, asked)
    place = _place(after)
    values = {"campaign_id": campaign.id, "category": category, **(place or {})}
    values |= {"query": asked.query} if asked else {}
    statement = _list(category is not None, asked is not None, place is not None)
    rows = await rows_of(db, statement, values)
    entries = [entry_view(row) for row in rows[:PAGE]]
    ranks = list(QuestionCategory)
    last = entries[-1] if len(rows) > PAGE else None
    more = place_after(ranks.index(last.category) + 1, last.id) if last else ""
    return EntryPage(entries, more, counts, asked)


async def count_entries(db: AsyncSession, campaign_id: int) -> int:
    """How many questions of the campaign everyone can read."""
    return sum(count for _, count in await rows_of(db, COUNTS, {"campaign_id": campaign_id}))


async def find_entry(db: AsyncSession, campaign_id: int, entry_id: int) -> FaqEntryView:
    """The campaign's entry with this number, also one that is not listed; raises NotFound."""
    asked = {"campaign_id": campaign_id, "entry_id": min(entry_id, HIGHEST)}
    rows = await rows_of(db, ONE, asked)
    if not rows:
        raise NotFound
    return entry_view(rows[0])


async def versions_of(db: AsyncSession, entry_id: int) -> list[VersionView]:
    """What the entry says and said, the newest first."""
    return [VersionView(*row) for row in await rows_of(db, VERSIONS, {"entry_id": entry_id})]


async def own_questions(
    db: AsyncSession, viewer: Viewer, campaign_id: int
) -> Sequence[OwnQuestion]:
    """What the viewer asked in this campaign, the latest first; nothing for a stranger."""
    if not viewer.signed_in:
        return ()
    asked = {"campaign_id": campaign_id, VIEWER_ID.key: viewer.id}
    return [OwnQuestion(*row) for row in await rows_of(db, OWN, asked)]


def entry_view(row: Any) -> FaqEntryView:
    """An entry as pages show it."""
    values = dict(row._mapping)
    return FaqEntryView(**values | {"category": QuestionCategory(values["category"])})


@cache
def _list(in_category: bool, searched: bool, continued: bool) -> Select[Any]:
    # Made once for each way to narrow the list.
    query = ENTRIES.where(IN_CAMPAIGN, LISTED)
    if in_category:
        query = query.where(FaqEntry.category == bindparam("category", type_=String))
    if searched:
        query = query.where(FaqEntry.searched.bool_op("@@")(SEARCH_QUERY))
    if continued:
        place = tuple_(bindparam("key", type_=BigInteger), bindparam("number", type_=BigInteger))
        query = query.where(tuple_(_rank, FaqEntry.id) > place)
    return query.order_by(_rank, FaqEntry.id).limit(constant(PAGE + 1))


def _place(after: str) -> dict[str, Any] | None:
    try:
        return read_place(after, int)
    except ValueError:
        return None
