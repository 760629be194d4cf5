"""The receipt of a submitted entry: its number, its moment, and the fingerprint of its content.

The canonical content is described in docs/entry-receipts.md, so that an entrant can compute the
same fingerprint from the file that the receipt offers, or write that file anew.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.entries.form_versions import FormView, form_by_id
from ideahub.entries.models import Entry, EntryFile, EntryForm, EntryRevision, FieldKind
from ideahub.entries.queries import ENTRY_ID, EntryView

FORMAT = "ideahub-entry-1"


class FileMark(msgspec.Struct, frozen=True):
    """What the canonical content says of a file."""

    token: str
    name: str
    size: int
    sha256: str


class Receipt(msgspec.Struct, frozen=True):
    """What an entrant holds for one submission."""

    revision_id: int
    revision: int
    campaign_id: int
    number: int
    form_version: int
    form_id: int
    title: str
    team_name: str
    answers: dict[str, Any]
    eligibility: list[dict[str, Any]]
    people: list[dict[str, Any]]
    content_hash: str
    submitted_at: datetime
    submitted_by: int
    rules_number: int | None

    @property
    def code(self) -> str:
        """The receipt's number: of the challenge, of the entry in it, and of its version."""
        return f"{self.campaign_id}-{self.number}-{self.revision}"


class Titled(Protocol):
    """What has a title and the name of a team: an entry's row, or a receipt."""

    @property
    def title(self) -> str:
        """The title of the entry."""

    @property
    def team_name(self) -> str:
        """The name of the team; empty where it has none."""


def canonical_content(
    form: FormView,
    titled: Titled,
    answers: Mapping[str, Any],
    eligibility: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileMark],
) -> bytes:
    """The bytes of which the fingerprint is made. `eligibility` is as a revision keeps it; `files`
    are by their tokens."""
    told = {
        "format": FORMAT,
        "form_version": form.version,
        "title": titled.title,
        "team": titled.team_name,
        "eligibility": [
            {"question": one["question"], "answer": one["answer"]} for one in eligibility
        ],
        "answers": [
            {
                "question": field.label,
                "kind": field.kind.value,
                "answer": _told(field.kind, answers[field.key], files),
            }
            for field in form.fields
            if field.key in answers
        ],
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _told(kind: FieldKind, answer: Any, files: Mapping[str, FileMark]) -> Any:
    if kind is not FieldKind.FILE:
        return answer
    file = files[answer]
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def content_hash(content: bytes) -> str:
    """The SHA-256 of these bytes, in hexadecimal."""
    return sha256(content).hexdigest()


MARKS = select(EntryFile.token, EntryFile.file_name, EntryFile.size, EntryFile.digest).where(
    EntryFile.entry_id == ENTRY_ID,
    EntryFile.token == any_(bindparam("tokens", type_=ARRAY(EntryFile.token.type))),
)


async def file_marks(
    db: AsyncSession, entry_id: int, form: FormView, answers: Mapping[str, Any]
) -> dict[str, FileMark]:
    """The files that answer questions of this form, by their tokens."""
    tokens = [answers[field.key] for field in form.files if field.key in answers]
    if not tokens:
        return {}
    found = await rows_of(db, MARKS, {"entry_id": entry_id, "tokens": tokens})
    return {
        row.token: FileMark(row.token, row.file_name, row.size, bytes(row.digest).hex())
        for row in found
    }


_RECEIPTS = (
    select(
        EntryRevision.id,
        EntryRevision.number,
        Entry.campaign_id,
        Entry.number,
        EntryForm.version,
        EntryRevision.form_id,
        EntryRevision.title,
        EntryRevision.team_name,
        EntryRevision.answers,
        EntryRevision.eligibility,
        EntryRevision.people,
        EntryRevision.content_hash,
        EntryRevision.submitted_at,
        EntryRevision.submitted_by,
        EntryRevision.rules_number,
    )
    .join(Entry, Entry.id == EntryRevision.entry_id)
    .join(EntryForm, EntryForm.id == EntryRevision.form_id)
    .where(EntryRevision.entry_id == ENTRY_ID)
)
RECEIPTS = _RECEIPTS.order_by(EntryRevision.number.desc())
ONE_RECEIPT = _RECEIPTS.where(EntryRevision.number == bindparam("revision", type_=BigInteger))


async def receipts_of(db: AsyncSession, entry: EntryView) -> list[Receipt]:
    """The receipts of an entry, the newest first. Checks no permission."""
    return [Receipt(*row) for row in await rows_of(db, RECEIPTS, {"entry_id": entry.id})]


async def find_receipt(db: AsyncSession, entry: EntryView, revision: int) -> Receipt:
    """The receipt of this version; raises NotFound. Checks no permission."""
    asked = {"entry_id": entry.id, "revision": revision}
    found = await rows_of(db, ONE_RECEIPT, asked) if revision <= MOST else ()
    if not found:
        raise NotFound
    return Receipt(*found[0])


async def content_of_receipt(db: AsyncSession, entry_id: int, receipt: Receipt) -> bytes:
    """The canonical content of what was submitted then, made anew from what is stored."""
    form = await form_by_id(db, receipt.form_id)
    marks = await file_marks(db, entry_id, form, receipt.answers)
    return canonical_content(form, receipt, receipt.answers, receipt.eligibility, marks)
