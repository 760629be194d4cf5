"""The rule for correcting a score: by somebody else than its judge; the original stays."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Assignment, Panel, PanelCriterion, Recusal, Score, Scorecard
from ideahub.judging.panels import lock_panel
from ideahub.results.appealing import find_appeal, must_decide
from ideahub.results.collecting import scale_of, score_on_scale
from ideahub.results.models import ScoreCorrection
from ideahub.results.publishing import current_result
from ideahub.results.running_scores import Ran, run_scores


class Correction(NamedTuple):
    """Which score becomes what, and why; after which appeal, if it was one."""

    scorecard_id: int
    criterion_id: int
    new_value: Decimal
    reason: str
    appeal_id: int | None = None


async def correct_score(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel: Panel, sent: Correction
) -> Ran:
    """Corrects a score and runs the scores again. The judge's own score stays in the scorecard,
    each earlier correction and run stays, too; the new run waits for its publication.

    Raises what `must_decide` and `run_scores` raise; Conflict before the first run and for a final
    result; Invalid for a value that is none of the scale, or that is the score already.
    """
    panel = await lock_panel(db, panel.id)
    entry_id = await _find_entry(db, panel, sent.scorecard_id)
    await must_decide(db, viewer, campaign, panel, entry_id)
    result = await current_result(db, panel.id)
    if result is None or result.final_at:
        raise Conflict(_("Scores are corrected while a published result is preliminary."))
    if sent.appeal_id is not None:
        await _must_be_upheld(db, panel, sent.appeal_id, entry_id)
    old = await _present_value(db, panel, sent)
    made = ScoreCorrection(**sent._asdict(), old_value=old, decided_by=viewer.person_id)
    db.add(made)
    await record(db, Kind.SCORE_CORRECTED, viewer, on=campaign, subject=made, panel_id=panel.id)
    return await run_scores(db, viewer, campaign, panel, reason=sent.reason)


async def _find_entry(db: AsyncSession, panel: Panel, scorecard_id: int) -> int:
    """The entry of a scorecard of this panel that counts."""
    found = await db.scalar(
        select(Assignment.entry_id)
        .join(Scorecard, Scorecard.assignment_id == Assignment.id)
        .outerjoin(Recusal, Recusal.assignment_id == Assignment.id)
        .where(
            Scorecard.id == scorecard_id,
            Assignment.panel_id == panel.id,
            Assignment.ended_at.is_(None),
            Scorecard.final_at.is_not(None),
            Scorecard.sealed_at.is_(None),
            Recusal.id.is_(None),
        )
    )
    if found is None:
        raise NotFound
    return found


async def _must_be_upheld(db: AsyncSession, panel: Panel, appeal_id: int, entry_id: int) -> None:
    appeal = await find_appeal(db, panel, appeal_id)
    if appeal.entry_id != entry_id:
        raise NotFound
    if not appeal.is_upheld:
        raise Conflict(_("Uphold the appeal first. Then correct what it is right about."))


async def _present_value(db: AsyncSession, panel: Panel, sent: Correction) -> Decimal | None:
    """The value that counts now."""
    criterion = await db.get(PanelCriterion, sent.criterion_id)
    if criterion is None or criterion.panel_id != panel.id:
        raise NotFound
    counted = score_on_scale(criterion, sent.new_value)
    scale_of(criterion).position_of(f"{counted:f}", "new_value")
    of_score = (
        ScoreCorrection.scorecard_id == sent.scorecard_id,
        ScoreCorrection.criterion_id == sent.criterion_id,
    )
    corrected = await db.scalar(
        select(ScoreCorrection.new_value)
        .where(*of_score)
        .order_by(ScoreCorrection.id.desc())
        .limit(1)
    )
    given = await db.scalar(
        select(Score.value).where(
            Score.scorecard_id == sent.scorecard_id, Score.criterion_id == sent.criterion_id
        )
    )
    old = given if corrected is None else corrected
    if old == sent.new_value:
        raise Invalid(_("This is the score already."), field="new_value")
    return old
