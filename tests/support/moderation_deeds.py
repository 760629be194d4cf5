"""What moderators and the authors of texts can do, and who may."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.hiding import hide_contribution
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    TextKind,
)
from ideahub.moderation.texts import text_of
from ideahub.organisations.models import Person
from tests.support.cast import Cast, add, viewer_of
from tests.support.deed import Deed
from tests.support.talking import say

MODERATORS = {"moderator", "admin", "admin everywhere"}
OVERSEERS = {"manager", "admin", "admin everywhere"}
CASE, RULING = "/moderation/cases/{case_id}", "/moderation/decisions/{ruling_id}"
SETTINGS = "/management/{campaign_id}/moderation"
DEEDS_OF_MODERATION = (
    Deed(CASE + "/claim", MODERATORS),
    Deed(CASE + "/decision", MODERATORS, {"measure": "none", "seen": "{case_id}:{case_seen}"}),
    Deed(RULING + "/appeal", {"contributor"}, {"text": "So."}),
    Deed(RULING + "/undoing", MODERATORS, {"words": "So."}, named={"ruling_id": "undoable"}),
    Deed(RULING + "/text", {"contributor"}, {"body": "In other words."},
         named={"ruling_id": "returned"}),
    Deed("/moderation/appeals/{objection_id}", MODERATORS, {"upheld": "no", "reason": "So."}),
    Deed(SETTINGS, OVERSEERS, {"looks_first": "first"}),
    Deed(SETTINGS + "/conduct", OVERSEERS, {"rules": "Be kind\nTo all."}),
    Deed(SETTINGS + "/words", OVERSEERS, {"language": "en", "words": "klunk"}),
)  # fmt: skip


async def make_moderated(
    db: AsyncSession, cast: Cast, author: Person, idea_id: int, said: int
) -> dict[str, Any]:
    """Cases about what this person said: one that is open, and decisions of each kind that can be
    appealed, undone, or answered with other words."""
    mended = await say(db, author, idea_id, "Words to be mended.")
    await hide_contribution(db, await viewer_of(db, cast.jo), mended, decision=0)
    case = await _case(db, cast, author, said)
    warned = [await _decided(db, cast, author, Measure.WARN, said) for _each in range(3)]
    returned = await _decided(db, cast, author, Measure.RETURN, mended)
    appeal = ModerationAppeal(decision_id=warned[1], made_by=author.id, text="No.")
    return {
        "case_id": case.id,
        "case_seen": (await text_of(db, TextKind.CONTRIBUTION, said)).fingerprint,
        "ruling_id": warned[0],
        "undoable": warned[2],
        "returned": returned,
        "objection_id": (await add(db, appeal)).id,
    }


async def _case(
    db: AsyncSession, cast: Cast, author: Person, text_id: int, **columns: Any
) -> ModerationCase:
    about = {"organisation_id": cast.city.id, "author_id": author.id, **columns}
    case = ModerationCase(text_kind=TextKind.CONTRIBUTION, text_id=text_id, **about)
    return await add(db, case)


async def _decided(
    db: AsyncSession, cast: Cast, author: Person, measure: Measure, text_id: int
) -> int:
    case = await _case(db, cast, author, text_id, closed_at=datetime.now(UTC))
    decision = ModerationDecision(case_id=case.id, measure=measure, decided_by=cast.jo.id)
    return (await add(db, decision)).id
