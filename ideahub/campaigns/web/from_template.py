"""Handlers for starting a draft from a template."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.drafting import usual_zone
from ideahub.campaigns.local_time import local_time, offered_zones
from ideahub.campaigns.models import CampaignKind
from ideahub.campaigns.queries import managed_organisations
from ideahub.campaigns.starting import Start, start_from_template
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.web.starting import must_manage, to_check
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import (
    Form,
    line,
    moment,
    number,
    read_form,
    restored,
    say_what_is_missing,
)
from ideahub.http.pages import AnyRequest, page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

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
            return to_check(campaign, *notes)
    return await _template_page(request, db, viewer, chosen, form)


def _template(key: str) -> CampaignTemplate:
    if key not in TEMPLATES:
        raise NotFound
    return TEMPLATES[key]


def _draft_key(template: CampaignTemplate) -> str:
    return f"campaign-new-{template.key}"


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
        "criteria": list(dict.fromkeys(_(one.name) for one in template.every_criterion)),
        "fields": list(dict.fromkeys(_(one.label) for one in template.every_field)),
        "title_hint": _(template.title_hint),
        "about": {"name": _(template.name), "hint": _(template.hint)},
        "prompt": _(template.prompts["question"]),
    }
    return page(request, viewer, "campaigns/new_from_template.html", status=form.status, **context)


ROUTES: list[ControllerRouterHandler] = [new_from_template, begin_from_template]
