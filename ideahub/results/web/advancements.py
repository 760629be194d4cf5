"""Handlers for inviting entries into a later phase."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.advancing import advance, later_phases
from ideahub.results.places import places_of
from ideahub.results.web.forms import AdvancementForm
from ideahub.results.web.managing import address, results_room, state_of
from ideahub.results.web.steps import coming_step
from ideahub.results.won import invited_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ALL = "/management/{campaign_id:int}/results/{panel_id:int}/advancements"


@get(ALL)
async def show_advancements(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """Who is invited, and the form that invites others."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, f"advancement-{panel.id}")
    form = restored(AdvancementForm, draft)
    return await _page(request, db, viewer, campaign, panel, form)


@post(ALL)
async def invite(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Invites entries; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, AdvancementForm)
    made = 0
    if form.ok:
        async with form.attempt(db, "entries"):
            sent = form.values
            entries = [int(one) for one in sent.entries if one.isdecimal()]
            made = await advance(
                db, viewer, campaign, panel, entries, sent.to_phase or 0, sent.reason
            )
    if not form.ok:
        return await _page(request, db, viewer, campaign, panel, form)
    await discard_draft(db, viewer, f"advancement-{panel.id}")
    done = ngettext(
        "%(num)s entry is invited. Those behind it are told.",
        "%(num)s entries are invited. Those behind them are told.",
        made,
    )
    before = _("All of these were invited already. Nobody is told again.")
    return go_to(request, f"{address(panel)}/advancements", done if made else before)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    form: Form[AdvancementForm],
) -> Response[bytes]:
    state = await state_of(db, campaign.id, panel.id)
    published = state.published_run
    places, more = await places_of(db, published) if published else ([], "")
    later = await later_phases(db, panel)
    return page(
        request,
        viewer,
        "results/advancements.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=state,
        next=coming_step(state, campaign.id),
        places=places,
        more=more,
        later=later,
        phases=[(phase.id, phase.name) for phase in later],
        invited=await invited_of(db, panel.id),
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [show_advancements, invite]
