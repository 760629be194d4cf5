"""Takes out of what people were told, and of mails that are to tell them, what was taken out of a
text: only where they speak of that text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.holding import blank_copies, redact_copies
from ideahub.moderation.models import ModerationCase, ModerationDecision, Redaction, TextKind
from ideahub.moderation.redacting import Replacements, original_of
from ideahub.moderation.texts import TextView
from ideahub.moderation.written_rows import PARTS, ROOTS

# The events of decisions, whose authors are told what their text said.
DECIDED = (
    Kind.IDEA_HIDDEN,
    Kind.IDEA_SHOWN,
    Kind.TEXT_HIDDEN,
    Kind.TEXT_SHOWN,
    Kind.TEXT_LEFT,
    Kind.TEXT_RELEASED,
    Kind.TEXT_REDACTED,
    Kind.TEXT_RESTORED,
    Kind.PERSON_WARNED,
    Kind.PERSON_SUSPENDED,
)
# The texts that stand under an idea by themselves: what is told of one speaks of no other.
_OTHERS = frozenset(
    table.__tablename__
    for kind, root in ROOTS.items()
    if kind not in {TextKind.IDEA, TextKind.PERSON}
    for table in (root, *(part for part, _are_of in PARTS.get(kind, ())))
)
# What names an idea wherever something is told of what stands under it.
NAMES = ("title", "pseudonym")


async def redact_elsewhere(
    db: AsyncSession, text: TextView, redaction: Redaction, replaced: Replacements
) -> None:
    """Replaces the parts also in what people were told of the text, or of a decision about it; of
    an idea its name also in what they were told of what stands under it."""
    await redact_copies(db, _of_text(text), replaced)
    if text.kind == TextKind.IDEA and (named := _in_names(db, redaction, replaced)):
        await redact_copies(db, Event.idea_id == text.id, named)
    if decisions := await _earlier_decisions(db, text):
        about = Event.kind.in_(DECIDED) & Event.data["decision"].astext.in_(decisions)
        await redact_copies(db, about, replaced)


async def blank_elsewhere(db: AsyncSession, text: TextView, mark: str) -> None:
    """Puts the mark in the place of what people were told of a text that is hidden, and sends no
    mail with it."""
    about = _of_text(text)
    if text.kind == TextKind.LESSON:
        about = and_(Event.idea_id == text.idea_id, Event.kind == Kind.IDEA_STOPPED)
    await blank_copies(db, about, mark)


def _of_text(text: TextView) -> ColumnElement[bool]:
    """The events that are about the text itself, or a row that belongs to it."""
    if text.kind == TextKind.IDEA:
        by_itself = or_(Event.subject_type.is_(None), Event.subject_type.not_in(_OTHERS))
        return and_(Event.idea_id == text.id, by_itself)
    is_row = or_(false(), *_rows_of(text))
    # By its idea, where it has one, the events are found at once.
    return and_(Event.idea_id == text.idea_id, is_row) if text.idea_id else is_row


def _rows_of(text: TextView) -> Iterator[ColumnElement[bool]]:
    root = ROOTS[text.kind].__tablename__
    yield and_(Event.subject_type == root, Event.subject_id == text.id)
    for table, are_of in PARTS.get(text.kind, ()):
        rows = select(table.id).where(are_of(text.id))
        yield and_(Event.subject_type == table.__tablename__, Event.subject_id.in_(rows))


def _in_names(
    db: AsyncSession, redaction: Redaction, replaced: Replacements
) -> Sequence[tuple[str, str]]:
    """Those of the parts that stood in the name of the idea, or in an earlier one."""
    original: Mapping[str, Any] = original_of(db, redaction) or {"rows": {}}
    names = [words.get(name, "") for words in original["rows"].values() for name in NAMES]
    return [(part, mark) for part, mark in replaced if any(part in name for name in names)]


async def _earlier_decisions(db: AsyncSession, text: TextView) -> list[str]:
    """The numbers of the decisions about the text, as events have them."""
    found = (
        select(ModerationDecision.id)
        .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
        .where(ModerationCase.text_kind == text.kind, ModerationCase.text_id == text.id)
    )
    return [str(number) for number in (await db.scalars(found)).all()]
