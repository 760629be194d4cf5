"""Rules for setting up and changing a panel."""

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.queries import lock_campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel, PanelCriterion, PanelJudge
from ideahub.judging.panels import lock_panel

MOST_PER_ENTRY = 100


class PanelPlan(msgspec.Struct, frozen=True):
    """What a manager decides about a panel. Without `judges_per_entry` every judge scores all."""

    name: str
    entries_phase_id: int
    phase_id: int
    blind: bool = True
    judges_per_entry: int | None = None
    shares_scores: bool = False
    names_judges: bool = False
    terms: str = ""


async def set_up_panel(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, plan: PanelPlan
) -> Panel:
    """Adds a panel, which the viewer, a manager of the campaign, has planned; where they have just
    added one with this plan, returns that one. Raises Invalid."""
    await _check_phases(db, campaign, plan)
    terms_html = await markdown_html(plan.terms)
    await lock_campaign(db, campaign)
    if (before := await _untouched(db, viewer, campaign, plan)) is not None:
        return before
    panel = Panel(
        campaign_id=campaign.id,
        created_by=viewer.person_id,
        terms_html=terms_html,
        **msgspec.structs.asdict(plan),
    )
    db.add(panel)
    await record(db, Kind.PANEL_SET_UP, viewer, on=campaign, subject=panel)
    return panel


async def _untouched(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, plan: PanelPlan
) -> Panel | None:
    """The viewer's panel with this plan to which nothing was added yet."""
    planned = [
        getattr(Panel, name) == value for name, value in msgspec.structs.asdict(plan).items()
    ]
    own = Panel.campaign_id == campaign.id, Panel.created_by == viewer.person_id
    empty = ~exists().where(PanelCriterion.panel_id == Panel.id)
    found: Panel | None = await db.scalar(select(Panel).where(*own, *planned, empty).limit(1))
    return found


async def change_panel(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, panel_id: int, plan: PanelPlan
) -> bool:
    """Changes a panel; returns False where nothing is different.

    Raises Invalid; Conflict where somebody relies on what would change: the phases and whether
    entries are read blind, once entries are assigned; the terms, once a judge has accepted them.
    """
    await _check_phases(db, campaign, plan)
    terms_html = await markdown_html(plan.terms)
    panel = await lock_panel(db, panel_id)
    sent = msgspec.structs.asdict(plan)
    changed = {name for name, value in sent.items() if getattr(panel, name) != value}
    if not changed:
        return False
    await _check_relied_on(db, panel, changed)
    for name in changed:
        setattr(panel, name, sent[name])
    panel.terms_html = terms_html
    await record(db, Kind.PANEL_CHANGED, viewer, on=campaign, subject=panel, fields=sorted(changed))
    return True


async def _check_relied_on(db: AsyncSession, panel: Panel, changed: set[str]) -> None:
    if panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."), field="name")
    fixed = sorted(changed & {"phase_id", "entries_phase_id", "blind"})
    if panel.fixed_at and fixed:
        raise Conflict(
            _("Entries are assigned already, so phases and blind reading stay as they are."),
            field=fixed[0],
        )
    accepted = exists().where(PanelJudge.panel_id == panel.id, PanelJudge.accepted_at.is_not(None))
    if "terms" in changed and await db.scalar(select(accepted)):
        raise Conflict(
            _("A judge has accepted these terms already, so they stay as they are."),
            field="terms",
        )


async def _check_phases(db: AsyncSession, campaign: Campaign, plan: PanelPlan) -> None:
    found = await db.execute(
        select(Phase.id, Phase.accepts).where(Phase.campaign_id == campaign.id)
    )
    accepts = {row.id: row.accepts for row in found}
    for field, wanted, sentence in (
        ("entries_phase_id", Accepts.ENTRIES, _("Choose a phase that accepts entries.")),
        ("phase_id", Accepts.SCORING, _("Choose a phase that accepts scoring.")),
    ):
        if wanted not in accepts.get(getattr(plan, field), ()):
            raise Invalid(sentence, field=field)
    if plan.judges_per_entry is not None and not 1 <= plan.judges_per_entry <= MOST_PER_ENTRY:
        raise Invalid(_("Each entry needs at least one judge."), field="judges_per_entry")


async def fix_panel(db: AsyncSession, panel: Panel) -> None:
    """Fixes criteria, weights and rule: the first entry is assigned."""
    if panel.fixed_at is None:
        panel.fixed_at = func.now()
        await db.flush()
