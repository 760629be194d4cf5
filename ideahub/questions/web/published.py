"""Handlers for the entries of the FAQ as those who manage a campaign see them: what is hidden, and
shown again, and taken apart."""

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
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.questions.hiding import hide_answer, show_answer
from ideahub.questions.labels import category_labels
from ideahub.questions.merging import separate_answers
from ideahub.questions.published import published_entries
from ideahub.questions.web.forms import HideForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/answers")
async def list_published(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    before: FromQuery[str] = "",
) -> Response[bytes]:
    """All entries, the newest first, with those that are hidden or merged."""
    campaign = await find_managed(db, viewer, campaign_id)
    return await _list_page(request, db, viewer, campaign, before=number_in_query(before))


@post("/management/{campaign_id:int}/answers/{answer_id:int}/hiding")
async def hide(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[Any]:
    """Hides an entry with a reason; the list again where there is none."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, HideForm)
    say_what_is_missing(form, why=_("Say why: whoever opens its page reads it."))
    if form.ok:
        async with form.attempt(db, "why"):
            await hide_answer(db, viewer, campaign, answer_id, form.values.why)
            await discard_draft(db, viewer, _hiding_key(answer_id))
            told = _("It is hidden. Those who asked are told.")
            return see_other(_place(campaign, answer_id), told)
    return await _list_page(request, db, viewer, campaign, refused=(answer_id, form))


@post("/management/{campaign_id:int}/answers/{answer_id:int}/showing")
async def show_again(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int], answer_id: FromPath[int]
) -> Response[Any]:
    """Shows a hidden entry again."""
    campaign = await find_managed(db, viewer, campaign_id)
    await show_answer(db, viewer, campaign, answer_id)
    return see_other(_place(campaign, answer_id), _("It is shown again. Those who asked are told."))


@post("/management/{campaign_id:int}/answers/{answer_id:int}/separation")
async def separate(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[Any]:
    """Takes an entry out of the one that it was merged into."""
    campaign = await find_managed(db, viewer, campaign_id)
    pressed = button_form()
    async with pressed.attempt(db, "answers"):
        await separate_answers(db, viewer, campaign, answer_id)
        told = _("It stands by itself again. The other answer keeps its text: change it if needed.")
        return see_other(_place(campaign, answer_id), told)
    return see_other(_place(campaign, answer_id), pressed.error("answers"), done=False)


def _place(campaign: Campaign, answer_id: int) -> str:
    return f"/management/{campaign.id}/answers#answer-{answer_id}"


def _hiding_key(answer_id: int) -> str:
    return f"answer-hiding-{answer_id}"


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    *,
    before: int | None = None,
    refused: tuple[int, Form[HideForm]] | None = None,
) -> Response[bytes]:
    found = await published_entries(db, campaign.id, before)
    keys = {entry.id: _hiding_key(entry.id) for entry in found.entries}
    drafts = await find_drafts(db, viewer, list(keys.values()))
    forms = {number: restored(HideForm, drafts.get(key)) for number, key in keys.items()}
    if refused:
        forms[refused[0]] = refused[1]
    return page(
        request,
        viewer,
        "questions/manage_answers.html",
        status=refused[1].status if refused else 200,
        campaign=campaign,
        found=found,
        later=before is not None,
        labels=category_labels(),
        forms=forms,
        refused=refused[0] if refused else 0,
    )


ROUTES: list[ControllerRouterHandler] = [list_published, hide, show_again, separate]
