"""Removes a panel to which nobody was invited yet."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.judging.models import PanelJudge
from ideahub.judging.panels import lock_panel


async def remove_panel(db: AsyncSession, viewer: Viewer, campaign: Campaign, panel_id: int) -> None:
    """Removes a panel with its criteria, for its manager. Raises NotFound, and Conflict once a
    judge was invited: from then on it stays on the record."""
    panel = await lock_panel(db, panel_id)
    if await db.scalar(select(exists().where(PanelJudge.panel_id == panel.id))):
        raise Conflict(_("Judges were invited to this panel, so it stays on the record."))
    await db.delete(panel)
    await record(db, Kind.PANEL_REMOVED, viewer, on=campaign)
