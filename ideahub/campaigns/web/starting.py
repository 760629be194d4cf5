"""Handlers for starting a draft: from a template, as a copy, or empty."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.copying import (
    Copy,
    copy_campaign,
    dated_phases,
    first_opening,
    usual_opening,
)
from ideahub.campaigns.drafting import start_campaign, usual_zone
from ideahub.campaigns.labels import kind_choices
from ideahub.campaigns.local_time import local_time, offered_zones
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import find_managed, managed_organisations
from ideahub.campaigns.sources import find_sources
from ideahub.campaigns.starting import Start, start_from_template
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.web.wizard_forms import StartForm
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, sentences
from ideahub.core.refusals import Forbidden, NotFound
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Viewer
from ideahub.http.forms import (
    Form,
    blank,
    day,
    line,
    moment,
    number,
    read_form,
    restored,
    say_what_is_missing,
)
from ideahub.http.pages import AnyRequest, page, see_other

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

LONGEST_SEARCH = 400
# When a challenge opens, unless its manager says otherwise.
MORNING = time(9)


@dataclass
class TemplateForm:
    """What is asked of a manager who starts from a template."""

    organisation_id: int | None = number(1, 2**62, required=True)
    question: str = line(lengths.QUESTION, required=True)
    title: str = line(lengths.CAMPAIGN_TITLE)
    opens: datetime | None = moment()
    closes: datetime | None = moment()
    timezone: str = line(60)


@dataclass
class CopyForm:
    """What is asked of a manager who makes a copy."""

    organisation_id: int | None = number(1, 2**62, required=True)
    title: str = line(lengths.CAMPAIGN_TITLE, required=True)
    opens_on: date | None = day()


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


@get("/management/new/{template:str}")
async def new_from_template(
    request: AnyRequest, db: Db, viewer: CurrentViewer, template: FromPath[str]
) -> Response[bytes]:
    """The page for starting from a template, with its dates filled in."""
    must_manage(viewer)
    chosen = _template(template)
    values = await _prefilled(db, viewer, chosen)
    draft = await find_draft(db, viewer, _draft_key(chosen))
    form = restored(TemplateForm, draft, **values)
    return await _template_page(request, db, viewer, chosen, form, from_draft=bool(draft))


@post("/management/new/{template:str}")
async def begin_from_template(
    request: AnyRequest, db: Db, viewer: CurrentViewer, template: FromPath[str]
) -> Response[Any]:
    """Makes a draft from the template and redirects to where it is checked and published."""
    must_manage(viewer)
    chosen = _template(template)
    form = await read_form(request, TemplateForm)
    say_what_is_missing(
        form,
        question=_("Ask the question that ideas are to answer."),
        organisation_id=_("Choose who asks."),
    )
    if form.ok and form.values.organisation_id:
        start = Start(
            form.values.organisation_id,
            form.values.question,
            form.values.title,
            form.values.timezone or await usual_zone(db, form.values.organisation_id),
            form.values.opens,
            form.values.closes,
        )
        async with form.attempt(db):
            campaign, notes = await start_from_template(db, viewer, chosen, start)
            await discard_draft(db, viewer, _draft_key(chosen))
            return _to_check(campaign, *notes)
    return await _template_page(request, db, viewer, chosen, form)


@get("/management/{campaign_id:int}/copy")
async def new_copy(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The page for starting a copy of a campaign, about a year after it."""
    source = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _copy_key(source))
    usual = usual_opening(await dated_phases(db, source), datetime.now(UTC).date())
    values = {
        "organisation_id": source.organisation_id,
        "title": source.title or source.question[: lengths.CAMPAIGN_TITLE],
        "opens_on": usual or "",
    }
    form = restored(CopyForm, draft, **values)
    return await _copy_page(request, db, viewer, source, form, from_draft=bool(draft))


