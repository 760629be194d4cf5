"""Entries on a ballot as everybody reads them."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.text.cleaning import shortened
from ideahub.core.text.rendering import markdown_excerpt
from ideahub.entries.models import FieldKind
from ideahub.entries.public_reading import Answered, public_answers
from ideahub.entries.reading import FrozenAnswer
from ideahub.public_voting.queries import BallotEntryView

EXCERPT = 240


class ReadEntry(msgspec.Struct, frozen=True):
    """An entry on a ballot with the answers that everybody reads; `excerpt` is the beginning of the
    first of them in words. Of one that takes no part any more nothing but the title is read."""

    entry: BallotEntryView
    answers: list[FrozenAnswer]
    excerpt: str


def file_address(ballot_entry_id: int, token: str) -> str:
    """Where everybody finds a file of an entry on a ballot."""
    return f"/ballot-entries/{ballot_entry_id}/files/{token}"


async def read_entries(db: AsyncSession, entries: Sequence[BallotEntryView]) -> list[ReadEntry]:
    """These entries as everybody reads them. Three queries, however many there are."""
    taking_part = [Answered(one.id, one.form_id, one.answers) for one in entries if one.takes_part]
    answers = await public_answers(db, taking_part, file_address)
    return [
        ReadEntry(one, answers.get(one.id, []), await _excerpt(answers.get(one.id, [])))
        for one in entries
    ]


async def _excerpt(answers: Sequence[FrozenAnswer]) -> str:
    first = next((one for one in answers if one.words), None)
    if first is None:
        return ""
    if first.kind is FieldKind.LONG_TEXT:
        return await markdown_excerpt(str(first.value), EXCERPT)
    return shortened(first.words, EXCERPT)
