"""Queries for the revisions of an idea, and what each of them changed."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Row, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.refusals import NotFound
from ideahub.ideas.differing import NOTHING, Difference, IdeaTexts, difference
from ideahub.ideas.models import Idea, Revision
from ideahub.ideas.pseudonyms import shown_name
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.organisations.models import Person

PAGE = 20

Writer = aliased(Person, name="writer")
Contributor = aliased(Person, name="contributor")


_REVISIONS = (
    select(
        Revision.number,
        Revision.created_at,
        shown_name(Revision.author_id, Writer.name).label("writer"),
        shown_name(Revision.adopted_from, Contributor.name).label("contributor"),
        Revision.note,
        Revision.words_added,
        Revision.words_removed,
    )
    .join(Idea, Idea.id == Revision.idea_id)
    .join(Writer, Writer.id == Revision.author_id)
    .outerjoin(Contributor, Contributor.id == Revision.adopted_from)
    .where(Revision.idea_id == IDEA_ID)
    .order_by(Revision.number.desc())
)
NEWEST = _REVISIONS.limit(constant(PAGE + 1))
OLDER = NEWEST.where(Revision.number < bindparam("before", type_=BigInteger))
_NUMBER = bindparam("number", type_=BigInteger)
# A revision and an earlier one.
THIS_AND_EARLIER = _REVISIONS.add_columns(Revision.title, Revision.body, Revision.why).where(
    or_(Revision.number == _NUMBER, Revision.number == bindparam("earlier", type_=BigInteger))
)
TEXTS = select(Revision.title, Revision.body, Revision.why).where(
    Revision.idea_id == IDEA_ID, Revision.number == _NUMBER
)


class RevisionView(msgspec.Struct, frozen=True):
    """A revision with the names to show of its writer and, for an adopted build, the contributor.

    `added` and `removed` are numbers of words; None where the clock has not counted them yet.
    """

    number: int
    created_at: datetime
    writer: str
    contributor: str | None
    note: str
    added: int | None
    removed: int | None


async def revisions_of(
    db: AsyncSession, idea: IdeaView, *, before: int | None = None
) -> tuple[list[RevisionView], int | None]:
    """A page of the idea's revisions, the newest first, from the one before the number `before`;
    and the `before` of the next page, None on the last."""
    asked = {"idea_id": idea.id, "before": before}
    found = [_version(row) for row in await rows_of(db, OLDER if before else NEWEST, asked)]
    page = found[:PAGE]
    return page, page[-1].number if len(found) > PAGE else None


async def revision_of(
    db: AsyncSession, idea: IdeaView, number: int, *, since: int | None = None
) -> tuple[RevisionView, Difference]:
    """A revision and its difference from the one before, or from the one with the number `since`;
    raises NotFound where there is none."""
    earlier = number - 1 if since is None else since
    asked = {"idea_id": idea.id, "number": number, "earlier": earlier}
    rows = await rows_of(db, THIS_AND_EARLIER, asked)
    if not rows or rows[0].number != number or (since is not None and len(rows) == 1):
        raise NotFound
    old = _texts(rows[1]) if len(rows) > 1 else NOTHING
    return _version(rows[0]), await difference(old, _texts(rows[0]))


async def texts_of(db: AsyncSession, idea: IdeaView, number: int) -> IdeaTexts | None:
    """The texts of a revision of the idea; None where there is no such revision."""
    rows = await rows_of(db, TEXTS, {"idea_id": idea.id, "number": number})
    return _texts(rows[0]) if rows else None


def _version(row: Row[Any]) -> RevisionView:
    return RevisionView(
        number=row.number,
        created_at=row.created_at,
        writer=row.writer,
        contributor=row.contributor,
        note=row.note,
        added=row.words_added,
        removed=row.words_removed,
    )


def _texts(row: Row[Any]) -> IdeaTexts:
    return row.title, row.body, row.why
