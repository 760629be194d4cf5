"""Rules for taking words out of a text: in all its versions, with a mark in their place, and the
original sealed for an appeal."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.site_keys import CannotUnseal, keys_of
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import ModerationCase, ModerationDecision, Redaction, TextKind
from ideahub.moderation.written_rows import (
    SUBMITTED,
    changed_texts,
    key_of,
    rows_with_words,
    words_of,
    write_words,
)

PURPOSE = "redaction"
# How long the original of masked personal data is kept, sealed, for an appeal.
KEPT = timedelta(days=30)
# What is replaced by what.
Replacements = Sequence[tuple[str, str]]


async def redact(
    db: AsyncSession,
    viewer: Viewer,
    kind: TextKind,
    number: int,
    replaced: Replacements,
    *,
    parts: Sequence[str],
    decision_id: int | None,
    forgotten: bool,
) -> Redaction:
    """Replaces these parts of a text everywhere. `parts` says what they were, without their
    content; with `forgotten` the original is deleted after KEPT. Without a decision it is its
    author's deed, which changes neither what was submitted nor what decisions keep.

    Raises NotFound, and Invalid where the text has none of the parts or does not fit any more.
    """
    redaction = Redaction(
        text_kind=kind,
        text_id=number,
        decision_id=decision_id,
        made_by=viewer.person_id,
        parts=list(parts),
        sealed_until=await db.scalar(select(func.now() + KEPT)) if forgotten else None,
    )
    if not await _take_out(db, redaction, lambda text: _replaced(text, replaced)):
        raise Invalid(_("The text has no such part. Copy it from the text."), field="parts")
    if decision_id:
        await _in_decisions(db, kind, number, replaced)
    return redaction


async def take_all_out(
    db: AsyncSession, viewer: Viewer, kind: TextKind, number: int, decision_id: int, mark: str
) -> None:
    """Puts a mark in the place of all words of a text that stands among others, such as a pledge:
    so it is hidden, and what it is part of stays."""
    redaction = Redaction(
        text_kind=kind,
        text_id=number,
        decision_id=decision_id,
        made_by=viewer.person_id,
        parts=[],
        is_whole=True,
    )
    await _take_out(db, redaction, lambda text: mark if text else text)


async def restore(db: AsyncSession, redaction: Redaction) -> bool:
    """Puts the original back wherever the text was not changed since; returns False where it was
    deleted meanwhile, or cannot be unsealed."""
    if redaction.restored_at:
        return True
    kept = original_of(db, redaction)
    if kept is None:
        return False
    for row in await rows_with_words(db, redaction.text_kind, redaction.text_id):
        before = kept["rows"].get(key_of(row))
        if before is not None and words_of(row) == {**words_of(row), **_after(kept, row)}:
            await write_words(row, {**words_of(row), **before})
    redaction.restored_at = await db.scalar(select(func.now()))
    await db.flush()
    return True


def original_of(db: AsyncSession, redaction: Redaction) -> dict[str, Any] | None:
    """What the rows of a text said before and after; None where that was deleted meanwhile, or
    cannot be unsealed."""
    if redaction.sealed is None:
        return None
    try:
        opened = keys_of(db).unseal(PURPOSE, redaction.sealed, of=f"redaction:{redaction.id}")
    except CannotUnseal:
        return None
    kept: dict[str, Any] = json.loads(opened)
    return kept


async def forget_originals(db: AsyncSession) -> None:
    """Deletes the originals of masked personal data that were kept long enough."""
    past = Redaction.sealed_until < func.now(), Redaction.sealed.is_not(None)
    await db.execute(update(Redaction).where(*past).values(sealed=None))


async def _take_out(db: AsyncSession, redaction: Redaction, change: Callable[[str], str]) -> bool:
    """Changes all words of a text, and seals what they were; returns False where none changed."""
    but = () if redaction.decision_id else SUBMITTED
    rows = await rows_with_words(db, redaction.text_kind, redaction.text_id, but=but)
    before = {key_of(row): words_of(row) for row in rows}
    after = {
        key_of(row): {name: changed_texts(value, change) for name, value in words_of(row).items()}
        for row in rows
    }
    if before == after:
        return False
    for row in rows:
        await write_words(row, after[key_of(row)])
    db.add(redaction)
    await db.flush()
    original = json.dumps({"rows": before, "after": after}).encode()
    redaction.sealed = keys_of(db).seal(PURPOSE, original, of=f"redaction:{redaction.id}")
    await db.flush()
    return True


def _after(kept: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """What the row read when words were taken out; of an earlier release the replacements are
    kept instead."""
    if "after" in kept:
        return dict(kept["after"].get(key_of(row), {}))
    before = kept["rows"].get(key_of(row), {})
    return {name: _replaced(value, kept["replaced"]) for name, value in before.items()}


async def _in_decisions(
    db: AsyncSession, kind: TextKind, number: int, replaced: Replacements
) -> None:
    """Also in what earlier decisions keep of the text."""
    earlier = (
        select(ModerationDecision)
        .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
        .where(ModerationCase.text_kind == kind, ModerationCase.text_id == number)
    )
    for decision in await db.scalars(earlier):
        decision.text = _replaced(decision.text, replaced)
    await db.flush()


def _replaced(text: str, replaced: Replacements) -> str:
    for part, mark in replaced:
        text = text.replace(part, mark)
    return text
