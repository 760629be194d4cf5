"""The rule by which people take personal data out of texts of their own, in all versions."""

import json
from collections.abc import Sequence

import msgspec
from sqlalchemy import and_, exists, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, interval, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS, find_idea
from ideahub.moderation.measures import APPEAL_WITHIN
from ideahub.moderation.models import (
    IS_OPEN,
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Redaction,
    TextKind,
)
from ideahub.moderation.personal_data import PersonalPart
from ideahub.moderation.redacting import original_of, redact
from ideahub.moderation.redacting_copies import redact_elsewhere
from ideahub.moderation.texts import TextView, text_of

OWN_KINDS = (TextKind.IDEA, TextKind.CONTRIBUTION)
LISTED = 20
# Personal data are shorter; a whole paragraph is none.
LONGEST = 200
# Their words are taken out of with those of their idea.
WITH_IDEAS = (TextKind.CHANGE, TextKind.ATTACHMENT)
_undoing = aliased(ModerationDecision, name="undoing")
# Those that an appeal undoes by putting words back: so these have to stay until nobody can appeal
# any more. Of a text that a warning or a suspension is about, the decision has a copy.
PUT_BACK = (Measure.HIDE, Measure.RETURN, Measure.EDIT, Measure.MASK)
_in_time = or_(
    *(
        (ModerationDecision.measure == constant(measure))
        & (ModerationDecision.created_at > func.now() - interval(days=APPEAL_WITHIN[measure].days))
        for measure in PUT_BACK
    )
)
_is_appealed = and_(
    ModerationAppeal.id.is_not(None),
    ModerationAppeal.decided_at.is_(None),
    ModerationDecision.measure.in_(PUT_BACK),
)
_CAN_BE_UNDONE = or_(_is_appealed, and_(ModerationAppeal.id.is_(None), _in_time))
_ideas = (
    select(
        literal(TextKind.IDEA.value).label("kind"),
        Idea.id,
        Idea.title.label("words"),
        Idea.created_at,
    )
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.author_id == VIEWER_ID, VISIBLE_IDEAS)
)
_said = (
    select(
        literal(TextKind.CONTRIBUTION.value).label("kind"),
        Contribution.id,
        Contribution.body.label("words"),
        Contribution.created_at,
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Contribution.author_id == VIEWER_ID, VISIBLE_IDEAS)
)
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
    """The latest ideas and contributions of the viewer where they may still read them."""
    found = await rows_of(db, OWN_TEXTS, viewer.bound)
    return [OwnText(TextKind(row.kind), row.id, row.words) for row in found]


async def find_own_text(db: AsyncSession, viewer: Viewer, kind: str, number: int) -> TextView:
    """An idea or a contribution of the viewer's, where they may still read it; raises SignInNeeded,
    and NotFound for anything else."""
    viewer.must_sign_in()
    if kind not in OWN_KINDS:
        raise NotFound
    text = await text_of(db, TextKind(kind), number)
    if not viewer.is_person(text.author_id) or text.idea_id is None:
        raise NotFound
    await find_idea(db, viewer, text.idea_id)
    return text


async def mask_own(
    db: AsyncSession, viewer: Viewer, text: TextView, parts: Sequence[PersonalPart]
) -> None:
    """Takes parts out of a text, which the caller has found as the viewer's, in all its versions
    and what people were told of it; not out of what was submitted, nor out of decisions. What is
    out already is not an error, as in sending a form twice.

    Raises Invalid without a part, for one that is longer than LONGEST, and for one that the text
    never had; Conflict while moderators look at the text, or a decision about it can change.
    """
    _must_be_personal(parts)
    await _must_be_left_to_authors(db, text)
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
        if not await _took_out(db, viewer, text, parts):
            raise
        return
    await redact_elsewhere(db, text, redaction, replaced)
    idea = await db.get(Idea, text.idea_id)
    await record(db, Kind.TEXT_REDACTED, viewer, on=idea, subject=redaction)


def _must_be_personal(parts: Sequence[PersonalPart]) -> None:
    if not parts:
        raise Invalid(_("Choose or copy what to take out."), field="parts")
    if any(len(part.text) > LONGEST for part in parts):
        raise Invalid(
            _(
                "Only personal data can be taken out, not whole paragraphs: at most %(most)s "
                "characters in a line.",
                most=LONGEST,
            ),
            field="parts",
        )


async def _must_be_left_to_authors(db: AsyncSession, text: TextView) -> None:
    """Raises Conflict where the text, or what is changed with it, is evidence."""
    own = and_(ModerationCase.text_kind == text.kind, ModerationCase.text_id == text.id)
    with_it = and_(ModerationCase.text_kind.in_(WITH_IDEAS), ModerationCase.idea_id == text.idea_id)
    cases = or_(own, with_it) if text.kind == TextKind.IDEA else own
    if await db.scalar(select(exists().where(cases, IS_OPEN))):
        raise Conflict(
            _(
                "Moderators look at this text now, so it stays as it is until they have decided. "
                "They can take personal data out of it."
            )
        )
    can_change = (
        select(ModerationDecision.id)
        .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
        .outerjoin(ModerationAppeal, ModerationAppeal.decision_id == ModerationDecision.id)
        .outerjoin(_undoing, _undoing.undoes_id == ModerationDecision.id)
        .where(cases, _undoing.id.is_(None), _CAN_BE_UNDONE)
    )
    if await db.scalar(select(can_change.exists())):
        raise Conflict(
            _(
                "Moderators decided about this text, and you can still appeal, or wait for the "
                "answer: so it stays as it is. Say in an appeal what personal data it has: they "
                "can take them out."
            )
        )


async def _took_out(
    db: AsyncSession, viewer: Viewer, text: TextView, parts: Sequence[PersonalPart]
) -> bool:
    last = (
        select(Redaction)
        .where(
            Redaction.text_kind == text.kind,
            Redaction.text_id == text.id,
            Redaction.made_by == viewer.person_id,
            Redaction.decision_id.is_(None),
        )
        .order_by(Redaction.id.desc())
        .limit(1)
    )
    redaction = await db.scalar(last)
    original = original_of(db, redaction) if redaction else None
    words = json.dumps(original, ensure_ascii=False)
    return original is not None and all(part.text in words for part in parts)
