"""Entries as they are read: the frozen revision with the version of the form that it answered."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _, listed, number
from ideahub.core.refusals import NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.entries.form_versions import FieldView, FormView, form_by_id
from ideahub.entries.models import (
    Entry,
    EntryContributor,
    EntryFile,
    EntryRevision,
    FieldKind,
)
from ideahub.entries.queries import Decision
from ideahub.organisations.models import Person


class FrozenPerson(msgspec.Struct, frozen=True):
    """Somebody who stands behind an entry."""

    id: int
    name: str
    role: str


class FrozenFile(msgspec.Struct, frozen=True):
    """A file of an entry. In blind reading its name tells only its kind, and its address leads to a
    copy without what programs write into files of their own accord."""

    url: str
    name: str
    media_type: str
    size: int | None = None


class FrozenAnswer(msgspec.Struct, frozen=True):
    """A question with its answer; `html` is the rendered long text."""

    key: str
    label: str
    kind: FieldKind
    value: Any
    words: str
    html: str = ""
    file: FrozenFile | None = None


class FrozenEntry(msgspec.Struct, frozen=True):
    """What was submitted. Read blind, it says nothing of who is behind it."""

    entry_id: int
    revision_id: int
    number: int
    revision: int
    form_version: int
    title: str
    team_name: str
    people: list[FrozenPerson]
    contributors: list[FrozenPerson]
    answers: list[FrozenAnswer]
    # The answers to who may enter; not in blind reading, and no matter of judging.
    eligibility: list[dict[str, Any]]
    is_blind: bool


REVISION = (
    select(EntryRevision, Entry.number.label("entry_number"))
    .join(Entry, Entry.id == EntryRevision.entry_id)
    .where(EntryRevision.id == bindparam("revision_id", type_=BigInteger))
)
FILES = select(EntryFile.token, EntryFile.file_name, EntryFile.media_type, EntryFile.size).where(
    EntryFile.token == any_(bindparam("tokens", type_=ARRAY(EntryFile.token.type)))
)
CONTRIBUTORS = (
    select(Person.id, Person.name, EntryContributor.role)
    .join(Person, Person.id == EntryContributor.person_id)
    .where(EntryContributor.entry_id == bindparam("entry_id", type_=BigInteger))
    .order_by(EntryContributor.id)
)


async def frozen_entry(db: AsyncSession, revision_id: int, *, blind: bool) -> FrozenEntry:
    """What was submitted as this revision, with the answers in the order of the form's version that
    it answered. With `blind` only what is shown in blind reading: no people, no team, no names of
    files. Raises NotFound. Checks no permission: the caller does."""
    found = (await db.execute(REVISION, {"revision_id": revision_id})).one_or_none()
    if found is None:
        raise NotFound
    revision, entry_number = found
    form = await form_by_id(db, revision.form_id)
    contributors = [] if blind else await rows_of(db, CONTRIBUTORS, {"entry_id": revision.entry_id})
    return FrozenEntry(
        entry_id=revision.entry_id,
        revision_id=revision.id,
        number=entry_number or 0,
        revision=revision.number,
        form_version=form.version,
        title=revision.title,
        team_name="" if blind else revision.team_name,
        people=[] if blind else [FrozenPerson(**one) for one in revision.people],
        contributors=[FrozenPerson(*row) for row in contributors],
        answers=await _answers(db, form, revision.answers, blind=blind),
        eligibility=[] if blind else revision.eligibility,
        is_blind=blind,
    )


async def preview_answers(
    db: AsyncSession, form: FormView, answers: Mapping[str, Any]
) -> list[FrozenAnswer]:
    """The answers as they would be read, for the team's own eyes. Checks no permission."""
    return await _answers(db, form, answers, blind=False)


async def _answers(
    db: AsyncSession, form: FormView, answers: Mapping[str, Any], *, blind: bool
) -> list[FrozenAnswer]:
    asked = [one for one in form.fields if one.shown_blind or not blind]
    tokens = [
        answers[one.key] for one in asked if one.kind is FieldKind.FILE and one.key in answers
    ]
    found = await rows_of(db, FILES, {"tokens": tokens}) if tokens else ()
    ordered = sorted(found, key=lambda row: tokens.index(row.token))
    files = {
        row.token: _neutral(place, row) if blind else _file(row)
        for place, row in enumerate(ordered, start=1)
    }
    return [await answer_of(one, answers.get(one.key), files) for one in asked]


async def answer_of(field: FieldView, value: Any, files: Mapping[str, FrozenFile]) -> FrozenAnswer:
    """A question with this answer; `files` are those that may be named, by their tokens."""
    is_file = field.kind is FieldKind.FILE
    return FrozenAnswer(
        key=field.key,
        label=field.label,
        kind=field.kind,
        value=None if is_file else value,
        words="" if is_file else answer_words(field.kind, value),
        html=await markdown_html(value) if value and field.kind is FieldKind.LONG_TEXT else "",
        file=files.get(value) if is_file and value else None,
    )


def answer_words(kind: FieldKind, value: Any) -> str:
    """An answer as people read it; empty where there is none."""
    if value is None or value in ("", []):
        return ""
    if kind in (FieldKind.YES_NO, FieldKind.CONSENT):
        return _("Yes") if value else _("No")
    if kind is FieldKind.NUMBER:
        decimals = len(str(value).partition(".")[2])
        return number(Decimal(value), decimals=decimals)
    return listed(value) if isinstance(value, list) else str(value)


def _file(row: Any) -> FrozenFile:
    return FrozenFile(f"/entries/files/{row.token}", row.file_name, row.media_type, row.size)


def _neutral(place: int, row: Any) -> FrozenFile:
    ending = row.file_name.rpartition(".")[2]
    name = _("file %(number)s.%(ending)s", number=place, ending=ending)
    return FrozenFile(f"/entries/files/{row.token}/neutral", name, row.media_type)


# What has to be so for an entry to be judged. To be run on a select with DECISION joined.
COUNTS = (
    Entry.submitted_id.is_not(None),
    Entry.withdrawn_at.is_(None),
    or_(Entry.on_behalf_by.is_(None), Entry.confirmed_at.is_not(None)),
    # A decision about an earlier revision says nothing of this one.
    or_(
        Decision.c.is_eligible.is_(None),
        Decision.c.is_eligible,
        Decision.c.decided_about != Entry.submitted_id,
    ),
)
