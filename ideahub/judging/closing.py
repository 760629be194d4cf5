"""Closes a panel: from then on no scorecard changes."""

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.viewer import Viewer
from ideahub.judging.panels import lock_panel


async def close_panel(db: AsyncSession, viewer: Viewer, campaign: Campaign, panel_id: int) -> bool:
    """Closes a panel for its manager; returns False where it is closed already.

    What is not finished stays as it is, and counts as missing.
    """
    panel = await lock_panel(db, panel_id)
    if panel.closed_at is not None:
        return False
    panel.closed_at, panel.closed_by = func.now(), viewer.person_id
    await record(db, Kind.PANEL_CLOSED, viewer, on=campaign, subject=panel)
    return True
