"""How an idea came to read as it does: its revisions, and what each of them changed."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, case, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.accounts.models import Person
from ideahub.i18n import _
from ideahub.ideas.finding import IdeaFound
from ideahub.ideas.models import Revision
from ideahub.refusals import NotFound
from ideahub.text import Piece, added_and_removed, word_diff

PAGE = 20
# The one more is what the oldest of a page is compared with.
PAGE_AND_ONE: ColumnElement[int] = literal_column(str(PAGE + 1))

Texts = tuple[str, str, str]

Writer = aliased(Person, name="writer")
Contributor = aliased(Person, name="contributor")


class Difference(msgspec.Struct, frozen=True):
    """What lies between two texts of an idea, word by word."""

    title: list[Piece]
    body: list[Piece]
    why: list[Piece]
    added: int
    removed: int

    @property
    def is_empty(self) -> bool:
        """Whether the texts are the same."""
        return not any(kind != "same" for kind, _text in [*self.title, *self.body, *self.why])


class Version(msgspec.Struct, frozen=True):
    """A revision with the names of those who wrote it, as they may be shown."""

    number: int
    created_at: datetime
    writer: str
    contributor: str | None
    note: str
    texts: Texts
    added: int = 0
    removed: int = 0


async def revisions_of(
    db: AsyncSession, idea: IdeaFound, *, before: int | None = None
) -> tuple[list[Version], int | None]:
    """A page of the revisions, newest first, each with how many words it added and removed;
    and the number before which the next page begins."""
    query = _columns(idea).order_by(Revision.number.desc()).limit(PAGE_AND_ONE)
    if before:
        query = query.where(Revision.number < before)
    found = [_version(row) for row in await db.execute(query)]
    page = found[:PAGE]
    olds = [*(one.texts for one in found[1:]), NOTHING][: len(page)]
    counted = [await _counted(one, old) for one, old in zip(page, olds, strict=True)]
    return counted, page[-1].number if len(found) > PAGE else None


async def revision_of(db: AsyncSession, idea: IdeaFound, number: int) -> tuple[Version, Difference]:
    """A revision and what it changed in the one before; raises NotFound where there is none."""
    found = await db.execute(
        _columns(idea)
        .where(Revision.number.in_([number, number - 1]))
        .order_by(Revision.number.desc())
    )
    versions = [_version(row) for row in found]
    if not versions or versions[0].number != number:
        raise NotFound(_("This idea has no such revision."))
    old = versions[1].texts if len(versions) > 1 else NOTHING
    return versions[0], await difference(old, versions[0].texts)


async def difference(old: Texts, new: Texts) -> Difference:
    """What changed between two texts: title, what it is, why it matters."""
    # Two long texts take a while, which others need not wait for.
    return await asyncio.to_thread(_difference, old, new)


NOTHING: Texts = ("", "", "")


def _difference(old: Texts, new: Texts) -> Difference:
    title, body, why = (
        list(_words_only(word_diff(one, other))) for one, other in zip(old, new, strict=True)
    )
    added, removed = added_and_removed([*title, *body, *why])
    return Difference(title, body, why, added, removed)


def _words_only(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with the line breaks before a change outside of it, so that only words are
    marked. For reading: the old text cannot be put together from them any more."""
    for kind, text in pieces:
        words = text.lstrip("\n")
        if kind != "same" and words and len(words) < len(text):
            yield Piece("same", text[: len(text) - len(words)])
            yield Piece(kind, words)
        else:
            yield Piece(kind, text)


async def _counted(version: Version, old: Texts) -> Version:
    changed = await difference(old, version.texts)
    return msgspec.structs.replace(version, added=changed.added, removed=changed.removed)


def _columns(idea: IdeaFound) -> Select[Any]:
    return (
        select(
            Revision.number,
            Revision.created_at,
            _name(idea, Revision.author_id, Writer.name).label("writer"),
            _name(idea, Revision.adopted_from, Contributor.name).label("contributor"),
            Revision.note,
            Revision.title,
            Revision.body,
            Revision.why,
        )
        .join(Writer, Writer.id == Revision.author_id)
        .outerjoin(Contributor, Contributor.id == Revision.adopted_from)
        .where(Revision.idea_id == idea.id)
    )


def _name(idea: IdeaFound, person_id: Any, name: Any) -> Any:
    # Whoever posted the idea under another name bears it in its history, too.
    if not idea.pseudonym:
        return name
    return case((person_id == idea.author_id, idea.pseudonym), else_=name)


def _version(row: Row[Any]) -> Version:
    return Version(
        number=row.number,
        created_at=row.created_at,
        writer=row.writer,
        contributor=row.contributor,
        note=row.note,
        texts=(row.title, row.body, row.why),
    )
