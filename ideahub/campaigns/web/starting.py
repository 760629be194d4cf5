"""Handlers for choosing what to start from, and for starting empty."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by
from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.drafting import start_campaign
from ideahub.campaigns.labels import kind_choices
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import managed_organisations
from ideahub.campaigns.sources import find_sources
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.web.wizard_forms import StartForm
from ideahub.core.i18n import _, sentences
from ideahub.core.refusals import Forbidden
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Viewer
from ideahub.http.forms import (
    Form,
    blank,
    read_form,
)
from ideahub.http.pages import AnyRequest, page, see_other

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

LONGEST_SEARCH = 400


@get("/management/new")
async def new_campaign(
    request: AnyRequest, db: Db, viewer: CurrentViewer, q: FromQuery[str] = ""
) -> Response[bytes]:
    """The page for choosing what to start from; `q` searches what can be copied."""
    return await _start_page(request, db, viewer, blank(StartForm), clean_line(q[:LONGEST_SEARCH]))


@post("/management/new")
async def begin_campaign(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Makes an empty draft and redirects to its first step."""
    must_manage(viewer)
    form = await read_form(request, StartForm)
    if form.ok and form.values.kind and form.values.organisation_id:
        kind, organisation_id = form.values.kind, form.values.organisation_id
        async with form.attempt(db):
            campaign = await start_campaign(db, viewer, kind, organisation_id)
            return see_other(f"/management/{campaign.id}/{WizardStep.BASICS.value}")
    return await _start_page(request, db, viewer, form)


def must_manage(viewer: Viewer) -> None:
    """Raises SignInNeeded for a stranger, Forbidden for whoever manages no organisation."""
    viewer.must_sign_in()
    if not viewer.can_manage:
        raise Forbidden(_("Only managers can set up challenges and idea boxes."))


def to_check(campaign: Campaign, *notes: str) -> Response[Any]:
    """Redirects to where a draft that was just made is checked and published; `notes` are what else
    its manager should know."""
    made = _("The draft is ready. Only those who manage it can see it.")
    at = f"/management/{campaign.id}/{WizardStep.CHECK.value}"
    return see_other(at, sentences(made, *notes))


async def _start_page(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, form: Form[StartForm], words: str = ""
) -> Response[bytes]:
    must_manage(viewer)
    context: dict[str, Any] = {
        "form": form,
        "hosts": await managed_organisations(db, viewer),
        "kinds": kind_choices(),
        "draft_seen_by": draft_seen_by(),
        "templates": [
            (template.key, _(template.name), _(template.hint), template.icon)
            for template in TEMPLATES.values()
        ],
        "sources": await find_sources(db, viewer, words),
        "words": words,
    }
    return page(request, viewer, "campaigns/new.html", status=form.status, **context)


ROUTES: list[ControllerRouterHandler] = [new_campaign, begin_campaign]
