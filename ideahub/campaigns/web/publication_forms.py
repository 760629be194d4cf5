"""Handlers for what takes some words or a time: planning the publication of a draft, unpublishing,
archiving; each on a page of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import archive
from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.local_time import offered_zones
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.planned_publication import plan_publication, standing_plan
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.taking_part import taken_in
from ideahub.campaigns.unpublishing import unpublish
from ideahub.campaigns.web.publication import overview_of
from ideahub.campaigns.web.publication_pages import (
    ArchiveForm,
    PublicationPlanForm,
    UnpublishForm,
    form_key,
)
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import N_, _, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Organisation

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ONLY_DRAFT = N_("This is a draft: it can be thrown away, but not archived.")
PLAN, RETRACTION, ARCHIVE = "plan", "retraction", "archive"


@get("/management/{campaign_id:int}/publication/plan")
async def edit_plan(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page for planning the publication of a draft, with the plan that stands."""
    campaign = await find_managed(db, viewer, campaign_id)
    if campaign.published_at:
        return _nothing_to_do(campaign, _("It is published already."))
    plan = await standing_plan(db, campaign.id)
    usual = {
        "publish_at": plan.local_time.isoformat(timespec="minutes") if plan else "",
        "publish_zone": plan.timezone if plan else campaign.timezone,
    }
    return await _opened(request, db, viewer, campaign, PLAN, PublicationPlanForm, **usual)


@post("/management/{campaign_id:int}/publication/plan")
async def plan_it(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Plans when the clock publishes the draft, or moves that."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, PublicationPlanForm)

    async def plan() -> str:
        zone = form.values.publish_zone or campaign.timezone
        note = await plan_publication(db, viewer, campaign, form.values.publish_at, zone)
        return sentences(_("Its publication is planned."), note)

    return await _sent(request, db, viewer, campaign, PLAN, form, plan)


@get("/management/{campaign_id:int}/retraction")
async def edit_retraction(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page for making a draft of a published campaign again."""
    campaign = await find_managed(db, viewer, campaign_id)
    if not campaign.published_at:
        return _nothing_to_do(campaign, _("It is a draft already."))
    if await taken_in(db, campaign.id):
        return _nothing_to_do(
            campaign,
            _("People have taken part, and rely on it. Archive it instead: it stays readable."),
        )
    return await _opened(request, db, viewer, campaign, RETRACTION, UnpublishForm)


@post("/management/{campaign_id:int}/retraction")
async def retract(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Makes a draft of it again, while nobody has taken part."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, UnpublishForm)

    async def take_back() -> str:
        await unpublish(db, viewer, campaign_id, form.values.unpublish_reason)
        return _("It is a draft again. Only those who manage it can see it.")

    return await _sent(request, db, viewer, campaign, RETRACTION, form, take_back)


@get("/management/{campaign_id:int}/archive")
async def edit_archive(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page for archiving a published campaign."""
    campaign = await find_managed(db, viewer, campaign_id)
    if campaign.archived_at or not campaign.published_at:
        told = _("It is archived already.") if campaign.archived_at else _(ONLY_DRAFT)
        return _nothing_to_do(campaign, told)
    return await _opened(request, db, viewer, campaign, ARCHIVE, ArchiveForm)


@post("/management/{campaign_id:int}/archive")
async def put_into_archive(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Archives a published campaign."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, ArchiveForm)

    async def put_away() -> str:
        await archive(db, viewer, campaign_id, form.values.archive_reason)
        return _("It is archived. It can be read, and takes nothing any more.")

    return await _sent(request, db, viewer, campaign, ARCHIVE, form, put_away)


def _nothing_to_do(campaign: Campaign, told: str) -> Response[Any]:
    return see_other(overview_of(campaign), told, done=False)


async def _opened(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    name: str,
    kind: type[Any],
    **usual: str,
) -> Response[bytes]:
    draft = await find_draft(db, viewer, form_key(name, campaign.id))
    form = restored(kind, draft, **usual)
    return await _form_page(request, db, viewer, campaign, name, form, from_draft=bool(draft))


async def _sent(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    name: str,
    form: Form[Any],
    deed: Callable[[], Awaitable[str]],
) -> Response[Any]:
    """Does it and goes to the overview; shows the form again where it is refused."""
    number, at = campaign.id, overview_of(campaign)
    if form.ok:
        async with form.attempt(db, FIELDS[name]):
            told = await deed()
            await discard_draft(db, viewer, form_key(name, number))
            return see_other(at, told)
    again = await find_managed(db, viewer, number)
    await db.refresh(again)
    return await _form_page(request, db, viewer, again, name, form)


async def _form_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    name: str,
    form: Form[Any],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "restored": from_draft,
        "draft_key": form_key(name, campaign.id),
        "zones": offered_zones(),
        "seen_by": seen_by(campaign.audience, organisation.name),
    }
    return page(request, viewer, f"campaigns/{name}.html", status=form.status, **context)


# The field of each form to which a refusal belongs that names none.
FIELDS = {PLAN: "publish_at", RETRACTION: "unpublish_reason", ARCHIVE: "archive_reason"}
ROUTES: list[ControllerRouterHandler] = [
    edit_plan,
    plan_it,
    edit_retraction,
    retract,
    edit_archive,
    put_into_archive,
]
