"""Rules for planning the phases of a challenge."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.changing import changed_phases, note_changes
from ideahub.campaigns.checking import missing
from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.past_phases import must_leave_the_past
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import NOW, PhaseNow, end_of, phases_now
from ideahub.campaigns.rounds import must_be_sound_rounds, must_keep_entrants
from ideahub.campaigns.windows import END
from ideahub.core.dates import ahead
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _, listed
from ideahub.core.locking import held
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer

MOST_PHASES = 12
# Positions must be unique at any time, so all are first moved up by this, then set one by one.
POSITION_OFFSET = 1_000


async def plan_phases(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    plans: Sequence[PhasePlan],
    *,
    removed: Sequence[int] = (),
    reasons: Mapping[int, str] | None = None,
) -> None:
    """Stores the phases as planned, in this order; phases that are not mentioned stay, at the end.

    `removed` are the numbers of phases to delete, `reasons` say why, by these numbers. Of a
    published campaign the change is recorded, and listed for everyone; raises Invalid for a change
    to what has passed without a reason, and for one after which something that is required would be
    missing. Raises Invalid where a phase would close before it opens, or be by invitation from one
    that is not over by then, and Conflict where others have entered a phase that would be by
    invitation.
    """
    must_not_be_archived(campaign)
    why = {**(reasons or {}), **{plan.id: plan.reason for plan in plans if plan.id}}
    _must_close_after_opening(plans)
    must_be_sound_rounds(plans)
    stored = await phases_now(db, campaign.id)
    if campaign.published_at:
        must_leave_the_past(stored, plans, removed, why)
    # What would be missing can be checked only after storing; the savepoint undoes it then.
    async with db.begin_nested():
        changed = await _store(db, campaign, plans, removed)
        planned = await phases_now(db, campaign.id)
        await must_keep_entrants(db, stored, planned)
        if not (changed and campaign.published_at):
            return
        _must_lack_no_more(missing(campaign, stored), missing(campaign, planned))
    await note_changes(db, viewer, campaign, ["phases"], changed_phases(stored, planned, why))
    await _record_extensions(db, viewer, campaign, stored, planned, why)


def _must_close_after_opening(plans: Sequence[PhasePlan]) -> None:
    for plan in plans:
        if plan.opens_at and plan.closes_at and plan.closes_at <= plan.opens_at:
            raise Invalid(_("“%(name)s” must close after it opens.", name=plan.name))


async def _record_extensions(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    before: Sequence[PhaseNow],
    after: Sequence[PhaseNow],
    reasons: Mapping[int, str],
) -> None:
    """An event for each phase that closes later than people were told."""
    known = {phase.id: phase for phase in before}
    for phase in after:
        was = known.get(phase.id)
        if was is None or was.closes_at is None or (phase.closes_at or END) <= was.closes_at:
            continue
        await record(
            db,
            Kind.PHASE_EXTENDED,
            viewer,
            on=campaign,
            subject=Ref(Phase, phase.id),
            phase=phase.name,
            old=was.closes_at.isoformat(),
            new=phase.closes_at.isoformat() if phase.closes_at else None,
            timezone=phase.timezone,
            reason=reasons.get(phase.id, ""),
        )


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
        await _remove(db, gone)
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


async def _remove(db: AsyncSession, gone: Sequence[Phase]) -> None:
    names = [row.name or "…" for row in gone]
    try:
        # A savepoint: after the error the transaction is still needed to show the form.
        async with db.begin_nested():
            await db.execute(delete(Phase).where(Phase.id.in_([row.id for row in gone])))
    except IntegrityError:
        raise Invalid(
            _(
                "%(names)s: entries or a panel of judges depend on this phase, so it cannot be "
                "removed. Give it other times or another name instead, or remove the panel first.",
                names=listed(names),
            )
        ) from None


def _sent_before(rows: dict[int, Phase], plan: PhasePlan) -> Phase | None:
    """The phase that an earlier press of the same button has added: it equals the plan, and no
    row of the form names it."""
    same = next((number for number, row in rows.items() if not plan.differs(row)), None)
    return rows.pop(same) if same is not None else None


def _take_over(row: Phase, plan: PhasePlan) -> None:
    # A new time has to be announced when it comes.
    if row.opens_at != plan.opens_at:
        row.opening_announced_at = None
    if (row.closes_at, row.grace_seconds or 0) != (plan.closes_at, plan.grace_seconds):
        row.closing_announced_at = None
    row.name, row.timezone = plan.name, plan.timezone
    row.purpose, row.accepts = plan.purpose, plan.accepts
    row.opens_at, row.closes_at = plan.opens_at, plan.closes_at
    row.grace_seconds = plan.grace_seconds
    row.invited_from_id = plan.invited_from_id
    row.by_invitation = plan.invited_from_id is not None
    if plan.opens_at and plan.opens_local:
        row.opens_local = plan.opens_local
        row.opens_offset = ahead(plan.opens_local, plan.opens_at)
    if plan.closes_at and plan.closes_local:
        row.closes_local = plan.closes_local
        row.closes_offset = ahead(plan.closes_local, plan.closes_at)
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
        (end_of(), Phase.closing_announced_at),
    ):
        await db.execute(
            update(Phase)
            .where(Phase.campaign_id == campaign.id, moment <= NOW, told.is_(None))
            .values({told: func.now()})
            .execution_options(synchronize_session=False)
        )
