"""Handlers for setting up a campaign step by step, and for publishing it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import managed_cards
from ideahub.campaigns.changed_meanwhile import changed_meanwhile, step_fingerprint
from ideahub.campaigns.checking import WizardStep, steps_of
from ideahub.campaigns.discarding import (
    KEPT,
    discard_campaign,
    discarded_drafts,
    restore_campaign,
)
from ideahub.campaigns.drafting import write_campaign
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed, lock_campaign
from ideahub.campaigns.web.publication import check_page
from ideahub.campaigns.web.starting import must_manage
from ideahub.campaigns.web.wizard_forms import (
    FORMS,
    WhyForm,
    field_names,
    storable_values,
    stored_form,
)
from ideahub.campaigns.web.wizard_pages import (
    draft_key,
    in_words,
    next_step,
    saved,
    sent_fingerprint,
    wizard_page,
)
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.overtaken import compare, put_together
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management")
async def manage(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """The list of the campaigns that the viewer manages, with drafts."""
    must_manage(viewer)
    return page(
        request,
        viewer,
        "campaigns/manage.html",
        cards=await managed_cards(db, viewer),
        discarded=await discarded_drafts(db, viewer),
        days=KEPT.days,
    )


@get("/management/{campaign_id:int}/{step:str}")
async def edit_step(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    step: FromPath[str],
) -> Response[Any]:
    """The page of one step, with what is stored."""
    campaign = await find_managed(db, viewer, campaign_id)
    if step == WizardStep.CHECK:
        return await check_page(request, db, viewer, campaign)
    kind = _text_step(campaign, step)
    form, seen = stored_form(campaign, kind), step_fingerprint(campaign, field_names(kind))
    if draft := await find_draft(db, viewer, draft_key(campaign, step)):
        # It was written on what was stored then: a change since is noticed when it is saved.
        form, seen = restored(kind, draft), str(draft.get("seen", ""))
    why = restored(WhyForm, draft)
    shown: dict[str, Any] = {"form": form, "why": why, "seen": seen, "restored": bool(draft)}
    return await wizard_page(request, db, viewer, campaign, step, **shown)


@post("/management/{campaign_id:int}/{step:str}")
async def save_step(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    step: FromPath[str],
) -> Response[Any]:
    """Saves a step, complete or not; shows it again where something cannot be stored, or somebody
    else changed it meanwhile."""
    campaign = await find_managed(db, viewer, campaign_id)
    form: Form[Any] = await read_form(request, _text_step(campaign, step))
    deed = sent_form(request).get("do", "save")
    if deed == "join":
        return await _join(request, db, viewer, campaign, step, form)
    why = await read_form(request, WhyForm)
    form.errors |= why.errors
    seen, newer = await _keep(db, viewer, campaign, form, why, sent_fingerprint(request))
    if newer or not form.ok:
        forms = form, why
        return await _again(request, db, viewer, campaign, step, *forms, seen=seen, newer=newer)
    await discard_draft(db, viewer, draft_key(campaign, step))
    to = next_step(campaign, step) if deed == "next" else step
    return see_other(f"/management/{campaign.id}/{to}", await saved(db, campaign))


@post("/management/{campaign_id:int}/removal")
async def discard(db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]) -> Response[Any]:
    """Discards a draft, and redirects to the list, where it can be put back."""
    await discard_campaign(db, viewer, campaign_id)
    return see_other("/management#discarded", _("The draft is thrown away. You can put it back."))


@post("/management/{campaign_id:int}/restoration")
async def restore(db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]) -> Response[Any]:
    """Puts a discarded draft back, and redirects to its first step."""
    await restore_campaign(db, viewer, campaign_id)
    return see_other(f"/management/{campaign_id}/basics", _("The draft is back, as it was."))


async def _again(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    step: str,
    form: Form[Any],
    why: Form[WhyForm],
    *,
    seen: str,
    newer: list[str],
) -> Response[bytes]:
    """The step with its errors; where somebody else changed it meanwhile, with both texts."""
    shown: dict[str, Any] = {"form": form, "why": why, "seen": seen}
    now = stored_form(campaign, type(form.values))
    if newer:
        shown["overtaken"] = await compare(form, now, field_names(type(form.values)), in_words)
    else:
        # What could be stored is stored, and is what the next change begins with.
        form.typed = {**form.typed, "opened": now.typed["opened"]}
    status = Conflict.status if newer else form.status
    return await wizard_page(request, db, viewer, campaign, step, status=status, **shown)


async def _join(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    step: str,
    form: Form[Any],
) -> Response[bytes]:
    """The step with what others changed put into what was typed; nothing is saved."""
    kind = type(form.values)
    names, now = field_names(kind), stored_form(campaign, kind)
    form, overtaken = await put_together(form, now, names, in_words)
    seen = step_fingerprint(campaign, names)
    why = await read_form(request, WhyForm)
    shown: dict[str, Any] = {"form": form, "why": why, "overtaken": overtaken, "seen": seen}
    return await wizard_page(request, db, viewer, campaign, step, **shown)


async def _keep(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[Any],
    why: Form[WhyForm],
    seen: str,
) -> tuple[str, list[str]]:
    """Stores the values that can be stored, unless somebody else changed the step meanwhile.

    Returns the fingerprint of what the sender has seen then, and the fields that were changed.
    """
    values = storable_values(form)
    html = await markdown_html(values.get("description", ""))
    await lock_campaign(db, campaign)
    if campaign.published_at and not form.ok:
        return seen, []
    names = field_names(type(form.values))
    if newer := changed_meanwhile(campaign, names, values, seen):
        # The page shows what is stored, so the sender has seen it then.
        return step_fingerprint(campaign, names), newer
    async with form.attempt(db):
        if await write_campaign(db, viewer, campaign, values, html, reason=why.values.reason):
            return step_fingerprint(campaign, names), []
    return seen, []


def _text_step(campaign: Campaign, step: str) -> type[Any]:
    if step not in FORMS or step not in steps_of(campaign.kind):
        raise NotFound
    return FORMS[step]


ROUTES: list[ControllerRouterHandler] = [
    manage,
    edit_step,
    save_step,
    discard,
    restore,
]
