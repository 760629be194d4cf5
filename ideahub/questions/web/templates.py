"""Handlers for the templates that managers begin answers with."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Organisation
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import keep_template, remove_template, templates_for
from ideahub.questions.web.forms import AnswerTemplateForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# Of answers to questions, and of leaders' answers to ideas.
PLACES = {TemplateUse.QUESTIONS: "questions", TemplateUse.IDEAS: "leaders-answers"}
ADDRESSES = [f"/management/{{campaign_id:int}}/{place}/templates" for place in PLACES.values()]


@get(ADDRESSES)
async def list_templates(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The templates of the campaign and of its organisation, and the form for another one."""
    campaign = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign, _use_of(request)))
    form = restored(AnswerTemplateForm, draft)
    return await _page(request, db, viewer, campaign, form, from_draft=bool(draft))


@post(ADDRESSES)
async def keep(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Keeps a template, in the place of one with the same name."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, AnswerTemplateForm)
    say_what_is_missing(
        form, name=_("Give the template a name."), answer=_("Write what an answer begins with.")
    )
    values, use = form.values, _use_of(request)
    if form.ok:
        async with form.attempt(db):
            texts = values.name, values.answer, values.letter
            await keep_template(db, viewer, campaign, *texts, only_here=values.only_here, use=use)
            await discard_draft(db, viewer, _draft_key(campaign, use))
            return see_other(_here(campaign, use), _("The template is saved."))
    return await _page(request, db, viewer, campaign, form)


@post([f"{at}/{{template_id:int}}/removal" for at in ADDRESSES])
async def remove(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    template_id: FromPath[int],
) -> Response[Any]:
    """Removes a template; answers that began with it stay."""
    campaign = await find_managed(db, viewer, campaign_id)
    await remove_template(db, viewer, campaign, template_id)
    return see_other(_here(campaign, _use_of(request)), _("The template is removed."))


def _use_of(request: AnyRequest) -> TemplateUse:
    is_ideas = f"/{PLACES[TemplateUse.IDEAS]}/" in request.url.path
    return TemplateUse.IDEAS if is_ideas else TemplateUse.QUESTIONS


def _here(campaign: Campaign, use: TemplateUse) -> str:
    return f"/management/{campaign.id}/{PLACES[use]}/templates"


def _draft_key(campaign: Campaign, use: TemplateUse) -> str:
    what = "answer" if use is TemplateUse.QUESTIONS else "ideas-answer"
    return f"{what}-template-{campaign.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[AnswerTemplateForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    organisation, use = await db.get_one(Organisation, campaign.organisation_id), _use_of(request)
    return page(
        request,
        viewer,
        "questions/templates.html",
        status=form.status,
        campaign=campaign,
        organisation=organisation.name,
        templates=await templates_for(db, campaign, use),
        here=_here(campaign, use),
        is_for_ideas=use is TemplateUse.IDEAS,
        form=form,
        restored=from_draft,
        draft_key=_draft_key(campaign, use),
    )


ROUTES: list[ControllerRouterHandler] = [list_templates, keep, remove]
