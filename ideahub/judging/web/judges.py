"""Handlers for inviting judges, and for one who drops out."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext, sentences
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.conflicts import declared_by
from ideahub.judging.inviting import invite_again, invite_judges
from ideahub.judging.labels import conflict_labels
from ideahub.judging.panels import PanelView, find_managed_panel
from ideahub.judging.progress import JudgeProgress, judges_of
from ideahub.judging.reminding import remind_judges
from ideahub.judging.replacing import remove_judge
from ideahub.judging.web.forms import JudgeRemovalForm, JudgesForm
from ideahub.judging.web.panel_page import invited_key, panel_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@post("/management/{campaign_id:int}/judging/{panel_id:int}/judges")
async def invite(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Invites judges, and shows the panel; with the form again where it is refused."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    form = await read_form(request, JudgesForm)
    say_what_is_missing(form, addresses=_("Enter at least one mail address."))
    invited: list[Any] = []
    if form.ok:
        async with form.attempt(db, "addresses"):
            invited = await invite_judges(db, viewer, campaign, panel.id, form.values.addresses)
    if not form.ok:
        return await panel_page(request, db, viewer, campaign, panel, invited=form)
    await discard_draft(db, viewer, invited_key(panel))
    done = ngettext(
        "%(num)s person is invited by mail.", "%(num)s people are invited by mail.", len(invited)
    )
    return go_to(request, f"{_at(panel)}#judges", done)


@get("/management/{campaign_id:int}/judging/{panel_id:int}/judges/{judge_id:int}")
async def show_judge(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    judge_id: FromPath[int],
) -> Response[bytes]:
    """A judge: how far they are, and what they have declared."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    judge = await find_judge(db, panel, judge_id)
    form = restored(JudgeRemovalForm, await find_draft(db, viewer, _key(judge)))
    return await _judge_page(request, db, viewer, campaign, panel, judge, form)


@post("/management/{campaign_id:int}/judging/{panel_id:int}/judges/{judge_id:int}/invitation")
async def send_again(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    judge_id: FromPath[int],
) -> Response[Any]:
    """Sends the invitation once more, with a new link."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    await invite_again(db, viewer, campaign, panel.id, judge_id)
    done = _("A new link is sent. The older one is valid no longer.")
    return go_to(request, f"{_at(panel)}#judges", done)


@post("/management/{campaign_id:int}/judging/{panel_id:int}/judges/{judge_id:int}/removal")
async def remove(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    judge_id: FromPath[int],
) -> Response[Any]:
    """Takes a judge out of the panel; their entries pass to others."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    judge = await find_judge(db, panel, judge_id)
    form = await read_form(request, JudgeRemovalForm)
    say_what_is_missing(form, reason=_("Say why. It stays on the record."))
    left = 0
    if form.ok:
        async with form.attempt(db, "reason"):
            values = form.values
            left = await remove_judge(
                db, viewer, campaign, panel.id, judge.id, values.reason, seal=values.seal
            )
    if not form.ok:
        return await _judge_page(request, db, viewer, campaign, panel, judge, form)
    await discard_draft(db, viewer, _key(judge))
    lacks = ngettext(
        "For %(num)s entry nobody else was found.",
        "For %(num)s entries nobody else was found.",
        left,
    )
    done = _("The judge has left the panel, and others take over.")
    return go_to(request, _at(panel), sentences(done, lacks if left else ""))


@post("/management/{campaign_id:int}/judging/{panel_id:int}/reminders")
async def remind(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Reminds the judges who have something left to do."""
    campaign, panel = await find_managed_panel(db, viewer, campaign_id, panel_id)
    reminded = await remind_judges(db, viewer, campaign, panel.id)
    done = ngettext("%(num)s judge is reminded.", "%(num)s judges are reminded.", reminded)
    nobody = _("Nobody was reminded: each gets one mail a day at most.")
    return go_to(request, _at(panel), done if reminded else nobody, done=bool(reminded))


async def find_judge(db: AsyncSession, panel: PanelView, judge_id: int) -> JudgeProgress:
    """The judge of this panel; raises NotFound."""
    for judge in await judges_of(db, panel.id):
        if judge.id == judge_id:
            return judge
    raise NotFound


def _key(judge: JudgeProgress) -> str:
    return f"judge-removal-{judge.id}"


def _at(panel: PanelView) -> str:
    return f"/management/{panel.campaign_id}/judging/{panel.id}"


async def _judge_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: PanelView,
    judge: JudgeProgress,
    form: Form[JudgeRemovalForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "judging/judge.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        at=_at(panel),
        judge=judge,
        declared=await declared_by(db, judge.id),
        categories=conflict_labels(),
        form=form,
        draft_key=_key(judge),
    )


ROUTES: list[ControllerRouterHandler] = [invite, show_judge, send_again, remove, remind]
