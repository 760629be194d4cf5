"""The page from which a manager runs a panel."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.judging.calibrating import samples_of
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.next_steps import next_for_panel
from ideahub.judging.panels import PanelView
from ideahub.judging.progress import progress_of
from ideahub.judging.unblinding import unblindings_of
from ideahub.judging.web.forms import JudgesForm


def invited_key(panel: PanelView) -> str:
    """The name of the form for inviting judges among drafts."""
    return f"judges-invited-{panel.id}"


async def panel_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: PanelView,
    *,
    invited: Form[JudgesForm] | None = None,
) -> Response[bytes]:
    """The page, with the form for inviting judges where that came back."""
    invited = invited or blank(JudgesForm)
    slots = await fill_slots(part_context(request, db, viewer), "panel", panel)
    criteria = await criteria_of(db, panel.id)
    progress = await progress_of(db, panel)
    shown: dict[str, Any] = {
        "campaign": campaign,
        "panel": panel,
        "at": f"/management/{campaign.id}/judging/{panel.id}",
        "criteria": criteria,
        "progress": progress,
        "next": next_for_panel(panel, progress, criteria=len(criteria)),
        "samples": await samples_of(db, panel.id),
        "unblindings": await unblindings_of(db, panel.id),
        "invited": invited,
        "invited_key": invited_key(panel),
    }
    return page(
        request,
        viewer,
        "judging/panel.html",
        status=invited.status,
        rooms=(f"judging:{campaign.id}", *slots.rooms),
        **shown,
        **slots.context,
    )
