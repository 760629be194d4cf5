"""Fills in how the demo's challenges are judged, by the rules of judging."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.viewer import Viewer
from ideahub.demo.shapes_judged import DemoEntry, DemoJudged
from ideahub.judging.accepting import accept_invitation
from ideahub.judging.assigning import assign_entries
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.declaring import declare_all
from ideahub.judging.entrants import entrants_of
from ideahub.judging.inviting import hash_invitation, invite_judges
from ideahub.judging.models import Assignment, Panel
from ideahub.judging.queries import find_own_assignment, find_own_panel
from ideahub.judging.scoring import OpenedPage, TypedScore, finish_scorecard, save_scores
from ideahub.judging.setting_up import PanelPlan, set_up_panel
from ideahub.judging.weighing import CriterionPlan, set_criteria


async def make_panel(
    db: AsyncSession,
    manager: Viewer,
    campaign: Campaign,
    planned: DemoJudged,
    phases: tuple[int, int],
) -> Panel:
    """A panel with its criteria, for the entries of the first phase, which scores in the second."""
    entries_phase, phase = phases
    plan = PanelPlan(
        name="Jury",
        entries_phase_id=entries_phase,
        phase_id=phase,
        judges_per_entry=planned.judged_by,
        terms=planned.terms,
    )
    panel = await set_up_panel(db, manager, campaign, plan)
    criteria = [
        CriterionPlan(
            None,
            one.name,
            one.weight,
            one.scale,
            one.description,
            least=one.least,
            most=one.most,
            labels=list(one.labels),
        )
        for one in planned.criteria
    ]
    await set_criteria(db, manager, campaign, panel.id, criteria)
    return panel


async def assign(
    db: AsyncSession,
    manager: Viewer,
    campaign: Campaign,
    panel: Panel,
    planned: DemoJudged,
    judges: Mapping[str, tuple[Viewer, str]],
) -> None:
    """Invites the judges, each with their address, who accept and declare that they have no
    conflict; then shares out the entries."""
    addresses = [address for _viewer, address in judges.values()]
    rows = await invite_judges(db, manager, campaign, panel.id, addresses)
    for row, (viewer, _address) in zip(rows, judges.values(), strict=True):
        # The secret of the invitation is in a mail, and nowhere else.
        secret = f"demo-{row.id}"
        row.secret_hash = hash_invitation(secret)
        await db.flush()
        await accept_invitation(db, viewer, secret, ())
        own = await find_own_panel(db, viewer, panel.id)
        await declare_all(
            db, viewer, own, [one.id for one in (await entrants_of(db, viewer, own)).entrants]
        )
    await assign_entries(db, manager, panel.id, planned.judged_by, seed=planned.seed)


async def score(
    db: AsyncSession, judge: Viewer, key: str, panel: Panel, entries: Mapping[int, DemoEntry]
) -> None:
    """Scores what this judge was given, as far as the entries say."""
    criteria = await criteria_of(db, panel.id)
    for assignment_id, entry_id in await _given_to(db, judge, panel):
        given = entries[entry_id].scores.get(key, ())
        if not given:
            continue
        typed = {
            criterion.id: TypedScore(one.value, one.for_entrant, one.internal)
            for criterion, one in zip(criteria, given, strict=False)
        }
        _panel, own = await find_own_assignment(db, judge, assignment_id)
        await save_scores(db, judge, own, typed, OpenedPage("demo", 0))
        if len(given) == len(criteria):
            _panel, own = await find_own_assignment(db, judge, assignment_id)
            await finish_scorecard(db, judge, own)


async def _given_to(db: AsyncSession, judge: Viewer, panel: Panel) -> Sequence[tuple[int, int]]:
    own = await find_own_panel(db, judge, panel.id)
    found = await db.execute(
        select(Assignment.id, Assignment.entry_id)
        .where(Assignment.judge_id == own.judge_id, Assignment.ended_at.is_(None))
        .order_by(Assignment.reading_order, Assignment.id)
    )
    return [(row.id, row.entry_id) for row in found]
