"""Handlers for showing a judge who is behind an entry, which stays on the record."""

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
from ideahub.judging.panels import PanelView, find_managed_panel
from ideahub.judging.progress import JudgeProgress
from ideahub.judging.runs import entries_of_judge
from ideahub.judging.unblinding import unblind
from ideahub.judging.web.forms import UnblindingForm
from ideahub.judging.web.judges import find_judge

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/judging/{panel_id:int}/judges/{judge_id:int}/names")
async def ask(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    judge_id: FromPath[int],
) -> Response[bytes]:
    """The form for showing a judge who is behind one of their entries."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    judge = await find_judge(db, panel, judge_id)
    form = restored(UnblindingForm, await find_draft(db, viewer, _key(judge)))
    return await _page(request, db, viewer, campaign, panel, judge, form)


@post("/management/{campaign_id:int}/judging/{panel_id:int}/judges/{judge_id:int}/names")
async def show_names(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    judge_id: FromPath[int],
) -> Response[Any]:
    """Shows it to them, and records that it was done and why."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    judge = await find_judge(db, panel, judge_id)
    form = await read_form(request, UnblindingForm)
    say_what_is_missing(
        form, entry=_("Choose an entry."), reason=_("Say why. It stays on the record.")
    )
    if form.ok and form.values.entry:
        entry, reason = form.values.entry, form.values.reason
        async with form.attempt(db, "entry"):
            await unblind(db, viewer, campaign, panel.id, judge.id, entry, reason)
    if not form.ok:
        return await _page(request, db, viewer, campaign, panel, judge, form)
    await discard_draft(db, viewer, _key(judge))
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return go_to(request, f"{at}#unblindings", _("They see the names now. It is on the record."))


def _key(judge: JudgeProgress) -> str:
    return f"unblinding-{judge.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: PanelView,
    judge: JudgeProgress,
    form: Form[UnblindingForm],
) -> Response[bytes]:
    at = f"/management/{campaign.id}/judging/{panel.id}"
    return page(
        request,
        viewer,
        "judging/unblinding.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        at=at,
        judge=judge,
        entries=await entries_of_judge(db, judge.id),
        form=form,
        draft_key=_key(judge),
    )


ROUTES: list[ControllerRouterHandler] = [ask, show_names]
