"""Rules for taking parts out of a text: in all its revisions, with a mark in their place, and the
original sealed for an appeal."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Invalid
from ideahub.core.site_keys import CannotUnseal, keys_of
from ideahub.core.text.rendering import markdown_excerpt, markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Revision
from ideahub.moderation.models import ModerationCase, ModerationDecision, Redaction, TextKind

PURPOSE = "redaction"
# How long the original of masked personal data is kept, sealed, for an appeal.
KEPT = timedelta(days=30)
FIELDS: Mapping[type[Any], Sequence[str]] = {
    Idea: ("title", "body", "why"),
    Revision: ("title", "body", "why"),
    Contribution: ("body", "remedy"),
}
RENDERED = ("body", "why", "remedy")
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
    """Replaces these parts of an idea or a contribution everywhere. `parts` says what they were,
    without their content; with `forgotten` the original is deleted after KEPT.

    Raises NotFound, and Invalid where the text has none of the parts or does not fit any more.
    """
    rows = await _rows(db, kind, number)
    before = {_key(row): _values(row) for row in rows}
    await _replace(rows, replaced)
    if before == {_key(row): _values(row) for row in rows}:
        raise Invalid(_("The text has no such part. Copy it from the text."), field="parts")
    redaction = Redaction(
        text_kind=kind,
        text_id=number,
        decision_id=decision_id,
        made_by=viewer.person_id,
        parts=list(parts),
        sealed_until=await db.scalar(select(func.now() + KEPT)) if forgotten else None,
    )
    db.add(redaction)
    await db.flush()
    original = json.dumps({"rows": before, "replaced": list(replaced)}).encode()
    redaction.sealed = keys_of(db).seal(PURPOSE, original, of=f"redaction:{redaction.id}")
    await _in_decisions(db, kind, number, replaced)
    await db.flush()
    return redaction


async def restore(db: AsyncSession, redaction: Redaction) -> bool:
    """Puts the original back wherever the text was not changed since; returns False where it was
    deleted meanwhile, or cannot be unsealed."""
    if redaction.sealed is None or redaction.restored_at:
        return redaction.restored_at is not None
    try:
        opened = keys_of(db).unseal(PURPOSE, redaction.sealed, of=f"redaction:{redaction.id}")
    except CannotUnseal:
        return False
    kept = json.loads(opened)
    for row in await _rows(db, redaction.text_kind, redaction.text_id):
        values = kept["rows"].get(_key(row), {})
        redacted = {name: _replaced(value, kept["replaced"]) for name, value in values.items()}
        if _values(row) == redacted:
            await _write(row, values)
    redaction.restored_at = await db.scalar(select(func.now()))
    await db.flush()
    return True


async def forget_originals(db: AsyncSession) -> None:
    """Deletes the originals of masked personal data that were kept long enough."""
    past = Redaction.sealed_until < func.now(), Redaction.sealed.is_not(None)
    await db.execute(update(Redaction).where(*past).values(sealed=None))


async def _rows(db: AsyncSession, kind: TextKind, number: int) -> Sequence[Any]:
    if kind == TextKind.CONTRIBUTION:
        return [await locked(db, Contribution, number)]
    idea = await locked(db, Idea, number)
    revisions = select(Revision).where(Revision.idea_id == number).order_by(Revision.number)
    return [idea, *(await db.scalars(revisions)).all()]


async def _replace(rows: Sequence[Any], replaced: Replacements) -> None:
    for row in rows:
        values = {name: _replaced(text, replaced) for name, text in _values(row).items()}
        if len(values.get("title", "")) > lengths.TITLE:
            raise Invalid(_("The title gets too long with that mark in it."), field="parts")
        if values != _values(row):
            await _write(row, values)


async def _write(row: Any, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
        if name in RENDERED and not isinstance(row, Revision):
            setattr(row, f"{name}_html", await markdown_html(value))
    if isinstance(row, Idea):
        row.excerpt = await markdown_excerpt(row.body, 200)


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


def _values(row: Any) -> dict[str, str]:
    return {name: getattr(row, name) for name in FIELDS[type(row)]}


def _key(row: Any) -> str:
    return f"{row.__tablename__}:{row.id}"


def _replaced(text: str, replaced: Replacements) -> str:
    for part, mark in replaced:
        text = text.replace(part, mark)
    return text
