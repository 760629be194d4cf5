"""Finds panels for those who manage them, with the phases that they depend on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.phases import PhaseState, phase_state
from ideahub.campaigns.queries import find_managed
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.paging import MOST
from ideahub.core.refusals import Forbidden, NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel
from ideahub.judging.visibility import READS_ON_IN_PANEL

EntriesPhase = aliased(Phase, name="entries_phase")
OF_PANEL = bindparam("panel_id", type_=BigInteger)
OF_CAMPAIGN = bindparam("campaign_id", type_=BigInteger)


class PanelView(msgspec.Struct, frozen=True):
    """A panel with the names of its phases, and whether its scoring is open now."""

    id: int
    campaign_id: int
    campaign_title: str
    campaign_question: str
    organisation_id: int
    name: str
    blind: bool
    judges_per_entry: int | None
    shares_scores: bool
    names_judges: bool
    terms: str
    terms_html: str
    entries_phase_id: int
    entries_phase: str
    phase_id: int
    phase: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    fixed_at: datetime | None
    closed_at: datetime | None
    accepts: list[str]
    phase_state: PhaseState
    now: datetime

    @property
    def is_open(self) -> bool:
        """Whether judges can score now."""
        running = self.phase_state is PhaseState.OPEN and Accepts.SCORING in self.accepts
        return running and self.closed_at is None

    @property
    def is_over(self) -> bool:
        """Whether judges can score no longer: it was closed, or its phase is over."""
        return self.closed_at is not None or self.phase_state is PhaseState.PAST

    @property
    def heading(self) -> str:
        """What the challenge is called."""
        return self.campaign_title or self.campaign_question


PANELS: Any = (
    select(
        Panel.id,
        Panel.campaign_id,
        Campaign.title.label("campaign_title"),
        Campaign.question.label("campaign_question"),
        Campaign.organisation_id,
        Panel.name,
        Panel.blind,
        Panel.judges_per_entry,
        Panel.shares_scores,
        Panel.names_judges,
        Panel.terms,
        Panel.terms_html,
        Panel.entries_phase_id,
        EntriesPhase.name.label("entries_phase"),
        Panel.phase_id,
        Phase.name.label("phase"),
        Phase.opens_at,
        Phase.closes_at,
        Phase.timezone,
        Panel.fixed_at,
        Panel.closed_at,
        Phase.accepts,
        phase_state().label("phase_state"),
        func.statement_timestamp().label("now"),
    )
    .join(Campaign, Campaign.id == Panel.campaign_id)
    .join(Phase, Phase.id == Panel.phase_id)
    .join(EntriesPhase, EntriesPhase.id == Panel.entries_phase_id)
)
ROW = select(Panel, READS_ON_IN_PANEL.label("reads_on")).where(Panel.id == OF_PANEL)
ONE_PANEL = PANELS.where(Panel.id == OF_PANEL)
OF_ONE_CAMPAIGN = PANELS.where(Panel.campaign_id == OF_CAMPAIGN).order_by(Panel.id)


def panel_view(row: Mapping[str, Any]) -> PanelView:
    """The view of a row of PANELS."""
    return PanelView(**{**row, "phase_state": PhaseState(row["phase_state"])})


async def panel_by_id(db: AsyncSession, panel_id: int) -> PanelView:
    """The panel, whoever looks; raises NotFound where there is none."""
    found = await rows_of(db, ONE_PANEL, {OF_PANEL.key: panel_id}) if panel_id <= MOST else ()
    if not found:
        raise NotFound
    return panel_view(dict(found[0]._mapping))


async def panels_of(db: AsyncSession, campaign_id: int) -> list[PanelView]:
    """The panels of a campaign in the order in which they were set up."""
    found = await rows_of(db, OF_ONE_CAMPAIGN, {OF_CAMPAIGN.key: campaign_id})
    return [panel_view(dict(row._mapping)) for row in found]


async def find_managed_panel(
    db: AsyncSession, viewer: Viewer, campaign_id: int, panel_id: int
) -> tuple[Campaign, PanelView]:
    """A panel and its campaign, for the campaign's managers; raises what `find_managed` raises,
    and NotFound where the campaign has no such panel."""
    campaign = await find_managed(db, viewer, campaign_id)
    panel = await panel_by_id(db, panel_id)
    if panel.campaign_id != campaign.id:
        raise NotFound
    return campaign, panel


async def find_managed_panel_row(
    db: AsyncSession, viewer: Viewer, campaign_id: int, panel_id: int
) -> tuple[Campaign, Panel]:
    """The same with the panel's row, for whoever works on its result. Raises Forbidden for a
    manager who has a third reading to finish in it: its result would tell them what others gave.
    """
    campaign = await find_managed(db, viewer, campaign_id)
    asked = {OF_PANEL.key: panel_id, **viewer.bound}
    found = (await db.execute(ROW, asked)).one_or_none() if panel_id <= MOST else None
    if found is None or found[0].campaign_id != campaign.id:
        raise NotFound
    if found.reads_on:
        raise Forbidden(_("First finish the entry that you were asked to read in this panel."))
    return campaign, found[0]


async def lock_panel(db: AsyncSession, panel_id: int) -> Panel:
    """The panel's row, locked: who scores what does not change meanwhile."""
    return await locked(db, Panel, panel_id)
