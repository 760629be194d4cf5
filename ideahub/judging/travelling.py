"""What judging brings into a new challenge: a panel with its criteria, from a template or from last
year's. Judges do not travel: they are invited anew."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.templates.outlines import CampaignTemplate, CriterionOutline
from ideahub.campaigns.travelling import Shift
from ideahub.core.db import table_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Travel
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.models import Panel, PanelCriterion, Scale

OF_PANEL = (
    "name",
    "terms",
    "terms_html",
    "blind",
    "judges_per_entry",
    "shares_scores",
    "names_judges",
    "rule",
    "divergence_bound",
)
# Of a criterion all but what says which row it is.
OWN = {"id", "panel_id"}


async def fill_from_template(
    db: AsyncSession, campaign: Campaign, template: CampaignTemplate
) -> None:
    """Sets up a panel for each phase that accepts scoring, with its own criteria or the template's;
    it judges the entries of the last phase before it that takes them."""
    phases = await _phases(db, campaign)
    for at, phase in enumerate(phases):
        entered = [one.id for one in phases[:at] if Accepts.ENTRIES in one.accepts]
        if Accepts.SCORING in phase.accepts and entered and template.criteria:
            outline = template.phase_at(phase.position)
            own = outline.criteria if outline else ()
            name = phase.name if own else _("Jury")
            panel = await _add_panel(db, campaign, entered[-1], phase.id, name=name)
            _add_criteria(db, panel, [_planned(one) for one in own or template.criteria])
    await db.flush()


def _planned(one: CriterionOutline) -> dict[str, Any]:
    planned = {"name": _(one.name), "description": _(one.description), "weight": one.weight}
    scale = Scale(one.scale)
    if scale is Scale.YES_NO:
        return planned | {"scale": Scale.YES_NO, "most": Decimal(1)}
    if scale is Scale.RATING:
        labels = [_("Poor"), _("Fair"), _("Good"), _("Very good"), _("Excellent")]
        ends = {"least": Decimal(1), "most": Decimal(len(labels))}
        return planned | ends | {"scale": Scale.RATING, "labels": labels}
    return planned


async def copy_from(db: AsyncSession, source: Campaign, target: Campaign, _shift: Shift) -> None:
    """Copies the panels of a challenge with their criteria, terms and rules to the same phases of
    the copy."""
    here = {phase.position: phase.id for phase in await _phases(db, target)}
    there = {phase.id: phase.position for phase in await _phases(db, source)}
    for panel in await _panels(db, source):
        entered = here.get(there[panel.entries_phase_id])
        scored = here.get(there[panel.phase_id])
        if entered is None or scored is None:
            continue
        kept = {name: getattr(panel, name) for name in OF_PANEL}
        copy = await _add_panel(db, target, entered, scored, **kept)
        _add_criteria(db, copy, [_columns(one) for one in await _criteria(db, panel)])
    await db.flush()


async def contents(db: AsyncSession, campaign: Campaign) -> Sequence[Any]:
    """What panels will score by, for whoever reviews the draft."""
    panels = await _panels(db, campaign)
    said = [str(getattr(panel, name)) for panel in panels for name in OF_PANEL]
    for panel in panels:
        said += [str(one) for one in await criteria_of(db, panel.id)]
    return said


async def _add_panel(
    db: AsyncSession, campaign: Campaign, entered: int, scored: int, **columns: Any
) -> Panel:
    panel = Panel(
        campaign_id=campaign.id,
        created_by=campaign.created_by,
        entries_phase_id=entered,
        phase_id=scored,
        **columns,
    )
    db.add(panel)
    await db.flush()
    return panel


def _add_criteria(db: AsyncSession, panel: Panel, planned: Sequence[dict[str, Any]]) -> None:
    for position, columns in enumerate(planned, 1):
        db.add(PanelCriterion(panel_id=panel.id, **(columns | {"position": position})))


def _columns(row: PanelCriterion) -> dict[str, Any]:
    names = [column.name for column in table_of(PanelCriterion).columns if column.name not in OWN]
    return {name: getattr(row, name) for name in names}


async def _phases(db: AsyncSession, campaign: Campaign) -> Sequence[Phase]:
    own = select(Phase).where(Phase.campaign_id == campaign.id).order_by(Phase.position)
    return (await db.scalars(own)).all()


async def _panels(db: AsyncSession, campaign: Campaign) -> Sequence[Panel]:
    own = select(Panel).where(Panel.campaign_id == campaign.id).order_by(Panel.id)
    return (await db.scalars(own)).all()


async def _criteria(db: AsyncSession, panel: Panel) -> Sequence[PanelCriterion]:
    own = select(PanelCriterion).where(PanelCriterion.panel_id == panel.id)
    return (await db.scalars(own.order_by(PanelCriterion.position))).all()


async def forget(db: AsyncSession, campaign_id: int) -> None:
    """Deletes the panels of a draft, with their criteria and the judges that were invited."""
    await db.execute(delete(Panel).where(Panel.campaign_id == campaign_id))


TRAVEL = Travel(
    fill_from_template=fill_from_template, copy_from=copy_from, contents=contents, forget=forget
)
