"""Handlers for third readings of entries about which judges are far apart."""

from datetime import datetime, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import local_time, offered_zones
from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.inviting import invite_judges
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row, lock_panel
from ideahub.judging.reading_again import ReadingPlan, take_back_reading
from ideahub.judging.third_readings import readings_of
from ideahub.judging.web.forms import JudgesForm
from ideahub.results.third_reading import (
    ask_third_reading,
    ask_third_readings,
    must_not_be_published,
    offered_readings,
)
from ideahub.results.wanted_readings import find_wanted, possible_readers, wanted_readings
from ideahub.results.web.forms import ThirdReadingForm
from ideahub.results.web.managing import address, results_room, state_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
READINGS = "/management/{campaign_id:int}/results/{panel_id:int}/readings"
OF_ENTRY = "/management/{campaign_id:int}/results/{panel_id:int}/entries/{entry_id:int}/readings"
USUAL_TIME = timedelta(days=7)
END_OF_WORK = time(18)


@get(READINGS)
async def show_readings(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The entries to read once more, and the third readings that were asked for."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = restored(JudgesForm, await find_draft(db, viewer, f"readers-{panel.id}"))
    return await _list(request, db, viewer, campaign, panel, form)


async def _list(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    form: Form[JudgesForm],
) -> Response[bytes]:
    readings = await readings_of(db, panel.id)
    return page(
        request,
        viewer,
        "results/readings.html",
        status=form.status,
        form=form,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=await state_of(db, campaign.id, panel.id),
        offered=await offered_readings(db, viewer, panel),
        wanted=await wanted_readings(db, panel) if panel.closed_at else [],
        readings={
            number: [one for one in readings if one.entry_id == number]
            for number in {one.entry_id for one in readings}
        },
    )


@post(READINGS)
async def ask_readings(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """While scoring is open, gives entries about which judges are far apart to another judge."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    given = await ask_third_readings(db, viewer, campaign, panel)
    done = ngettext(
        "%(num)s entry is given to another judge.",
        "%(num)s entries are given to another judge.",
        len(given),
    )
    return go_to(request, f"/management/{campaign.id}/judging/{panel.id}", done)


@get(OF_ENTRY)
async def choose_reader(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    entry_id: FromPath[int],
) -> Response[bytes]:
    """The form that asks a judge to read an entry once more."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, _key(panel, entry_id))
    state = await state_of(db, campaign.id, panel.id)
    last = local_time(state.now, campaign.timezone).date() + USUAL_TIME
    until = datetime.combine(last, END_OF_WORK).isoformat(timespec="minutes")
    form = restored(ThirdReadingForm, draft, timezone=campaign.timezone, until=until)
    return await _page(request, db, viewer, campaign, panel, entry_id, form)


@post(OF_ENTRY)
async def ask_reader(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    entry_id: FromPath[int],
) -> Response[Any]:
    """Asks them; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, ThirdReadingForm)
    say_what_is_missing(form, reader=_("Choose a judge."), until=_("Say until when it is open."))
    if form.ok:
        async with form.attempt(db, "reader"):
            sent = form.values
            plan = ReadingPlan(entry_id, sent.reader or 0, sent.ends_at, sent.zone)
            await ask_third_reading(db, viewer, campaign, panel, plan)
    if not form.ok:
        return await _page(request, db, viewer, campaign, panel, entry_id, form)
    await discard_draft(db, viewer, _key(panel, entry_id))
    done = _("The judge is told by mail. Run the scores again once it has come in.")
    return go_to(request, f"{address(panel)}/readings", done)


@post(READINGS + "/{third_reading_id:int}/withdrawal")
async def take_back(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    third_reading_id: FromPath[int],
) -> Response[Any]:
    """Takes back a third reading that is not finished."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    panel = await lock_panel(db, panel.id)
    await take_back_reading(db, viewer, campaign, panel, third_reading_id)
    done = _("Taken back. What was scored of it is sealed, and does not count.")
    return go_to(request, f"{address(panel)}/readings", done)


@post("/management/{campaign_id:int}/results/{panel_id:int}/judges")
async def invite_reader(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Invites somebody for third readings, after the panel was closed."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, JudgesForm)
    say_what_is_missing(form, addresses=_("Enter at least one mail address."))
    if form.ok:
        async with form.attempt(db, "addresses"):
            await must_not_be_published(db, panel)
            addresses = form.values.addresses
            await invite_judges(db, viewer, campaign, panel.id, addresses, to_read=True)
    if not form.ok:
        return await _list(request, db, viewer, campaign, panel, form)
    await discard_draft(db, viewer, f"readers-{panel.id}")
    done = _("Invited by mail. Once they have accepted and declared, they can be asked.")
    return go_to(request, f"{address(panel)}/readings", done)


def _key(panel: Panel, entry_id: int) -> str:
    return f"reading-{panel.id}-{entry_id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    entry_id: int,
    form: Form[ThirdReadingForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "results/reading.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        entry=await find_wanted(db, panel, entry_id),
        readers=await possible_readers(db, campaign, panel, entry_id),
        form=form,
        draft_key=_key(panel, entry_id),
        zones=offered_zones(),
    )


ROUTES: list[ControllerRouterHandler] = [
    show_readings,
    ask_readings,
    choose_reader,
    ask_reader,
    invite_reader,
    take_back,
]
