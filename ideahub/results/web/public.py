"""The public page of a challenge's results, and the files with which they can be computed again."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import find_campaign
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.requests import database_of
from ideahub.http.slots import fill_slots, part_context
from ideahub.results.appeals import corrections_of
from ideahub.results.collecting import criteria_of
from ideahub.results.exporting.run_file import run_file
from ideahub.results.kept_figures import kept_figures, words_of
from ideahub.results.labels import rule_words
from ideahub.results.places import places_of
from ideahub.results.public_results import (
    ResultView,
    confirmed_awards,
    decided_appeals,
    published_results,
)
from ideahub.results.runs import find_run
from ideahub.results.step_words import decimal_sign, words_for_scripts
from ideahub.results.web.managing import place_in

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/challenges/{campaign_id:int}/results")
async def show_results(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The page of results: winners, criteria, how it was scored, agreement, appeals, exports."""
    campaign, results = await find_published(db, viewer, campaign_id)
    now = [result for result in results if result.replaced_at is None]
    # Those of several panels have a page for each.
    only = await _shown(db, campaign.id, now[0]) if len(now) == 1 else None
    slots = await fill_slots(part_context(request, db, viewer), "results", campaign)
    return page(
        request,
        viewer,
        "results/show.html",
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        results=now,
        panel=only,
        before=[result for result in results if result.replaced_at],
        awards=await confirmed_awards(db, campaign.id),
        appeals=await decided_appeals(db, campaign.id),
        **slots.context,
    )


@get("/challenges/{campaign_id:int}/results/{result_id:int}")
async def show_result(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    result_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """A published result by itself, also one that was replaced: every place, and the figures."""
    campaign, result = await find_result(db, viewer, campaign_id, result_id)
    return page(
        request,
        viewer,
        "results/result.html",
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        shown=await _shown(db, campaign.id, result, place_in(after)),
        after=after,
        appeals=await decided_appeals(db, campaign.id),
    )


@get("/challenges/{campaign_id:int}/results/{result_id:int}/scores.json")
async def scores_file(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    result_id: FromPath[int],
) -> Response[Any]:
    """The file with which anybody can compute a published result again: rule, pseudonymous inputs
    and output."""
    _campaign, result = await find_result(db, viewer, campaign_id, result_id)
    name = f"scores-{campaign_id}-{result.panel_id}-{result.run_number}.json"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
    }
    pieces = run_file(database_of(request), result.run_id)
    return Stream(pieces, media_type="application/json", headers=headers)


async def find_published(
    db: AsyncSession, viewer: Viewer, campaign_id: int
) -> tuple[Campaign, list[ResultView]]:
    """A challenge that the viewer may see, with its published results; raises NotFound where it
    has none."""
    campaign = await find_campaign(db, viewer, campaign_id)
    if campaign.kind != CampaignKind.CHALLENGE or not campaign.is_published:
        raise NotFound
    results = await published_results(db, campaign.id)
    if not results:
        raise NotFound
    return campaign, results


async def find_result(
    db: AsyncSession, viewer: Viewer, campaign_id: int, result_id: int
) -> tuple[Campaign, ResultView]:
    """One published result of a challenge, also one that was replaced; raises NotFound."""
    campaign, results = await find_published(db, viewer, campaign_id)
    for result in results:
        if result.id == result_id:
            return campaign, result
    raise NotFound


async def _shown(
    db: AsyncSession, campaign_id: int, result: ResultView, after: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a page shows of one result; with `after` the places from there on."""
    criteria = await criteria_of(db, result.panel_id)
    run = await find_run(db, result.panel_id, result.run_number)
    places, more = await places_of(db, result.run_id, after)
    figures = await kept_figures(db, result.run_id)
    return {
        "result": result,
        "run": run,
        "criteria": criteria,
        "rule": rule_words(run.rule, criteria),
        "places": places,
        "more": more,
        "corrections": await corrections_of(db, result.panel_id),
        "said": words_of(figures) if figures else None,
        # What the button needs that computes the result again.
        "export_path": f"/challenges/{campaign_id}/results/{result.id}/scores.json",
        "step_words": words_for_scripts(),
        "decimal_sign": decimal_sign(),
    }


ROUTES: list[ControllerRouterHandler] = [show_results, show_result, scores_file]
