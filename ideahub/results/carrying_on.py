"""Which answers of an entry are taken along into a later round, whose form is another one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.form_versions import FieldView, form_by_id
from ideahub.entries.models import EntryRevision, FieldKind

WITH_OPTIONS = {FieldKind.CHOICE, FieldKind.CHOICES}


async def answers_carried_on(
    db: AsyncSession, frozen: EntryRevision, form_id: int
) -> dict[str, Any]:
    """The answers of a revision, by the keys of another form that asks the same."""
    old, new = await form_by_id(db, frozen.form_id), await form_by_id(db, form_id)
    keys = same_questions(old.fields, new.fields)
    return {keys[key]: answer for key, answer in frozen.answers.items() if key in keys}


def same_questions(old: Sequence[FieldView], new: Sequence[FieldView]) -> dict[str, str]:
    """The keys of the old questions that are asked again, each with the new key. Keys of different
    forms say nothing about each other, so a question is the same where its words, its kind and its
    options are. Files stay with the entry that they were sent with, and consent is given anew.
    """
    asked: dict[tuple[Any, ...], str] = {}
    for one in new:
        asked.setdefault(_meaning(one), one.key)
    stays = {FieldKind.FILE, FieldKind.CONSENT}
    return {
        one.key: asked[_meaning(one)]
        for one in old
        if one.kind not in stays and _meaning(one) in asked
    }


def _meaning(one: FieldView) -> tuple[Any, ...]:
    words = " ".join(one.label.split()).casefold()
    return words, one.kind, tuple(one.options) if one.kind in WITH_OPTIONS else ()
