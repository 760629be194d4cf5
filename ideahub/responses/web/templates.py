"""Handlers for the templates that leaders begin answers to ideas with."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, side_by_side
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Organisation
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import (
    TemplateText,
    TemplateView,
    keep_template,
    remove_template,
    templates_for,
)
from ideahub.responses.answer_input import must_fit
from ideahub.responses.labels import reason_labels, verdict_labels
from ideahub.responses.web.forms import IdeasTemplateForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/management/{campaign_id:int}/leaders-answers/templates"


@get(ADDRESS)
async def list_templates(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The templates of the campaign and of its organisation, and the form for another one."""
    campaign = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign))
    form = restored(IdeasTemplateForm, draft)
    return await _page(request, db, viewer, campaign, form, from_draft=bool(draft))


@post(ADDRESS)
async def keep(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Keeps a template, in the place of one with the same name."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, IdeasTemplateForm)
    say_what_is_missing(
        form, name=_("Give the template a name."), answer=_("Write what an answer begins with.")
    )
    if form.ok:
        async with form.attempt(db):
            await _keep(db, viewer, campaign, form.values)
            await discard_draft(db, viewer, _draft_key(campaign))
            return see_other(_here(campaign), _("The template is saved."))
    return await _page(request, db, viewer, campaign, form)


@post(f"{ADDRESS}/{{template_id:int}}/removal")
async def remove(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int], template_id: FromPath[int]
) -> Response[Any]:
    """Removes a template; answers that began with it stay."""
    campaign = await find_managed(db, viewer, campaign_id)
    await remove_template(db, viewer, campaign, template_id)
    return see_other(_here(campaign), _("The template is removed."))


async def _keep(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, values: IdeasTemplateForm
) -> None:
    must_fit(values.verdict, values.reason_kind)
    text = TemplateText(
        values.name,
        values.answer,
        verdict=values.verdict or "",
        reason=values.reason_kind or "",
    )
    use, only_here = TemplateUse.IDEAS, values.only_here
    await keep_template(db, viewer, campaign, text, only_here=only_here, use=use)


def _begins(templates: list[TemplateView]) -> dict[int, str]:
    """What is answered and why not, in words, by the number of the template."""
    verdicts: dict[str, str] = {key.value: label for key, label in verdict_labels().items()}
    reasons: dict[str, str] = {key.value: label for key, label in reason_labels().items()}
    return {
        one.id: side_by_side([verdicts.get(one.verdict, ""), reasons.get(one.reason, "")])
        for one in templates
    }


def _here(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/leaders-answers/templates"


def _draft_key(campaign: Campaign) -> str:
    return f"ideas-answer-template-{campaign.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[IdeasTemplateForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    templates = await templates_for(db, campaign, TemplateUse.IDEAS)
    return page(
        request,
        viewer,
        "responses/templates.html",
        status=form.status,
        campaign=campaign,
        organisation=organisation.name,
        templates=templates,
        begins=_begins(templates),
        here=_here(campaign),
        verdicts=verdict_labels(),
        reasons=reason_labels(),
        form=form,
        restored=from_draft,
        draft_key=_draft_key(campaign),
    )


ROUTES: list[ControllerRouterHandler] = [list_templates, keep, remove]
