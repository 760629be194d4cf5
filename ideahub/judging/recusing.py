"""Rules for stepping back from an entry: it passes to another judge, and nothing is destroyed."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Assignment, ConflictCategory, Panel, Recusal, Scorecard
from ideahub.judging.panels import lock_panel
from ideahub.judging.queries import OwnAssignment
from ideahub.judging.reading_again import is_third_reading
from ideahub.judging.replacing import pass_on


async def recuse(
    db: AsyncSession,
    viewer: Viewer,
    own: OwnAssignment,
    category: ConflictCategory,
    reason: str,
) -> Recusal:
    """The viewer steps back from an entry of theirs. What they scored is sealed: it is kept, and
    does not count. Another judge takes over at once if there is one without a conflict; if not,
    the manager sees that one is missing. Nothing else waits for it.

    Pressed twice it is done once. Raises NotFound for an entry that was passed on, and Conflict
    once the panel is closed. Only from a third reading one can step back then, until it is
    finished: whoever asked for it asks somebody else.
    """
    panel = await lock_panel(db, own.panel_id)
    assignment = await db.get_one(Assignment, own.id, populate_existing=True)
    before = await db.scalar(select(Recusal).where(Recusal.assignment_id == assignment.id))
    if before is not None:
        return before
    reads_on = await _must_have_it(db, panel, assignment)
    recusal = Recusal(
        assignment_id=assignment.id,
        category=category,
        reason=reason,
        recused_by=viewer.person_id,
    )
    db.add(recusal)
    await seal_scorecards(db, [assignment.id])
    if not reads_on:
        await pass_on(db, viewer, panel, [(assignment.entry_id, assignment.judge_id)])
    await db.refresh(recusal)
    on = Ref(Campaign, panel.campaign_id)
    await record(db, Kind.JUDGE_RECUSED, viewer, on=on, subject=recusal)
    return recusal


async def _must_have_it(db: AsyncSession, panel: Panel, assignment: Assignment) -> bool:
    """Raises NotFound and Conflict as `recuse` does; returns whether it is a third reading."""
    if assignment.ended_at is not None:
        raise NotFound
    reads_on = await is_third_reading(db, assignment.id)
    if panel.closed_at is not None and not reads_on:
        raise Conflict(
            _("This panel is closed. Tell whoever runs the challenge about the conflict.")
        )
    if reads_on and await _is_finished(db, assignment.id):
        raise Conflict(
            _(
                "A third reading stays as it was finished. Tell whoever runs the challenge about "
                "the conflict."
            )
        )
    return reads_on


async def _is_finished(db: AsyncSession, assignment_id: int) -> bool:
    # Held, so that nobody finishes it meanwhile.
    card = held(select(Scorecard).where(Scorecard.assignment_id == assignment_id))
    found = await db.scalar(card)
    return found is not None and found.final_at is not None


async def seal_scorecards(db: AsyncSession, assignments: list[int]) -> None:
    """Seals what was scored for these assignments: it stays, and never counts."""
    sealed = (
        update(Scorecard)
        .where(Scorecard.assignment_id.in_(assignments), Scorecard.sealed_at.is_(None))
        .values(sealed_at=func.now())
    )
    await db.execute(sealed.execution_options(synchronize_session=False))
