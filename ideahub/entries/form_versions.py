"""The versions of a phase's entry form, and which of them entrants answer now."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.asked_once import asked_once
from ideahub.core.db import constant, rows_of
from ideahub.entries.models import EntryField, EntryForm, FieldKind


class FieldView(msgspec.Struct, frozen=True):
    """A question of an entry form."""

    key: str
    kind: FieldKind
    label: str
    help: str = ""
    required: bool = False
    shown_blind: bool = True
    shown_public: bool = False
    options: tuple[str, ...] = ()
    most: int | None = None
    least_value: Decimal | None = None
    most_value: Decimal | None = None

    @property
    def longest(self) -> int:
        """How many characters an answer in words may have."""
        usual = {FieldKind.SHORT_TEXT: lengths.ANSWER_LINE, FieldKind.LONG_TEXT: lengths.TEXT}
        return self.most or usual.get(self.kind, lengths.ANSWER_LINK)


class FormView(msgspec.Struct, frozen=True):
    """A version of a form, with its questions in their order."""

    id: int
    phase_id: int
    version: int
    frozen_at: datetime | None
    fields: tuple[FieldView, ...] = ()

    def field(self, key: str) -> FieldView | None:
        """The question with this key; None where it has none."""
        return next((one for one in self.fields if one.key == key), None)

    @property
    def files(self) -> tuple[FieldView, ...]:
        """The questions that are answered with a file."""
        return tuple(one for one in self.fields if one.kind is FieldKind.FILE)


COLUMNS = [getattr(EntryField, name) for name in FieldView.__struct_fields__]
FIELDS = (
    select(EntryField.form_id, *COLUMNS)
    .where(EntryField.form_id == any_(bindparam("form_ids", type_=ARRAY(BigInteger))))
    .order_by(EntryField.form_id, EntryField.position)
)
_FORM = select(EntryForm.id, EntryForm.phase_id, EntryForm.version, EntryForm.frozen_at)
BY_ID = _FORM.where(EntryForm.id == any_(bindparam("form_ids", type_=ARRAY(BigInteger))))
OF_PHASE = _FORM.where(EntryForm.phase_id == bindparam("phase_id", type_=BigInteger)).order_by(
    EntryForm.version.desc()
)
# At most one version is in preparation, so of the newest two one is in use, if any is.
NEWEST = OF_PHASE.limit(constant(2))


@asked_once
async def form_versions(db: AsyncSession, phase_id: int) -> list[FormView]:
    """All versions of the phase's form, the newest first."""
    return await _with_fields(db, await rows_of(db, OF_PHASE, {"phase_id": phase_id}))


async def form_in_use(db: AsyncSession, phase_id: int) -> FormView | None:
    """The version that entrants answer now: the newest that is frozen, else the only one, which
    nobody has answered yet. None where the phase has no form."""
    found = await _with_fields(db, await rows_of(db, NEWEST, {"phase_id": phase_id}))
    frozen = next((form for form in found if form.frozen_at), None)
    return frozen or (found[-1] if found else None)


async def form_by_id(db: AsyncSession, form_id: int) -> FormView:
    """This version; raises LookupError where there is none."""
    return (await forms_by_id(db, [form_id]))[form_id]


async def forms_by_id(db: AsyncSession, form_ids: Sequence[int]) -> dict[int, FormView]:
    """These versions, by their numbers."""
    found = await _with_fields(db, await rows_of(db, BY_ID, {"form_ids": list(form_ids)}))
    return {form.id: form for form in found}


async def _with_fields(db: AsyncSession, rows: Sequence[Any]) -> list[FormView]:
    fields: dict[int, list[FieldView]] = {row.id: [] for row in rows}
    if fields:
        for form_id, *values in await rows_of(db, FIELDS, {"form_ids": list(fields)}):
            fields[form_id].append(_field(values))
    return [FormView(**row._mapping, fields=tuple(fields[row.id])) for row in rows]


def _field(values: Sequence[Any]) -> FieldView:
    named = dict(zip(FieldView.__struct_fields__, values, strict=True))
    kind, options = FieldKind(named["kind"]), tuple(named["options"])
    return FieldView(**named | {"kind": kind, "options": options})
