"""A judge says that all conflicts of interest are declared: now their entries open."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.judging.conflicts import conflicting_pairs, lock_judge
from ideahub.judging.entrants import those_who_entered
from ideahub.judging.judged_entries import judged_entries
from ideahub.judging.models import (
    Assignment,
    ConflictCategory,
    Panel,
    PanelJudge,
    Recusal,
    ThirdReading,
)
from ideahub.judging.panels import lock_panel
from ideahub.judging.queries import OwnPanel
from ideahub.judging.recusing import seal_scorecards
from ideahub.judging.replacing import pass_on
from ideahub.judging.visibility import READS_ON, STANDS


async def declare_all(
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    shown: Sequence[int],
    *,
    goes_on: bool = False,
) -> None:
    """Says that there are no conflicts but those declared with the people who were `shown`. Whoever
    was not shown, because they entered meanwhile, is asked about again. `goes_on`: there were more
    of them than one page has, so nothing opens yet.

    Where somebody joined an entry that the judge had already, and they have a conflict, it passes
    to another judge as if they had stepped back from it. Raises NotFound and Conflict.
    """
    panel = await lock_panel(db, own.panel.id)
    judge = await lock_judge(db, own)
    told = await those_who_entered(db, own, shown)
    if told <= set(judge.declared_for) and judge.declared_at is not None:
        return
    judge.declared_for = sorted({*judge.declared_for, *told})
    if goes_on:
        return
    judge.declared_at = func.now()
    await db.flush()
    await _give_back(db, viewer, panel, judge)
    on = Ref(Campaign, own.panel.campaign_id)
    await record(db, Kind.CONFLICTS_DECLARED, viewer, on=on, subject=judge)


async def _give_back(db: AsyncSession, viewer: Viewer, panel: Panel, judge: PanelJudge) -> None:
    entries = await judged_entries(db, panel.entries_phase_id)
    blocked = await conflicting_pairs(db, panel.id, entries)
    mine = select(Assignment).where(Assignment.judge_id == judge.id).order_by(Assignment.id)
    # Once the panel is closed nothing but a third reading is taken from what was scored.
    still = mine.where(STANDS) if panel.closed_at is None else mine.join(ThirdReading, READS_ON)
    theirs = await db.scalars(still)
    given_back = [one for one in theirs if (one.entry_id, judge.id) in blocked]
    db.add_all(
        Recusal(
            assignment_id=one.id,
            category=ConflictCategory.OTHER,
            reason=_("Declared about somebody who joined this entry later"),
            recused_by=viewer.person_id,
        )
        for one in given_back
    )
    await seal_scorecards(db, [one.id for one in given_back])
    if panel.closed_at is None:
        await pass_on(db, viewer, panel, [(one.entry_id, judge.id) for one in given_back])
