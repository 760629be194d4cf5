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
from ideahub.questions.templates import TemplateText, keep_template, remove_template, templates_for
from ideahub.questions.web.forms import AnswerTemplateForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/management/{campaign_id:int}/questions/templates"


@get(ADDRESS)
async def list_templates(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The templates of the campaign and of its organisation, and the form for another one."""
    campaign = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign))
    form = restored(AnswerTemplateForm, draft)
    return await _page(request, db, viewer, campaign, form, from_draft=bool(draft))


@post(ADDRESS)
async def keep(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Keeps a template, in the place of one with the same name."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, AnswerTemplateForm)
    say_what_is_missing(
        form, name=_("Give the template a name."), answer=_("Write what an answer begins with.")
    )
    values = form.values
    if form.ok:
        async with form.attempt(db):
            text = TemplateText(values.name, values.answer, values.letter)
            await keep_template(db, viewer, campaign, text, only_here=values.only_here)
            await discard_draft(db, viewer, _draft_key(campaign))
            return see_other(_here(campaign), _("The template is saved."))
    return await _page(request, db, viewer, campaign, form)


@post(f"{ADDRESS}/{{template_id:int}}/removal")
async def remove(
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    template_id: FromPath[int],
) -> Response[Any]:
    """Removes a template; answers that began with it stay."""
    campaign = await find_managed(db, viewer, campaign_id)
    await remove_template(db, viewer, campaign, template_id)
    return see_other(_here(campaign), _("The template is removed."))


def _here(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/questions/templates"


def _draft_key(campaign: Campaign) -> str:
    return f"answer-template-{campaign.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[AnswerTemplateForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    return page(
        request,
        viewer,
        "questions/templates.html",
        status=form.status,
        campaign=campaign,
        organisation=organisation.name,
        templates=await templates_for(db, campaign),
        here=_here(campaign),
        form=form,
        restored=from_draft,
        draft_key=_draft_key(campaign),
    )


ROUTES: list[ControllerRouterHandler] = [list_templates, keep, remove]
