"""Handlers for the list of what was asked, for those who manage a campaign."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_drafts
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.questions.asking import change_category, reopen, set_aside
from ideahub.questions.labels import category_labels, category_options
from ideahub.questions.live import MANAGERS
from ideahub.questions.models import QuestionCategory
from ideahub.questions.open_questions import QuestionState, asked_questions, chosen_questions
from ideahub.questions.web.forms import CategoryForm, SetAsideForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/questions")
async def list_asked(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    show: FromQuery[str] = "",
    category: FromQuery[str] = "",
    place: FromQuery[str] = "",
) -> Response[bytes]:
    """The open questions, all or those of a category, or those that were dealt with."""
    campaign = await find_managed(db, viewer, campaign_id)
    state = QuestionState(show) if show in set(QuestionState) else QuestionState.OPEN
    chosen = QuestionCategory(category) if category in set(QuestionCategory) else None
    start = number_in_query(place)
    return await _list_page(request, db, viewer, campaign, state, start, category=chosen)


@post("/management/{campaign_id:int}/questions/{question_id:int}/category")
async def put_into_category(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    question_id: FromPath[int],
) -> Response[Any]:
    """Puts a question into another category."""
    campaign = await _find(db, viewer, campaign_id, question_id)
    form = await read_form(request, CategoryForm)
    if form.ok and form.values.category:
        await change_category(db, question_id, form.values.category)
    return see_other(f"{_here(campaign)}#asked-{question_id}")


@post("/management/{campaign_id:int}/questions/{question_id:int}/setting-aside")
async def put_aside(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    question_id: FromPath[int],
) -> Response[Any]:
    """Sets a question aside with a reason; the list again where there is none."""
    campaign = await _find(db, viewer, campaign_id, question_id)
    form = await read_form(request, SetAsideForm)
    if form.error("why") and not form.value("why").strip():
        form.errors["why"] = _("Say why: whoever asked reads it.")
    if form.ok:
        async with form.attempt(db, "why"):
            await set_aside(db, viewer, campaign, question_id, form.values.why)
            await discard_draft(db, viewer, _aside_key(question_id))
            return see_other(_here(campaign), _("Set aside. Whoever asked is told why."))
    return await _list_page(
        request, db, viewer, campaign, QuestionState.OPEN, None, refused=(question_id, form)
    )


@post("/management/{campaign_id:int}/questions/{question_id:int}/reopening")
async def open_again(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int], question_id: FromPath[int]
) -> Response[Any]:
    """Opens a question again."""
    campaign = await _find(db, viewer, campaign_id, question_id)
    await reopen(db, viewer, campaign, question_id)
    return see_other(f"{_here(campaign)}#asked-{question_id}", _("It is open again."))


def _here(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/questions"


def _aside_key(question_id: int) -> str:
    return f"set-aside-{question_id}"


async def _find(db: AsyncSession, viewer: Viewer, campaign_id: int, question_id: int) -> Campaign:
    """The campaign; raises NotFound for a question of another one."""
    campaign = await find_managed(db, viewer, campaign_id)
    if not await chosen_questions(db, campaign.id, [question_id]):
        raise NotFound
    return campaign


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    state: QuestionState,
    place: int | None,
    *,
    category: QuestionCategory | None = None,
    refused: tuple[int, Form[SetAsideForm]] | None = None,
) -> Response[bytes]:
    found = await asked_questions(db, campaign.id, state, place, category)
    keys = {question.id: _aside_key(question.id) for question in found.questions}
    drafts = await find_drafts(db, viewer, list(keys.values()))
    forms = {number: restored(SetAsideForm, drafts.get(key)) for number, key in keys.items()}
    if refused:
        forms[refused[0]] = refused[1]
    return page(
        request,
        viewer,
        "questions/manage.html",
        status=refused[1].status if refused else 200,
        rooms=(f"{MANAGERS}:{campaign.id}",),
        campaign=campaign,
        found=found,
        state=state,
        later=place is not None,
        chosen=category,
        labels=category_labels(),
        options=category_options(),
        forms=forms,
        refused=refused[0] if refused else 0,
    )


ROUTES: list[ControllerRouterHandler] = [list_asked, put_into_category, put_aside, open_again]
