"""Handlers for the answers to entrants: drafting, reading, signing off and releasing them."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import offered_zones
from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, prefilled, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page, with_query
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.answering_entrants import (
    answer_fingerprint,
    change_answer,
    draft_answers,
    must_be_published,
    release_answers,
    sign_answers,
)
from ideahub.results.answers import AnswerView, answer_view, answers_of
from ideahub.results.web.forms import ReasonsForm, ReleaseForm, SignatureForm
from ideahub.results.web.managing import address, results_room, state_of
from ideahub.results.web.steps import coming_step

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ALL = "/management/{campaign_id:int}/results/{panel_id:int}/answers"
ONE = ALL + "/{answer_id:int}"


@get(ALL)
async def show_answers(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    after: FromQuery[str] = "",
    left: FromQuery[str] = "",
) -> Response[bytes]:
    """The answers, ten at a time in full; `left` shows those that are not signed off yet."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    begun = await find_draft(db, viewer, _release_key(where[1]))
    form = restored(ReleaseForm, begun, timezone=where[0].timezone)
    return await _list_page(request, db, viewer, where, form, (after, left))


@post(ALL)
async def draft(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Drafts the answers that are missing."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    made = await draft_answers(db, viewer, campaign, panel)
    done = ngettext("%(num)s answer is drafted.", "%(num)s answers are drafted.", made)
    return go_to(request, f"{address(panel)}/answers", done)


@post(ALL + "/signatures")
async def sign(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Signs off the answers that the page showed, and goes on to those that are left."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, SignatureForm)
    pairs = (one.partition(".") for one in form.values.seen)
    seen = {int(number): mark for number, _dot, mark in pairs if number.isdecimal()}
    signed = 0
    async with form.attempt(db, "seen"):
        signed = await sign_answers(db, viewer, *where, seen)
    if not form.ok:
        return await _list_page(request, db, viewer, where, form, ("", "yes"))
    done = ngettext("%(num)s answer is signed off.", "%(num)s answers are signed off.", signed)
    return go_to(request, with_query(f"{address(where[1])}/answers", left="yes"), done)


@post(ALL + "/release")
async def release(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Sets from when on entrants can read their reasons."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, ReleaseForm)
    say_what_is_missing(form, answers_from=_("Say from when on entrants can read their reasons."))
    if form.ok:
        async with form.attempt(db, "answers_from"):
            await release_answers(db, viewer, *where, form.values.at)
    if not form.ok:
        return await _list_page(request, db, viewer, where, form, ("", ""))
    await discard_draft(db, viewer, _release_key(where[1]))
    done = _("The date is set. Everyone whose answer is signed off is told then.")
    return go_to(request, f"{address(where[1])}/answers", done)


@get(ONE)
async def open_answer(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[bytes]:
    """The form for the words of an answer, and for which comments are passed on."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    answer = await _find(db, panel, answer_id)
    kept = [
        f"{of}-{at}"
        for of, one in enumerate(answer.comments)
        for at in range(len(one["comments"]))
        if at not in one.get("left_out", ())
    ]
    begun = await find_draft(db, viewer, f"answer-{answer_id}")
    form = prefilled(ReasonsForm(words=answer.words, comments=kept), begun)
    return _answer_page(request, viewer, campaign, panel, answer, form)


@post(ONE)
async def save_answer(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[Any]:
    """Changes an answer; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, ReasonsForm)
    if form.ok:
        async with form.attempt(db, "words"):
            sent = form.values
            await change_answer(
                db, viewer, campaign, panel, answer_id, words=sent.words, kept=sent.comments
            )
    if not form.ok:
        answer = await _find(db, panel, answer_id)
        return _answer_page(request, viewer, campaign, panel, answer, form)
    await discard_draft(db, viewer, f"answer-{answer_id}")
    done = _("Saved. It waits to be signed off.")
    return go_to(request, with_query(f"{address(panel)}/answers", left="yes"), done)


async def _find(db: AsyncSession, panel: Panel, answer_id: int) -> AnswerView:
    result = await must_be_published(db, panel)
    answer = await answer_view(db, result.id, answer_id)
    if answer is None:
        raise NotFound
    return answer


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    where: tuple[Campaign, Panel],
    form: Form[Any],
    shown: tuple[str, str],
) -> Response[bytes]:
    campaign, panel = where
    after, left = shown
    result = await must_be_published(db, panel)
    start = int(after) if after.isdecimal() else 0
    answers, more = await answers_of(db, result.id, result.run_id, start, unsigned=bool(left))
    is_release = isinstance(form.values, ReleaseForm)
    state = await state_of(db, campaign.id, panel.id)
    return page(
        request,
        viewer,
        "results/answers.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=state,
        next=coming_step(state, campaign.id),
        listed=answers,
        marks={one.id: answer_fingerprint(one) for one in answers},
        more=more,
        after=after,
        left=left,
        form=form if is_release else blank(ReleaseForm, timezone=campaign.timezone),
        refused=form.errors,
        zones=offered_zones(),
        release_key=_release_key(panel),
    )


def _release_key(panel: Panel) -> str:
    """The name of the form for the date among drafts."""
    return f"reasons-released-{panel.id}"


def _answer_page(
    request: AnyRequest,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    answer: AnswerView,
    form: Form[ReasonsForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "results/answer.html",
        status=form.status,
        campaign=campaign,
        panel=panel,
        answer=answer,
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [
    show_answers,
    draft,
    sign,
    release,
    open_answer,
    save_answer,
]
