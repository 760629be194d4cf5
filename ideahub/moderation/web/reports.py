"""Handlers for reporting a text: a link beside it, a form, and thanks."""

import time
from hashlib import blake2b
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.networks import network
from ideahub.core.refusals import NotFound
from ideahub.core.site_keys import SiteKeys
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.moderation.conduct import conduct_of
from ideahub.moderation.models import TextKind
from ideahub.moderation.naming import key_of, named_for_reader
from ideahub.moderation.own import own_reports
from ideahub.moderation.reporting import must_be_anothers, report
from ideahub.moderation.texts import TextView, find_text, kind_name
from ideahub.moderation.web.forms import ReportForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
FORM_VALID_SECONDS = 24 * 3600


@get("/reports/{kind:str}/{text_id:int}")
async def open_report(
    request: AnyRequest, db: Db, viewer: CurrentViewer, kind: FromPath[str], text_id: FromPath[int]
) -> Response[bytes]:
    """The form for reporting a text."""
    text = await _find(db, viewer, kind, text_id)
    must_be_anothers(viewer, text)
    draft = await find_draft(db, viewer, draft_key(text)) if viewer.signed_in else None
    return await _form_page(request, db, viewer, text, restored(ReportForm, draft))


@post("/reports/{kind:str}/{text_id:int}")
async def send_report(
    request: AnyRequest, db: Db, viewer: CurrentViewer, kind: FromPath[str], text_id: FromPath[int]
) -> Response[Any]:
    """Reports the text, and thanks; the form again where it is refused."""
    text = await _find(db, viewer, kind, text_id)
    form = await read_form(request, ReportForm)
    say_what_is_missing(form, rule=_("Choose what is wrong with it."))
    _must_be_a_person(request, viewer, text, form)
    if form.ok:
        client = request.client.host if request.client else ""
        async with form.attempt(db, "report"):
            await report(
                db,
                viewer,
                text,
                form.values.rule,
                form.values.words,
                network=network(client),
                browser=_browser(request, client),
            )
    if not form.ok:
        return await _form_page(request, db, viewer, text, form)
    if viewer.signed_in:
        await discard_draft(db, viewer, draft_key(text))
    return see_other("/reports/received")


@get("/reports/received")
async def thank(request: AnyRequest, viewer: CurrentViewer) -> Response[bytes]:
    """Thanks for a report, and what happens next."""
    return page(request, viewer, "moderation/received.html")


@get("/moderation/own-reports")
async def list_own(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """What the viewer reported, and what became of it."""
    viewer.must_sign_in()
    reports = await own_reports(db, viewer)
    return page(
        request,
        viewer,
        "moderation/own_reports.html",
        reports=reports,
        texts=await named_for_reader(db, viewer, map(key_of, reports)),
        kind_name=kind_name,
    )


def draft_key(text: TextView) -> str:
    """The name of the form under which a draft of a report is kept."""
    return f"report-{text.kind}-{text.id}"


async def _find(db: AsyncSession, viewer: Viewer, kind: str, text_id: int) -> TextView:
    if kind not in set(TextKind):
        raise NotFound
    return await find_text(db, viewer, TextKind(kind), text_id)


async def _form_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    text: TextView,
    form: Form[ReportForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "moderation/report.html",
        status=form.status,
        text=text,
        kind=kind_name(text.kind),
        conduct=await conduct_of(db, text.campaign_id, text.organisation_id),
        form=form,
        moment=form.value("moment") or _now(request, text),
        draft_key=draft_key(text),
    )


def _must_be_a_person(
    request: AnyRequest, viewer: Viewer, text: TextView, form: Form[ReportForm]
) -> None:
    """Adds errors where a stranger's form was filled in by a program: instead of a puzzle."""
    if form.value("website"):
        form.errors["website"] = _("Leave this field empty: people do not see it.")
    if viewer.signed_in:
        return
    at, _dot, signature = str(form.value("moment")).partition(".")
    age = time.time() - int(at) if at.isascii() and at.isdecimal() and len(at) < 12 else -1
    if not _keys(request).is_signature("report", f"{text.kind}:{text.id}:{at}", signature):
        age = -1
    if not 0 <= age < FORM_VALID_SECONDS:
        form.typed = {**form.typed, "moment": ""}
        form.errors["rule"] = _("This form is too old. Press your choice once more.")


def _now(request: AnyRequest, text: TextView) -> str:
    at = str(int(time.time()))
    return f"{at}.{_keys(request).signature('report', f'{text.kind}:{text.id}:{at}')}"


def _keys(request: AnyRequest) -> SiteKeys:
    keys: SiteKeys = request.app.state.site_keys
    return keys


def _browser(request: AnyRequest, client: str) -> str:
    """A hash of what is known of a stranger, so that reporting twice counts once."""
    agent = request.headers.get("user-agent", "")[:400]
    known = _keys(request).signature("reporter", f"{network(client)} {agent}")
    return blake2b(known.encode(), digest_size=16).hexdigest()


ROUTES: list[ControllerRouterHandler] = [open_report, send_report, thank, list_own]
