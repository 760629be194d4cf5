"""The rule by which people take personal data out of texts of their own, in all versions."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid, NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea
from ideahub.moderation.models import Redaction, TextKind
from ideahub.moderation.personal_data import PersonalPart
from ideahub.moderation.redacting import redact, redact_elsewhere
from ideahub.moderation.texts import TextView, text_of

OWN_KINDS = (TextKind.IDEA, TextKind.CONTRIBUTION)
LISTED = 20
_ideas = select(
    literal(TextKind.IDEA.value).label("kind"), Idea.id, Idea.title.label("words"), Idea.created_at
).where(Idea.author_id == VIEWER_ID)
_said = select(
    literal(TextKind.CONTRIBUTION.value).label("kind"),
    Contribution.id,
    Contribution.body.label("words"),
    Contribution.created_at,
).where(Contribution.author_id == VIEWER_ID)
_own = union_all(_ideas, _said).subquery("own")
OWN_TEXTS = (
    select(_own).order_by(_own.c.created_at.desc(), _own.c.id.desc()).limit(constant(LISTED))
)


class OwnText(msgspec.Struct, frozen=True):
    """A text of the viewer's in a list."""

    kind: TextKind
    id: int
    words: str


async def own_texts(db: AsyncSession, viewer: Viewer) -> list[OwnText]:
    """The latest ideas and contributions of the viewer."""
    found = await rows_of(db, OWN_TEXTS, viewer.bound)
    return [OwnText(TextKind(row.kind), row.id, row.words) for row in found]


async def find_own_text(db: AsyncSession, viewer: Viewer, kind: str, number: int) -> TextView:
    """An idea or a contribution of the viewer's; raises SignInNeeded, and NotFound for anything
    else."""
    viewer.must_sign_in()
    if kind not in OWN_KINDS:
        raise NotFound
    text = await text_of(db, TextKind(kind), number)
    if not viewer.is_person(text.author_id):
        raise NotFound
    return text


async def mask_own(
    db: AsyncSession, viewer: Viewer, text: TextView, parts: Sequence[PersonalPart]
) -> None:
    """Takes parts out of a text, which the caller has found as the viewer's, in all its versions
    and wherever they are kept. What is out already is not an error, as in sending a form twice.

    Raises Invalid without a part, and for one that the text never had.
    """
    if not parts:
        raise Invalid(_("Choose or copy what to take out."), field="parts")
    replaced = [(part.text, part.own_mask) for part in parts]
    try:
        redaction = await redact(
            db,
            viewer,
            text.kind,
            text.id,
            replaced,
            parts=[part.kind for part in parts],
            decision_id=None,
            forgotten=True,
        )
    except Invalid:
        if not await _took_out(db, viewer, text, [part.kind for part in parts]):
            raise
        return
    await redact_elsewhere(db, text, replaced)
    idea = await db.get(Idea, text.idea_id)
    await record(db, Kind.TEXT_REDACTED, viewer, on=idea, subject=redaction)


async def _took_out(db: AsyncSession, viewer: Viewer, text: TextView, kinds: Sequence[Any]) -> bool:
    last = (
        select(Redaction.parts)
        .where(
            Redaction.text_kind == text.kind,
            Redaction.text_id == text.id,
            Redaction.made_by == viewer.person_id,
            Redaction.decision_id.is_(None),
        )
        .order_by(Redaction.id.desc())
        .limit(1)
    )
    return await db.scalar(last) == list(kinds)
