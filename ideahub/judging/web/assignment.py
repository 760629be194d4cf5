"""Handlers for sharing out the entries of a panel: tried first, then done."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, fill, read_form
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.assigning import PlannedRun, assign_entries, plan_assignment
from ideahub.judging.labels import uncovered_words
from ideahub.judging.panels import PanelView, find_managed_panel
from ideahub.judging.progress import judges_of
from ideahub.judging.recorded_runs import new_seed
from ideahub.judging.runs import runs_of
from ideahub.judging.web.forms import ShareOutForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/judging/{panel_id:int}/assignment")
async def try_out(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """What would come of sharing out the entries as the address says (`k`, `seed`); nothing is
    stored."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    asked = request.query_params
    if "k" in asked or "seed" in asked:
        form = fill(ShareOutForm, {name: [asked.get(name, "")] for name in ("k", "seed")})
        if not asked.get("seed", "").strip():
            # One is made.
            form.errors.pop("seed", None)
    else:
        form = blank(ShareOutForm, k=panel.judges_per_entry or "", seed=new_seed())
    return await _page(request, db, viewer, campaign, panel, form)


@post("/management/{campaign_id:int}/judging/{panel_id:int}/assignment")
async def share_out(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Shares out the entries as the table showed it."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    form = await read_form(request, ShareOutForm)
    if form.ok:
        async with form.attempt(db, "seed"):
            values = form.values
            run = await assign_entries(
                db, viewer, panel.id, values.k, seed=values.seed, seen=values.seen
            )
    if not form.ok:
        return await _page(request, db, viewer, campaign, panel, form)
    lacking = len(run.uncovered)
    done = ngettext(
        "The entries are shared out; %(num)s has too few judges.",
        "The entries are shared out; %(num)s have too few judges.",
        lacking,
    )
    whole = _("The entries are shared out, and the judges are told by mail.")
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return go_to(request, at, done if lacking else whole)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: PanelView,
    form: Form[ShareOutForm],
) -> Response[bytes]:
    planned: PlannedRun | None = None
    if not {"k", "seed"} & form.errors.keys() or form.refused_with == Conflict.status:
        seed = form.values.seed or new_seed()
        planned = await plan_assignment(db, panel, form.values.k, seed)
    judges = {judge.id: judge for judge in await judges_of(db, panel.id)}
    return page(
        request,
        viewer,
        "judging/assignment.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        at=f"/management/{campaign.id}/judging/{panel.id}",
        form=form,
        errors=form.errors,
        planned=planned,
        judges=judges,
        titles={one.id: one for one in planned.entries} if planned else {},
        runs=await runs_of(db, panel.id),
        why=lambda gap: uncovered_words(gap.why, gap.in_conflict),
    )


ROUTES: list[ControllerRouterHandler] = [try_out, share_out]
