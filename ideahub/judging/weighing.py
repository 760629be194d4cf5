"""Rules for the criteria of a panel and their weights."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.changing import ValueChange, note_changes
from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.judging.criterion_view import criteria_of, plain
from ideahub.judging.models import Commenting, Panel, PanelCriterion, Scale
from ideahub.judging.panels import lock_panel
from ideahub.judging.scales import checked_scale

WHOLE = Decimal(100)
MOST_CRITERIA = 20


class CriterionPlan(msgspec.Struct, frozen=True):
    """A criterion as a manager typed it; `id` is None for a new one. `weight` is in per cent."""

    id: int | None
    name: str
    weight: Decimal
    scale: Scale = Scale.POINTS
    description: str = ""
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10)
    step: Decimal = Decimal(1)
    labels: list[str] = []
    comment_for_entrant: Commenting = Commenting.OPTIONAL
    comment_internal: Commenting = Commenting.OPTIONAL


async def set_criteria(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel_id: int,
    plans: Sequence[CriterionPlan],
) -> None:
    """Makes these the criteria of the panel, in this order.

    Raises Invalid, with the fields named `criterion-0-weight` and so on, and Conflict once entries
    are assigned: whoever has begun to score relies on them.
    """
    panel = await lock_panel(db, panel_id)
    must_not_be_fixed(panel)
    _check(plans)
    before = await _said(db, panel)
    await _store(db, panel, plans)
    after = await _said(db, panel)
    if campaign.published_at and before and before != after:
        # Whoever has entered relied on them, so the change is shown to everyone.
        await note_changes(
            db, viewer, campaign, ["criteria"], [ValueChange("criteria", before, after)]
        )
    await record(db, Kind.PANEL_CHANGED, viewer, on=campaign, subject=panel, fields=["criteria"])


async def _said(db: AsyncSession, panel: Panel) -> list[str]:
    """The criteria in lines that need no translation: name, weight, and the ends of the scale."""
    return [
        f"{one.name}, {plain(one.weight)} %, {ends[0]} – {ends[-1]}"
        for one in await criteria_of(db, panel.id)
        if (ends := one.labels or [plain(one.least), plain(one.most)])
    ]


def must_not_be_fixed(panel: Panel) -> None:
    """Raises Conflict once entries are assigned."""
    if panel.fixed_at is not None or panel.closed_at is not None:
        raise Conflict(
            _(
                "Entries are assigned to judges already, so criteria, weights and scales stay as "
                "they are: all entries are measured alike."
            ),
            field="criteria",
        )


def missing_weight(weights: Sequence[Decimal]) -> str:
    """The sentence that says by how much weights miss 100 %; empty where they do not."""
    total = sum(weights, Decimal(0))
    if total == WHOLE:
        return ""
    by = plain(abs(WHOLE - total))
    if total < WHOLE:
        return _(
            "The weights sum to %(total)s %%, not 100 %%: %(by)s is missing.",
            total=plain(total),
            by=by,
        )
    return _(
        "The weights sum to %(total)s %%, not 100 %%: %(by)s is too much.",
        total=plain(total),
        by=by,
    )


def _check(plans: Sequence[CriterionPlan]) -> None:
    if not plans:
        raise Invalid(_("Add at least one criterion."), field="criteria")
    if len(plans) > MOST_CRITERIA:
        raise Invalid(_("Use at most %(most)s criteria.", most=MOST_CRITERIA), field="criteria")
    errors: dict[str, str] = {}
    for at, plan in enumerate(plans):
        try:
            _check_one(plan, [other.name.casefold() for other in plans[:at]])
        except Invalid as problem:
            errors |= {f"criterion-{at}-{name}": text for name, text in problem.errors.items()}
    if sentence := missing_weight([plan.weight for plan in plans]):
        errors.setdefault("weights", sentence)
    if errors:
        raise Invalid(errors=errors)


def _check_one(plan: CriterionPlan, names_before: Sequence[str]) -> None:
    if not plan.name:
        raise Invalid(_("Name the criterion."), field="name")
    if plan.name.casefold() in names_before:
        raise Invalid(_("Another criterion has this name."), field="name")
    if plan.weight <= 0:
        raise Invalid(_("A weight has to be more than zero."), field="weight")
    checked_scale(plan.scale, plan.least, plan.most, plan.step, plan.labels)


async def _store(db: AsyncSession, panel: Panel, plans: Sequence[CriterionPlan]) -> None:
    stored = {
        one.id: one
        for one in await db.scalars(
            select(PanelCriterion).where(PanelCriterion.panel_id == panel.id)
        )
    }
    kept = {plan.id for plan in plans}
    gone = [number for number in stored if number not in kept]
    await db.execute(delete(PanelCriterion).where(PanelCriterion.id.in_(gone)))
    for position, plan in enumerate(plans, 1):
        row = stored.get(plan.id or 0) or PanelCriterion(panel_id=panel.id)
        values = msgspec.structs.asdict(plan)
        del values["id"]
        scale = checked_scale(plan.scale, plan.least, plan.most, plan.step, plan.labels)
        values |= dict(zip(("least", "most", "step"), scale, strict=True))
        values["labels"] = plan.labels if plan.scale == Scale.RATING else []
        for name, value in values.items():
            setattr(row, name, value)
        row.position = position
        db.add(row)
    await db.flush()
