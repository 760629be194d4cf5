"""The answers of a batch as they will go out: the common words with each idea's own in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.fingerprints import fingerprint
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS, Author, author_name
from ideahub.organisations.models import Person
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.batch_models import BatchAnswer
from ideahub.responses.models import Response
from ideahub.responses.placeholders import filled, words_of_answer, words_of_idea

PAGE = 10
Newest = aliased(Response, name="newest")
Answerer = aliased(Person, name="answerer")


class BatchRow(msgspec.Struct, frozen=True):
    """An answer of a batch with its idea. `newest_id` and `newest_version` are the answer that
    stands now, of `newest_name`; 0 where there is none."""

    id: int
    idea_id: int
    title: str
    author_name: str
    supporters: int
    letters: int
    is_letter: bool
    campaign_id: int
    campaign_title: str
    said: dict[str, Any] | None
    looked: str
    seen_response: int
    seen_version: int
    newest_id: int
    newest_version: int
    newest_name: str | None

    @property
    def is_overtaken(self) -> bool:
        """Whether another answer was given since this one was begun."""
        return (self.seen_response, self.seen_version) != (self.newest_id, self.newest_version)


_newest = (
    select(func.max(Response.id)).where(Response.idea_id == Idea.id).correlate(Idea)
).scalar_subquery()
ROWS = (
    select(
        BatchAnswer.id,
        BatchAnswer.idea_id,
        Idea.title,
        author_name.label("author_name"),
        Idea.votes_count,
        Idea.letters,
        Idea.letter_of.is_not(None),
        Campaign.id.label("campaign_id"),
        Campaign.title.label("campaign_title"),
        BatchAnswer.said,
        BatchAnswer.looked,
        BatchAnswer.seen_response,
        BatchAnswer.seen_version,
        func.coalesce(Newest.id, 0),
        func.coalesce(Newest.version, 0),
        Answerer.name,
    )
    .join(Idea, Idea.id == BatchAnswer.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Author, Author.id == Idea.author_id)
    .outerjoin(Newest, Newest.id == _newest)
    .outerjoin(Answerer, Answerer.id == Newest.author_id)
    .where(
        BatchAnswer.batch_id == bindparam("batch_id", type_=BigInteger),
        BatchAnswer.sent_at.is_(None),
        BatchAnswer.left_out_at.is_(None),
        LISTED_IDEAS,
    )
    .order_by(BatchAnswer.idea_id)
)


async def rows_left(db: AsyncSession, viewer: Viewer, batch_id: int) -> list[BatchRow]:
    """The answers of a batch that have not gone, of ideas that the viewer sees."""
    rows = await rows_of(db, ROWS, {"batch_id": batch_id, **viewer.bound})
    return [BatchRow(*row) for row in rows]


def typed_for(common: Mapping[str, Any], row: BatchRow) -> dict[str, Any]:
    """What the form of this answer holds: its own words, or the common ones filled in."""
    if row.said is not None:
        return dict(row.said)
    of_idea = words_of_idea(row.title, row.author_name, row.campaign_title, row.supporters)
    return {**common, **filled(common, {**of_idea, **words_of_answer(common)})}


def as_seen(given: AnswerInput) -> str:
    """The fingerprint of an answer as its author looked at it, and of the one that stood then."""
    stood = given.seen_response, given.seen_version
    return fingerprint([*given.said.values(), *given.wakes.values(), *stood])


def with_seen(given: AnswerInput, row: BatchRow) -> AnswerInput:
    """The answer, said after the one that its author has seen."""
    return replace(given, seen_response=row.seen_response, seen_version=row.seen_version)


def by_page(rows: Sequence[BatchRow], after: int) -> tuple[list[BatchRow], int | None]:
    """The next rows after the idea with this number, and where the page after begins."""
    later = [row for row in rows if row.idea_id > after]
    shown = later[:PAGE]
    return shown, shown[-1].idea_id if len(later) > PAGE else None


def page_with(rows: Sequence[BatchRow], row_id: int) -> int:
    """After which idea the page with this row begins; 0 for the first."""
    place = next((at for at, row in enumerate(rows) if row.id == row_id), 0)
    first = place - place % PAGE
    return rows[first - 1].idea_id if first else 0
