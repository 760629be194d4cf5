"""Handlers for the steps to a result: runs, publication, and making it final."""

from datetime import datetime, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import local_time, offered_zones, typed_time
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.paging import read_place
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.collecting import criteria_of
from ideahub.results.finishing import make_final
from ideahub.results.kept_figures import kept_figures, words_of
from ideahub.results.labels import rule_words
from ideahub.results.panel_states import PanelState, states_of
from ideahub.results.places import places_of
from ideahub.results.publishing import Publication, publish_result
from ideahub.results.running_scores import run_scores
from ideahub.results.runs import find_run, runs_of
from ideahub.results.web.forms import PublicationForm
from ideahub.results.web.steps import coming_step, steps_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

USUAL_TIME_FOR_APPEALS = timedelta(days=14)
END_OF_WORK = time(18)


def results_room(campaign: Campaign) -> tuple[str, ...]:
    """The rooms of a manager's pages on results."""
    return (f"campaign:{campaign.id}", f"results:{campaign.id}")


def address(panel: Panel) -> str:
    """The address below which a panel's result is worked on."""
    return f"/management/{panel.campaign_id}/results/{panel.id}"


@get("/management/{campaign_id:int}/results")
async def show_panels(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The panels of a campaign, each with the steps to its result."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    states = await states_of(db, campaign.id)
    return page(
        request,
        viewer,
        "results/manage.html",
        rooms=results_room(campaign),
        campaign=campaign,
        panels=[(state, steps_of(state, campaign.id)) for state in states],
    )


@post("/management/{campaign_id:int}/results/{panel_id:int}/runs")
async def start_run(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Runs the scores, and goes to the run's page."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    ran = await run_scores(db, viewer, campaign, panel)
    said = (
        _("The scores were run.")
        if ran.is_new
        else _("Run again: the same bytes as run %(number)s.", number=ran.run.number)
    )
    return go_to(request, f"{address(panel)}/runs/{ran.run.number}", said)


@get("/management/{campaign_id:int}/results/{panel_id:int}/runs/{number:int}")
async def show_run(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    number: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """A run: its places, its rule, its hashes, and the figures."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    run = await find_run(db, panel.id, number)
    places, more = await places_of(db, run.id, place_in(after))
    figures = await kept_figures(db, run.id)
    return page(
        request,
        viewer,
        "results/run.html",
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        run=run,
        runs=await runs_of(db, panel.id),
        places=places,
        after=after,
        more=more,
        rule=rule_words(run.rule, await criteria_of(db, panel.id)),
        differing=figures.divergent if figures else [],
        said=words_of(figures) if figures else None,
        next=coming_step(await state_of(db, campaign.id, panel.id), campaign.id),
    )


def place_in(after: str) -> dict[str, Any] | None:
    """The place in a list from which it goes on; raises NotFound for what is none."""
    try:
        return read_place(after, int) if after else None
    except ValueError:
        raise NotFound from None


@get("/management/{campaign_id:int}/results/{panel_id:int}/publication")
async def open_publication(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The form with which the newest run is published."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, f"result-{panel.id}")
    state = await state_of(db, campaign.id, panel.id)
    form = restored(PublicationForm, draft, **_usual_end_of_appeals(state, campaign))
    return await _publication_page(request, db, viewer, campaign, state, form)


@post("/management/{campaign_id:int}/results/{panel_id:int}/publication")
async def publish(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Publishes the run as the preliminary result; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, PublicationForm)
    say_what_is_missing(form, appeals_until=_("Say until when entrants can appeal."))
    if form.ok:
        async with form.attempt(db, "appeals_until"):
            sent = form.values
            chosen = Publication(sent.run or 0, sent.until, sent.zone, sent.note)
            await publish_result(db, viewer, campaign, panel, chosen, seen=sent.seen or 0)
    if not form.ok:
        state = await state_of(db, campaign.id, panel.id)
        return await _publication_page(request, db, viewer, campaign, state, form)
    await discard_draft(db, viewer, f"result-{panel.id}")
    return go_to(
        request,
        f"/management/{campaign.id}/results",
        _("Published as a preliminary result. Everyone behind an entry is told."),
    )


def _usual_end_of_appeals(state: PanelState, campaign: Campaign) -> dict[str, Any]:
    """The end that entrants were told, as long as it is to come; else two weeks from now."""
    if state.appeals_until and state.is_open_to_appeal:
        zone = state.timezone or campaign.timezone
        return {"timezone": zone, "appeals_until": typed_time(state.appeals_until, zone)}
    last = local_time(state.now, campaign.timezone).date() + USUAL_TIME_FOR_APPEALS
    until = datetime.combine(last, END_OF_WORK).isoformat(timespec="minutes")
    return {"timezone": campaign.timezone, "appeals_until": until}


async def _publication_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    state: PanelState,
    form: Form[PublicationForm],
) -> Response[bytes]:
    if state.last_run is None:
        raise Conflict(_("Run the scores first."))
    places, _more = await places_of(db, state.last_run)
    return page(
        request,
        viewer,
        "results/publication.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        state=state,
        places=places[:10],
        form=form,
        zones=offered_zones(),
    )


async def state_of(db: AsyncSession, campaign_id: int, panel_id: int) -> PanelState:
    """How far the result of one panel is; raises NotFound."""
    for state in await states_of(db, campaign_id):
        if state.panel_id == panel_id:
            return state
    raise NotFound


@post("/management/{campaign_id:int}/results/{panel_id:int}/finality")
async def finish(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Makes the published result final."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    await make_final(db, viewer, campaign, panel)
    return go_to(request, f"/management/{campaign.id}/results", _("The result is final."))


ROUTES: list[ControllerRouterHandler] = [
    show_panels,
    start_run,
    show_run,
    open_publication,
    publish,
    finish,
]
