"""Handlers for correcting a score: after an appeal, or as a clerical error without one."""

from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.appealing import must_decide
from ideahub.results.appeals import (
    GivenScore,
    corrections_of,
    find_appeal_view,
    find_scored_entry,
    scores_of,
)
from ideahub.results.correcting import Correction, correct_score
from ideahub.results.web.forms import CorrectionForm
from ideahub.results.web.managing import address, results_room, state_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
PANEL = "/management/{campaign_id:int}/results/{panel_id:int}"
SCORES = PANEL + "/entries/{entry_id:int}/scores"
SCORE = "/{scorecard_id:int}/{criterion_id:int}"
APPEALED = PANEL + "/appeals/{appeal_id:int}/scores"


class Corrected(NamedTuple):
    """The score that is corrected, of which entry, after which appeal, if it is one; and the
    address of the page from which one came."""

    campaign: Campaign
    panel: Panel
    entry_id: int
    number: int | None
    score: GivenScore
    back: str
    appeal_id: int | None = None


@get(SCORES)
async def show_scores(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    entry_id: FromPath[int],
) -> Response[bytes]:
    """The scores of an entry, for managers, once the panel is closed."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    entry = await find_scored_entry(db, panel, entry_id)
    corrections = await corrections_of(db, panel.id)
    return page(
        request,
        viewer,
        "results/scores.html",
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        entry=entry,
        state=await state_of(db, campaign.id, panel.id),
        scores=await scores_of(db, panel.id, entry.id),
        corrected={(one.scorecard_id, one.criterion_id): one.new_value for one in corrections},
    )


@get(SCORES + SCORE)
async def open_correction(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    entry_id: FromPath[int],
    scorecard_id: FromPath[int],
    criterion_id: FromPath[int],
) -> Response[bytes]:
    """The form with which a clerical error in a score is corrected."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    found = await _of_entry(db, where, entry_id, scorecard_id, criterion_id)
    return await _opened(request, db, viewer, found)


@post(SCORES + SCORE)
async def correct(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    entry_id: FromPath[int],
    scorecard_id: FromPath[int],
    criterion_id: FromPath[int],
) -> Response[Any]:
    """Corrects a score and runs the scores again; the form again where it is refused."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    found = await _of_entry(db, where, entry_id, scorecard_id, criterion_id)
    return await _sent(request, db, viewer, found)


@get(APPEALED + SCORE)
async def open_correction_after_appeal(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    appeal_id: FromPath[int],
    scorecard_id: FromPath[int],
    criterion_id: FromPath[int],
) -> Response[bytes]:
    """The same form, of an appeal."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    found = await _of_appeal(db, where, appeal_id, scorecard_id, criterion_id)
    return await _opened(request, db, viewer, found)


@post(APPEALED + SCORE)
async def correct_after_appeal(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    appeal_id: FromPath[int],
    scorecard_id: FromPath[int],
    criterion_id: FromPath[int],
) -> Response[Any]:
    """The same after an appeal, which has to be upheld."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    found = await _of_appeal(db, where, appeal_id, scorecard_id, criterion_id)
    return await _sent(request, db, viewer, found)


async def _of_entry(
    db: AsyncSession,
    where: tuple[Campaign, Panel],
    entry_id: int,
    scorecard_id: int,
    criterion_id: int,
) -> Corrected:
    entry = await find_scored_entry(db, where[1], entry_id)
    score = await _score(db, where[1], entry.id, scorecard_id, criterion_id)
    back = f"{address(where[1])}/entries/{entry.id}/scores"
    return Corrected(*where, entry.id, entry.number, score, back)


async def _of_appeal(
    db: AsyncSession,
    where: tuple[Campaign, Panel],
    appeal_id: int,
    scorecard_id: int,
    criterion_id: int,
) -> Corrected:
    appeal = await find_appeal_view(db, where[1].id, appeal_id)
    score = await _score(db, where[1], appeal.entry_id, scorecard_id, criterion_id)
    back = f"{address(where[1])}/appeals/{appeal.id}"
    return Corrected(*where, appeal.entry_id, appeal.number, score, back, appeal.id)


async def _score(
    db: AsyncSession, panel: Panel, entry_id: int, scorecard_id: int, criterion_id: int
) -> GivenScore:
    for score in await scores_of(db, panel.id, entry_id):
        if (score.scorecard_id, score.criterion_id) == (scorecard_id, criterion_id):
            return score
    raise NotFound


async def _opened(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, found: Corrected
) -> Response[bytes]:
    await must_decide(db, viewer, found.campaign, found.panel, found.entry_id)
    draft = await find_draft(db, viewer, f"correction-{found.score.scorecard_id}")
    return _form_page(request, viewer, found, restored(CorrectionForm, draft))


async def _sent(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, found: Corrected
) -> Response[Any]:
    form, score = await read_form(request, CorrectionForm), found.score
    say_what_is_missing(form, reason=_("Say why it is corrected."))
    if form.ok:
        value, reason = form.values.new_value, form.values.reason
        assert value is not None
        sent = Correction(score.scorecard_id, score.criterion_id, value, reason, found.appeal_id)
        async with form.attempt(db, "new_value"):
            await correct_score(db, viewer, found.campaign, found.panel, sent)
    if not form.ok:
        return _form_page(request, viewer, found, form)
    await discard_draft(db, viewer, f"correction-{score.scorecard_id}")
    return go_to(
        request,
        f"/management/{found.campaign.id}/results",
        _("Corrected, and run again. Publish the newer run when all corrections are made."),
    )


def _form_page(
    request: AnyRequest, viewer: Viewer, found: Corrected, form: Form[CorrectionForm]
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "results/correction.html",
        status=form.status,
        campaign=found.campaign,
        number=found.number,
        score=found.score,
        back=found.back,
        here=f"{found.back}{'/scores' if found.appeal_id else ''}"
        f"/{found.score.scorecard_id}/{found.score.criterion_id}",
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [
    show_scores,
    open_correction,
    correct,
    open_correction_after_appeal,
    correct_after_appeal,
]
