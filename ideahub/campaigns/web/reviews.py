"""Handlers for the review of a draft before it is published."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.cards import card_of
from ideahub.campaigns.lacking import by_section, lacks_of
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.publication_history import publication_history
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.review_changes import changed_since_review
from ideahub.campaigns.review_queue import waiting_reviews
from ideahub.campaigns.review_state import ReviewState, review_now
from ideahub.campaigns.reviewing import approve, ask_for_edits, ask_for_review
from ideahub.campaigns.web.publication import check_page
from ideahub.campaigns.web.publication_pages import (
    ReviewAnswerForm,
    decision_values,
    form_key,
)
from ideahub.campaigns.web.schedule import schedule_context
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden, Invalid
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, button_form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.slots import fill_slots, part_context
from ideahub.organisations.models import Organisation, Person

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/reviews")
async def reviews(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """The drafts that wait for the viewer's answer as an admin."""
    viewer.must_sign_in()
    if not viewer.is_admin:
        raise Forbidden(_("Only admins review drafts."))
    waiting = await waiting_reviews(db, viewer)
    return page(request, viewer, "campaigns/reviews.html", rooms=("reviews",), waiting=waiting)


@get("/management/{campaign_id:int}/review")
async def review(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The draft as it will look, with the record of its reviews; for admins with the answer."""
    campaign = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, form_key("decision", campaign.id))
    # What was typed stays; what is approved is what this page shows.
    form = restored(ReviewAnswerForm, (draft or {}) | await decision_values(db, campaign))
    return await _review_page(request, db, viewer, campaign, form, from_draft=bool(draft))


@post("/management/{campaign_id:int}/review")
async def ask(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Sends the draft to review; where something is missing, shows the last step again."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    pressed = button_form()
    async with pressed.attempt(db, "publication"):
        await ask_for_review(db, viewer, campaign)
        return see_other(
            f"/management/{campaign.id}",
            _("It is sent to review. You see here what the admin answers."),
        )
    return await check_page(
        request, db, viewer, campaign, status=pressed.status, refusal=pressed.error("publication")
    )


@post("/management/{campaign_id:int}/review/decision")
async def decide(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Approves the draft or asks for edits, as the pressed button says."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, ReviewAnswerForm)
    if form.ok:
        async with form.attempt(db, "decision"):
            told = await _answer(db, viewer, campaign, form, sent_form(request).get("do", ""))
            await discard_draft(db, viewer, form_key("decision", campaign.id))
            return see_other(f"/management/{campaign.id}/review", told)
    # The page shows what is stored, so whoever answers again has seen it.
    form.typed = {**form.typed, **await decision_values(db, campaign)}
    return await _review_page(request, db, viewer, campaign, form)


async def _answer(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, form: Form[ReviewAnswerForm], deed: str
) -> str:
    if deed == "approval":
        await approve(db, viewer, campaign, seen=form.values.seen)
        if campaign.published_at:
            return _("You approved it, and it is published.")
        return _("You approved it. It is published at the planned time.")
    if deed == "edits":
        await ask_for_edits(db, viewer, campaign, form.values.reason)
        return _("You asked for edits. Whoever sent it is told.")
    raise Invalid(_("Choose one of the options."))


async def _review_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[ReviewAnswerForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    now = await review_now(db, campaign)
    slots = await fill_slots(part_context(request, db, viewer), "campaign review", campaign)
    phases = await phases_now(db, campaign.id)
    lacks = await lacks_of(db, campaign, phases)
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    asked_by = await db.get(Person, now.latest.asked_by) if now.latest else None
    context: dict[str, Any] = {
        "form": form,
        "campaign": campaign,
        "card": await card_of(db, campaign.id),
        "review": now,
        "ReviewState": ReviewState,
        "asked_by": asked_by,
        "organisation": organisation.name,
        "decides": viewer.holds(Role.ADMIN, campaign.organisation_id),
        "history": await publication_history(db, campaign.id),
        "since": None if campaign.published_at else await changed_since_review(db, campaign),
        "lack_sections": by_section(lacks.needed, phases),
        "later_sections": by_section(lacks.later, phases),
        "draft_key": form_key("decision", campaign.id),
        "restored": from_draft,
        "later": seen_by(campaign.audience, organisation.name),
        **schedule_context(phases),
        **slots.context,
    }
    rooms = (f"campaign:{campaign.id}", *slots.rooms)
    return page(
        request, viewer, "campaigns/review.html", status=form.status, rooms=rooms, **context
    )


ROUTES: list[ControllerRouterHandler] = [reviews, review, ask, decide]
