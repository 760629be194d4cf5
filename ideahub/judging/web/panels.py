"""Handlers for setting up panels, and for the page from which each is run."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.closing import close_panel
from ideahub.judging.labels import reading_choices
from ideahub.judging.panels import PanelView, find_managed_panel, panels_of
from ideahub.judging.progress import coverage_of
from ideahub.judging.removing import remove_panel
from ideahub.judging.setting_up import change_panel, set_up_panel
from ideahub.judging.web.forms import PanelForm, panel_form_of
from ideahub.judging.web.panel_page import panel_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/judging")
async def show_panels(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The panels of a challenge, with how far each is."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    return page(
        request,
        viewer,
        "judging/panels.html",
        rooms=(f"judging:{campaign.id}",),
        campaign=campaign,
        panels=await panels_of(db, campaign.id),
        coverage=await coverage_of(db, campaign.id),
    )


@get("/management/{campaign_id:int}/judging/new")
async def new_panel(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The page for setting up a panel, with the viewer's draft."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _new_key(campaign))
    form = restored(PanelForm, draft, reading="blind", judges_per_entry="3")
    return await _settings_page(request, db, viewer, campaign, form, None, kept=bool(draft))


@post("/management/{campaign_id:int}/judging/new")
async def add_panel(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Adds a panel, and goes to its criteria; the form again where it is refused."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    form = await _read(request)
    if form.ok:
        async with form.attempt(db):
            panel = await set_up_panel(db, viewer, campaign, form.values.plan)
    if not form.ok:
        return await _settings_page(request, db, viewer, campaign, form, None)
    await discard_draft(db, viewer, _new_key(campaign))
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return go_to(request, f"{at}/criteria", _("The panel is set up. Now: what do judges score?"))


@get("/management/{campaign_id:int}/judging/{panel_id:int}")
async def show_panel(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The page of a panel for its managers: judges, progress, and what to do next."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    return await panel_page(request, db, viewer, campaign, panel)


@get("/management/{campaign_id:int}/judging/{panel_id:int}/settings")
async def edit_panel(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The page for changing a panel."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, _key(panel))
    form = prefilled(panel_form_of(panel), draft)
    return await _settings_page(request, db, viewer, campaign, form, panel, kept=bool(draft))


@post("/management/{campaign_id:int}/judging/{panel_id:int}/settings")
async def save_panel(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Changes a panel, and goes to its page; the form again where it is refused."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    form = await _read(request)
    if form.ok:
        async with form.attempt(db):
            await change_panel(db, viewer, campaign, panel.id, form.values.plan)
    if not form.ok:
        return await _settings_page(request, db, viewer, campaign, form, panel)
    await discard_draft(db, viewer, _key(panel))
    return go_to(request, f"/management/{campaign.id}/judging/{panel.id}", _("Saved."))


@post("/management/{campaign_id:int}/judging/{panel_id:int}/closing")
async def end_scoring(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Closes a panel."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    await close_panel(db, viewer, campaign, panel.id)
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return go_to(request, at, _("Scoring is closed. No scorecard changes any more."))


@post("/management/{campaign_id:int}/judging/{panel_id:int}/removal")
async def discard_panel(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Removes a panel without judges."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    await remove_panel(db, viewer, campaign, panel.id)
    return go_to(request, f"/management/{campaign.id}/judging", _("The panel is removed."))


async def _read(request: AnyRequest) -> Form[PanelForm]:
    form = await read_form(request, PanelForm)
    say_what_is_missing(
        form,
        name=_("Name the panel, such as “The jury”."),
        entries_phase_id=_("Choose a phase that accepts entries."),
        phase_id=_("Choose a phase that accepts scoring."),
    )
    return form


def _new_key(campaign: Campaign) -> str:
    return f"panel-new-{campaign.id}"


def _key(panel: PanelView) -> str:
    return f"panel-settings-{panel.id}"


async def _settings_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[PanelForm],
    panel: PanelView | None,
    *,
    kept: bool = False,
) -> Response[bytes]:
    phases = await phases_now(db, campaign.id)
    return page(
        request,
        viewer,
        "judging/settings.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        form=form,
        restored=kept,
        draft_key=_key(panel) if panel else _new_key(campaign),
        with_entries=[(one.id, one.name) for one in phases if Accepts.ENTRIES in one.accepts],
        with_scoring=[(one.id, one.name) for one in phases if Accepts.SCORING in one.accepts],
        readings=reading_choices(),
    )


ROUTES: list[ControllerRouterHandler] = [
    show_panels,
    new_panel,
    add_panel,
    show_panel,
    edit_panel,
    save_panel,
    end_scoring,
    discard_panel,
]
