"""Rules for planning the phases of a challenge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import missing
from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import NOW, PhaseNow, PhaseState, phases_now
from ideahub.core import dates
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer

MOST_PHASES = 12
# Positions must be unique at any time, so all are first moved up by this, then set one by one.
POSITION_OFFSET = 1_000


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase as a manager plans it; `id` is the phase to change, None for a new one."""

    id: int | None
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    accepts: list[str]

    def differs(self, stored: PhaseNow | Phase) -> bool:
        """Whether it would change the stored phase."""
        names = ("name", "opens_at", "closes_at", "timezone")
        same = all(getattr(self, name) == getattr(stored, name) for name in names)
        return not same or set(self.accepts) != set(stored.accepts)


def closed_reason(stored: PhaseNow) -> str:
    """The sentence that a phase which is over cannot be changed, with when it closed."""
    when = dates.moment_words(stored.closes_at, stored.timezone) if stored.closes_at else ""
    return _(
        "This phase closed on %(moment)s. People relied on it, so it stays as it was. "
        "Add a new phase to go on.",
        moment=when,
    )


def is_settled(campaign: Campaign, stored: PhaseNow | None) -> bool:
    """Whether a phase of a published campaign is over, and so cannot be changed any more."""
    return bool(campaign.published_at and stored and stored.state is PhaseState.PAST)


async def plan_phases(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    plans: Sequence[PhasePlan],
    *,
    removed: Sequence[int] = (),
) -> None:
    """Stores the phases as planned, in this order; phases that are not mentioned stay, at the end.

    `removed` are the numbers of phases to delete. Of a published campaign the change is recorded;
    raises Invalid for a change to a phase that is over, and for one after which something that is
    required would be missing.
    """
    stored = {phase.id: phase for phase in await phases_now(db, campaign.id)}
    _must_leave_the_past(campaign, stored, plans, removed)
    before = missing(campaign, list(stored.values()))
    # What would be missing can be checked only after storing; the savepoint undoes it then.
    async with db.begin_nested():
        changed = await _store(db, campaign, plans, removed)
        if changed and campaign.published_at:
            lacks = missing(campaign, await phases_now(db, campaign.id))
            _must_lack_no_more(before, lacks)
    if changed and campaign.published_at:
        await record(db, Kind.CAMPAIGN_CHANGED, viewer, on=campaign, changed=["phases"])


def _must_leave_the_past(
    campaign: Campaign,
    stored: dict[int, PhaseNow],
    plans: Sequence[PhasePlan],
    removed: Sequence[int],
) -> None:
    touched = {plan.id for plan in plans if plan.id in stored and plan.differs(stored[plan.id])}
    for phase in stored.values():
        if (phase.id in touched or phase.id in removed) and is_settled(campaign, phase):
            raise Invalid(closed_reason(phase))


def _must_lack_no_more(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    new = [sentence for step, sentence in after if (step, sentence) not in before]
    if new:
        raise Invalid(" ".join(new))


async def _store(
    db: AsyncSession, campaign: Campaign, plans: Sequence[PhasePlan], removed: Sequence[int]
) -> bool:
    found = await db.scalars(
        held(select(Phase).where(Phase.campaign_id == campaign.id).order_by(Phase.position))
    )
    rows = {row.id: row for row in found}
    before = list(rows)
    gone = [rows.pop(number) for number in removed if number in rows]
    if gone:
        await db.execute(delete(Phase).where(Phase.id.in_([row.id for row in gone])))
    changed = bool(gone)
    named = [rows.pop(plan.id or 0, None) for plan in plans]
    ordered: list[Phase] = []
    for plan, row_named in zip(plans, named, strict=True):
        known = row_named or _sent_before(rows, plan)
        row = known or Phase(campaign_id=campaign.id)
        if known is None or plan.differs(known):
            _take_over(row, plan)
            changed = True
        ordered.append(row)
    ordered += rows.values()
    moved = [row.id for row in ordered if row in db] != before
    await db.flush()
    if moved or len(ordered) > len(before):
        await _number(db, campaign, ordered)
    return changed or moved


def _sent_before(rows: dict[int, Phase], plan: PhasePlan) -> Phase | None:
    """The phase that an earlier press of the same button has added: it equals the plan, and no
    row of the form names it."""
    same = next((number for number, row in rows.items() if not plan.differs(row)), None)
    return rows.pop(same) if same is not None else None


def _take_over(row: Phase, plan: PhasePlan) -> None:
    # A new time has to be announced when it comes.
    if row.opens_at != plan.opens_at:
        row.opening_announced_at = None
    if row.closes_at != plan.closes_at:
        row.closing_announced_at = None
    row.name, row.timezone, row.accepts = plan.name, plan.timezone, plan.accepts
    row.opens_at, row.closes_at = plan.opens_at, plan.closes_at
    # Without any date the phase accepts nothing.
    row.dates_known = plan.opens_at is not None or plan.closes_at is not None


async def _number(db: AsyncSession, campaign: Campaign, ordered: Sequence[Phase]) -> None:
    here = update(Phase).execution_options(synchronize_session=False)
    own = Phase.campaign_id == campaign.id
    await db.execute(here.where(own).values(position=Phase.position + POSITION_OFFSET))
    for position, row in enumerate(ordered, start=1):
        if row in db:
            await db.execute(here.where(Phase.id == row.id).values(position=position))
        else:
            row.position = position
            db.add(row)
    await db.flush()


async def mark_as_announced(db: AsyncSession, campaign: Campaign) -> None:
    """Marks past openings and closings as announced: the publication announces them all."""
    for moment, told in (
        (Phase.opens_at, Phase.opening_announced_at),
        (Phase.closes_at, Phase.closing_announced_at),
    ):
        await db.execute(
            update(Phase)
            .where(Phase.campaign_id == campaign.id, moment <= NOW, told.is_(None))
            .values({told: func.now()})
            .execution_options(synchronize_session=False)
        )
