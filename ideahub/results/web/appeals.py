"""Handlers for deciding appeals."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.appealing import decide_appeal
from ideahub.results.appeals import (
    appeals_of,
    corrections_of,
    find_appeal_view,
    scores_of,
)
from ideahub.results.web.forms import AppealDecisionForm, YesNo
from ideahub.results.web.managing import address, results_room, state_of
from ideahub.results.web.steps import coming_step

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ALL = "/management/{campaign_id:int}/results/{panel_id:int}/appeals"
ONE = ALL + "/{appeal_id:int}"


@get(ALL)
async def show_appeals(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The appeals against the results of a panel, and every correction of a score."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    state = await state_of(db, campaign.id, panel.id)
    return page(
        request,
        viewer,
        "results/appeals.html",
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=state,
        next=coming_step(state, campaign.id),
        appeals=await appeals_of(db, panel.id),
        corrections=await corrections_of(db, panel.id),
    )


@get(ONE)
async def show_appeal(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    appeal_id: FromPath[int],
) -> Response[bytes]:
    """An appeal, with the scores that it is about, and the form for the decision."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, f"appeal-decision-{appeal_id}")
    form = restored(AppealDecisionForm, draft)
    return await _appeal_page(request, db, viewer, (campaign, panel), appeal_id, form)


@post(ONE)
async def decide(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    appeal_id: FromPath[int],
) -> Response[Any]:
    """Decides the appeal; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, AppealDecisionForm)
    say_what_is_missing(
        form,
        upheld=_("Say whether the appeal is upheld."),
        reason=_("Say why: everyone can read it."),
    )
    if form.ok:
        async with form.attempt(db, "reason"):
            sent = form.values
            is_upheld = sent.upheld is YesNo.YES
            await decide_appeal(
                db, viewer, campaign, panel, appeal_id, is_upheld=is_upheld, reason=sent.reason
            )
    if not form.ok:
        return await _appeal_page(request, db, viewer, (campaign, panel), appeal_id, form)
    await discard_draft(db, viewer, f"appeal-decision-{appeal_id}")
    done = (
        _("The appeal is upheld. Now correct what it is right about.")
        if form.values.upheld is YesNo.YES
        else _("The appeal is not upheld. Those behind the entry are told.")
    )
    return go_to(request, f"{address(panel)}/appeals/{appeal_id}", done)


async def _appeal_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    where: tuple[Campaign, Panel],
    appeal_id: int,
    form: Form[AppealDecisionForm],
) -> Response[bytes]:
    campaign, panel = where
    appeal = await find_appeal_view(db, panel.id, appeal_id)
    corrections = await corrections_of(db, panel.id)
    return page(
        request,
        viewer,
        "results/appeal.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=await state_of(db, campaign.id, panel.id),
        appeal=appeal,
        scores=await scores_of(db, panel.id, appeal.entry_id),
        corrected={(one.scorecard_id, one.criterion_id): one.new_value for one in corrections},
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [
    show_appeals,
    show_appeal,
    decide,
]
