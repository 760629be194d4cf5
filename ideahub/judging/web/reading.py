"""What a judge reads of an entry: its frozen revision, with the form that it answered."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.models import EntryField, EntryRevision


async def read_entry(db: AsyncSession, revision_id: int, *, blind: bool) -> dict[str, Any]:
    """The revision as its template shows it; blind without names."""
    revision = await db.get_one(EntryRevision, revision_id)
    fields = await db.scalars(
        select(EntryField)
        .where(EntryField.form_id == revision.form_id)
        .order_by(EntryField.position)
    )
    shown = [field for field in fields if field.shown_blind or not blind]
    return {
        "title": revision.title,
        "people": [] if blind else [person["name"] for person in revision.people],
        "answers": [(field.label, revision.answers.get(field.key, "")) for field in shown],
    }
