"""Handlers for pointing out that what would change an answer has come true."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import read_form
from ideahub.http.pages import AnyRequest, see_other
from ideahub.ideas.queries import find_idea
from ideahub.responses.condition_reports import confirm_report, refuse_report, report_condition
from ideahub.responses.responding import must_answer
from ideahub.responses.web.forms import DecidedReportForm, ReportForm
from ideahub.responses.web.response_page import draft_key, response_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@post("/ideas/{idea_id:int}/response/reports")
async def report(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Points out that the condition has come true."""
    viewer.must_sign_in()
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, ReportForm)
    if form.ok:
        async with form.attempt(db, "evidence"):
            await report_condition(db, viewer, idea, form.values.evidence)
    if not form.ok:
        return await response_page(request, db, viewer, idea, report=form)
    await discard_draft(db, viewer, draft_key(idea, "report"))
    told = _("Thank you. Who gave the answer is asked to look at it.")
    return see_other(f"{idea.url}/response", told)


@post("/ideas/{idea_id:int}/response/reports/{report_id:int}/confirmation")
async def confirm(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    report_id: FromPath[int],
) -> Response[Any]:
    """Confirms it, so that the idea wakes."""
    return await _decide(request, db, viewer, idea_id, report_id, confirms=True)


@post("/ideas/{idea_id:int}/response/reports/{report_id:int}/refusal")
async def refuse(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    report_id: FromPath[int],
) -> Response[Any]:
    """Says why it has not come true."""
    return await _decide(request, db, viewer, idea_id, report_id, confirms=False)


async def _decide(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea_id: int,
    report_id: int,
    *,
    confirms: bool,
) -> Response[Any]:
    idea = await find_idea(db, viewer, idea_id)
    await must_answer(db, viewer, idea)
    form = await read_form(request, DecidedReportForm)
    if form.ok:
        async with form.attempt(db, "answer"):
            rule = confirm_report if confirms else refuse_report
            await rule(db, viewer, idea, report_id, form.values.answer)
    if not form.ok:
        return await response_page(request, db, viewer, idea, decided=form)
    await discard_draft(db, viewer, draft_key(idea, "decided"))
    told = (
        _("The idea is awake again, and an answer is owed.")
        if confirms
        else _("Noted. Whoever pointed it out is told why.")
    )
    return see_other(f"{idea.url}/response", told)


ROUTES: list[ControllerRouterHandler] = [report, confirm, refuse]
