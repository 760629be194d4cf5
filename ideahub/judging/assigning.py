"""Rules for sharing out the entries of a panel among its judges."""

import asyncio
from collections.abc import Sequence

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.languages import in_language
from ideahub.core.outbox import send_later
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.site import site_of
from ideahub.core.viewer import Viewer
from ideahub.judging.balancing import Assigned
from ideahub.judging.conflicts import conflicting_pairs
from ideahub.judging.expertise import expert_pairs
from ideahub.judging.giving import give
from ideahub.judging.judged_entries import JudgedEntry, judged_entries
from ideahub.judging.letters import assigned_letter
from ideahub.judging.models import (
    Assignment,
    AssignmentRun,
    Panel,
    PanelCriterion,
    PanelJudge,
    Recusal,
)
from ideahub.judging.panels import PanelView, lock_panel, panel_by_id
from ideahub.judging.recorded_runs import (
    Pair,
    calculate,
    hash_inputs,
    new_seed,
    run_inputs,
    uncovered_record,
)
from ideahub.judging.setting_up import fix_panel
from ideahub.judging.visibility import STANDS
from ideahub.organisations.models import Person

LONGEST_SEED = 64


class PlannedRun(msgspec.Struct, frozen=True):
    """A run that could be made: what it reads, and what would come of it."""

    seed: str
    inputs: dict[str, object]
    done: Assigned[int, int]
    entries: list[JudgedEntry]

    @property
    def inputs_hash(self) -> str:
        """What says whether anything has changed since it was planned."""
        return hash_inputs(self.inputs)


async def plan_assignment(
    db: AsyncSession, panel: Panel | PanelView, wanted: int | None, seed: str = ""
) -> PlannedRun:
    """Calculates who would score what, and stores nothing. What was assigned before stays.

    `wanted` is the number of judges for each entry, None for all of them. Only judges who have
    declared their conflicts are given any. Without a seed one is made. Raises Invalid.
    """
    if len(seed) > LONGEST_SEED:
        raise Invalid(_("A seed has at most %(most)s characters.", most=LONGEST_SEED), field="seed")
    entries = await judged_entries(db, panel.entries_phase_id)
    inputs = await inputs_of(db, panel.id, entries, wanted)
    seed = seed or new_seed()
    # In a thread, so that this process serves others meanwhile.
    return PlannedRun(seed, inputs, await asyncio.to_thread(calculate, inputs, seed), entries)


async def assign_entries(
    db: AsyncSession,
    viewer: Viewer,
    panel_id: int,
    wanted: int | None,
    *,
    seed: str,
    seen: str = "",
) -> AssignmentRun:
    """Shares out the entries as `plan_assignment` would; then criteria and weights are fixed.

    `seen` is the hash of the inputs that the manager saw. Raises Invalid, and Conflict where the
    panel is closed or has no criteria, and where something has changed since it was seen.
    """
    panel = await lock_panel(db, panel_id)
    await _must_be_ready(db, panel)
    planned = await plan_assignment(db, panel, wanted, seed)
    if seen and seen != planned.inputs_hash:
        raise Conflict(
            _("Entries, judges or conflicts have changed meanwhile. Look at the new table first."),
            field="seed",
        )
    if not planned.inputs["judges"]:
        raise Conflict(
            _("No judge has accepted and declared their conflicts of interest yet."), field="seed"
        )
    await fix_panel(db, panel)
    panel.judges_per_entry = wanted
    return await store_run(db, viewer, panel, planned)


async def inputs_of(
    db: AsyncSession, panel_id: int, entries: Sequence[JudgedEntry], wanted: int | None
) -> dict[str, object]:
    """What a run for these entries reads."""
    judges = await judges_to_assign(db, panel_id)
    existing = await standing_pairs(db, panel_id)
    conflicts = await conflicting_pairs(db, panel_id, entries)
    numbers = {judge.id for judge in judges}
    if wanted is not None:
        # What others have finished counts, but they are given nothing more.
        full = {judge for _entry, judge in existing} - numbers
        conflicts |= {(entry.id, judge) for entry in entries for judge in full}
        numbers |= full
    experts = await expert_pairs(db, judges, entries)
    every = [entry.id for entry in entries]
    return run_inputs(every, numbers, wanted, conflicts, experts, existing)