@post("/management/{campaign_id:int}/copy")
async def begin_copy(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Makes a copy and redirects to where it is checked and published."""
    source = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, CopyForm)
    say_what_is_missing(form, title=_("Give it a title."), organisation_id=_("Choose who asks."))
    if form.ok and form.values.organisation_id:
        copy = Copy(form.values.organisation_id, form.values.title, form.values.opens_on)
        async with form.attempt(db):
            campaign = await copy_campaign(db, viewer, source, copy)
            await discard_draft(db, viewer, _copy_key(source))
            return _to_check(campaign)
    return await _copy_page(request, db, viewer, source, form)


def must_manage(viewer: Viewer) -> None:
    """Raises SignInNeeded for a stranger, Forbidden for whoever manages no organisation."""
    viewer.must_sign_in()
    if not viewer.can_manage:
        raise Forbidden(_("Only managers can set up challenges and idea boxes."))


def _to_check(campaign: Campaign, *notes: str) -> Response[Any]:
    made = _("The draft is ready. Only those who manage it can see it.")
    at = f"/management/{campaign.id}/{WizardStep.CHECK.value}"
    return see_other(at, sentences(made, *notes))


def _template(key: str) -> CampaignTemplate:
    if key not in TEMPLATES:
        raise NotFound
    return TEMPLATES[key]


def _draft_key(template: CampaignTemplate) -> str:
    return f"campaign-new-{template.key}"


def _copy_key(source: Campaign) -> str:
    return f"campaign-copy-{source.id}"


async def _prefilled(
    db: AsyncSession, viewer: Viewer, template: CampaignTemplate
) -> dict[str, Any]:
    """The organisation and zone that are most likely, and dates that suit the template."""
    hosts = await managed_organisations(db, viewer)
    numbers = [host.id for host in hosts]
    own = viewer.organisation_id if viewer.organisation_id in numbers else None
    host = own or (numbers[0] if len(numbers) == 1 else None)
    timezone = await usual_zone(db, host or viewer.organisation_id or 0)
    values = {
        "organisation_id": host or "",
        "question": _(template.opening),
        "timezone": timezone,
    }
    if template.kind is CampaignKind.IDEA_BOX:
        return values
    tomorrow = local_time(datetime.now(UTC), timezone).date() + timedelta(days=1)
    opens = datetime.combine(tomorrow, MORNING)
    closes = template.usual_closing(opens)
    dates = {"opens": opens, "closes": closes}
    return values | {name: at.isoformat(timespec="minutes") for name, at in dates.items()}


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


async def _template_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    template: CampaignTemplate,
    form: Form[TemplateForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    context: dict[str, Any] = {
        "form": form,
        "restored": from_draft,
        "draft_key": _draft_key(template),
        "template": template,
        "hosts": await managed_organisations(db, viewer),
        "zones": offered_zones(),
        "draft_seen_by": draft_seen_by(seen_by(template.audience)),
        "phase_names": [_(phase.name) for phase in template.phases],
        "criteria": [_(criterion.name) for criterion in template.criteria],
        "fields": [_(field.label) for field in template.form],
        "title_hint": _(template.title_hint),
        "about": {"name": _(template.name), "hint": _(template.hint)},
        "prompt": _(template.prompts["question"]),
    }
    return page(request, viewer, "campaigns/new_from_template.html", status=form.status, **context)


async def _copy_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    source: Campaign,
    form: Form[CopyForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    phases = await dated_phases(db, source)
    context: dict[str, Any] = {
        "form": form,
        "restored": from_draft,
        "draft_key": _copy_key(source),
        "source": source,
        "hosts": await managed_organisations(db, viewer),
        "first": first_opening(phases),
        "draft_seen_by": draft_seen_by(seen_by(source.audience)),
    }
    return page(request, viewer, "campaigns/new_copy.html", status=form.status, **context)


ROUTES: list[ControllerRouterHandler] = [
    new_campaign,
    begin_campaign,
    new_from_template,
    begin_from_template,
    new_copy,
    begin_copy,
]
