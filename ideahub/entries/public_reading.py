"""What everybody reads of entries that are put to a public vote: the answers to the questions that
say so, and no names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.entries.form_versions import FieldView, FormView, forms_by_id
from ideahub.entries.models import FieldKind
from ideahub.entries.reading import FILES, FrozenAnswer, FrozenFile, answer_of


class Answered(NamedTuple):
    """Something with answers to a version of a form; `id` is by what it is found again."""

    id: int
    form_id: int
    answers: Mapping[str, Any]


# The address of a file, from the `id` of what it belongs to and its token.
FileAddress = Callable[[int, str], str]


async def public_answers(
    db: AsyncSession, several: Sequence[Answered], address: FileAddress
) -> dict[int, list[FrozenAnswer]]:
    """For each of these the questions that are shown to everybody and were answered, in the order
    of the form. Three queries, however many there are. Checks no permission."""
    forms = await forms_by_id(db, sorted({one.form_id for one in several}))
    files = await _files(db, several, forms, address)
    return {
        one.id: [
            await answer_of(field, one.answers[field.key], files)
            for field in public_fields(forms[one.form_id])
            if one.answers.get(field.key) not in (None, "", [])
        ]
        for one in several
    }


def public_fields(form: FormView) -> list[FieldView]:
    """The questions of a form whose answers everybody reads in a public vote."""
    return [one for one in form.fields if one.shown_public]


async def _files(
    db: AsyncSession,
    several: Sequence[Answered],
    forms: Mapping[int, FormView],
    address: FileAddress,
) -> dict[str, FrozenFile]:
    owners = {
        one.answers[field.key]: one.id
        for one in several
        for field in public_fields(forms[one.form_id])
        if field.kind is FieldKind.FILE and one.answers.get(field.key)
    }
    # Also where there are none: which entries of a ballot are shown first is chance.
    rows = await rows_of(db, FILES, {"tokens": list(owners)})
    return {
        row.token: FrozenFile(
            address(owners[row.token], row.token),
            _("file.%(ending)s", ending=row.file_name.rpartition(".")[2]),
            row.media_type,
        )
        for row in rows
    }