async def judges_to_assign(db: AsyncSession, panel_id: int) -> Sequence[PanelJudge]:
    """Those who may be given entries: they have accepted and declared, were not removed, and have
    not looked at what others gave."""
    found = await db.scalars(
        select(PanelJudge)
        .where(
            PanelJudge.panel_id == panel_id,
            PanelJudge.accepted_at.is_not(None),
            PanelJudge.declared_at.is_not(None),
            PanelJudge.removed_at.is_(None),
            PanelJudge.scores_opened_at.is_(None),
        )
        .order_by(PanelJudge.id)
    )
    return found.all()


async def standing_pairs(db: AsyncSession, panel_id: int) -> list[Pair]:
    """The pairs of an entry and a judge that are assigned now."""
    found = await db.execute(
        select(Assignment.entry_id, Assignment.judge_id)
        .where(Assignment.panel_id == panel_id, STANDS)
        .order_by(Assignment.id)
    )
    return [(entry_id, judge_id) for entry_id, judge_id in found]


async def store_run(
    db: AsyncSession, viewer: Viewer | None, panel: Panel, planned: PlannedRun, reason: str = ""
) -> AssignmentRun:
    """Stores a run and what it assigned, and tells the judges of their new entries."""
    run = AssignmentRun(
        panel_id=panel.id,
        made_by=viewer.id if viewer else None,
        seed=planned.seed,
        inputs=planned.inputs,
        inputs_hash=planned.inputs_hash,
        uncovered=uncovered_record(planned.done),
        reason=reason,
    )
    db.add(run)
    await db.flush()
    await give(db, run, planned.done.added)
    await _note_replacements(db, run)
    await _tell(db, panel, planned.done.added)
    on = Ref(Campaign, panel.campaign_id)
    await record(db, Kind.ENTRIES_ASSIGNED, viewer, on=on, subject=run)
    return run


async def _note_replacements(db: AsyncSession, run: AssignmentRun) -> None:
    """Notes who has taken over from judges who stepped back and had no replacement yet."""
    before, after = aliased(Assignment), aliased(Assignment)
    taken_over = (
        select(func.min(after.id))
        .join(before, before.entry_id == after.entry_id)
        .where(before.id == Recusal.assignment_id, after.run_id == run.id)
        .correlate(Recusal)
        .scalar_subquery()
    )
    noted = update(Recusal).where(Recusal.replaced_by_id.is_(None), taken_over.is_not(None))
    noted = noted.values(replaced_by_id=taken_over)
    await db.execute(noted.execution_options(synchronize_session=False))


async def _must_be_ready(db: AsyncSession, panel: Panel) -> None:
    if panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."), field="seed")
    criterion = select(PanelCriterion.id).where(PanelCriterion.panel_id == panel.id).limit(1)
    if await db.scalar(criterion) is None:
        raise Conflict(_("Decide on criteria and their weights first."), field="seed")


async def _tell(db: AsyncSession, panel: Panel, added: Sequence[Pair]) -> None:
    numbers: dict[int, int] = {}
    for _entry, judge in added:
        numbers[judge] = numbers.get(judge, 0) + 1
    view = await panel_by_id(db, panel.id)
    rows = await db.execute(
        select(PanelJudge.id, Person.id.label("person_id"), Person.email, Person.language)
        .join(Person, Person.id == PanelJudge.person_id)
        .where(PanelJudge.id.in_(numbers), Person.email.is_not(None))
        .order_by(PanelJudge.id)
    )
    for row in rows.all():
        with in_language(row.language or site_of(db).language):
            due = moment_words(view.closes_at, view.timezone) if view.closes_at else ""
            url = f"{site_of(db).url}/judging/{panel.id}"
            letter = assigned_letter(view.heading, numbers[row.id], due, url)
        await send_later(
            db, to=row.email, subject=letter.subject, text=letter.text, person_id=row.person_id
        )
    told = update(PanelJudge).where(PanelJudge.id.in_(numbers)).values(reminded_at=func.now())
    await db.execute(told.execution_options(synchronize_session=False))
