"""Handlers for the page of a contribution with its replies, and for replying."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_sign_in_for
from ideahub.conversation.contributing import reply
from ideahub.conversation.queries import (
    contribution_for_room,
    conversation_controls,
    find_contribution,
    thread_of,
    why_closed,
)
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.standing import place_of
from ideahub.conversation.web.forms import ReplyForm
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.holding import waits_for_moderators
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, is_htmx, partial, see_other
from ideahub.http.shared_pages import shared_page
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.web.idea_page import idea_rooms

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/contributions/{contribution_id:int}")
async def read_one(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    contribution_id: FromPath[int],
    before: FromQuery[int | None] = None,
) -> Response[bytes]:
    """The page of a contribution with its replies."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    return await _thread_page(request, db, viewer, idea, contribution, before=before)


@get("/contributions/{contribution_id:int}/replies/new")
async def open_reply(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[bytes]:
    """The same page with an empty form for a reply."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_sign_in_for(db, viewer, idea.campaign_id, Accepts.CONTRIBUTIONS)
    form = await _begun(db, viewer, contribution)
    return await _thread_page(request, db, viewer, idea, contribution, form=form)


@get("/contributions/{contribution_id:int}/replies/form")
async def open_reply_here(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[bytes]:
    """The form for a reply, as a part of the idea's page below the contribution."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_sign_in_for(db, viewer, idea.campaign_id, Accepts.CONTRIBUTIONS)
    form = await _begun(db, viewer, contribution)
    return _form_part(viewer, idea, contribution, form)


@post("/contributions/{contribution_id:int}/replies")
async def send_reply(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[Any]:
    """Adds a reply; the form again where it cannot be used."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_sign_in_for(db, viewer, idea.campaign_id, Accepts.CONTRIBUTIONS)
    form = await read_form(request, ReplyForm)
    if form.ok:
        made = await reply(db, viewer, idea, contribution, form.values.body)
        await discard_draft(db, viewer, _draft_key(contribution))
        own = await contribution_for_room(db, made)
        waits = "" if own else waits_for_moderators()
        if is_htmx(request):
            return partial("conversation/_replied.html", idea=idea, contribution=own, waits=waits)
        place = await place_of(db, contribution)
        if waits:
            return see_other(place, waits, done=False)
        return see_other(place, _("Your reply is posted. %(seen_by)s", seen_by=idea.seen_by))
    if is_htmx(request):
        return _form_part(viewer, idea, contribution, form)
    return await _thread_page(request, db, viewer, idea, contribution, form=form)


def _draft_key(contribution: ContributionView) -> str:
    # A reply to a reply is one to what that answers.
    return f"reply-{contribution.parent_id or contribution.id}"


async def _begun(
    db: AsyncSession, viewer: Viewer, contribution: ContributionView
) -> Form[ReplyForm]:
    return restored(ReplyForm, await find_draft(db, viewer, _draft_key(contribution)))


def _form_part(
    viewer: Viewer, idea: IdeaView, contribution: ContributionView, form: Form[ReplyForm]
) -> Response[bytes]:
    return partial(
        "conversation/_reply_form.html",
        status=form.status,
        viewer=viewer,
        idea=idea,
        contribution=contribution,
        reply_form=form,
        here=True,
    )


async def _thread_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    contribution: ContributionView,
    *,
    form: Form[ReplyForm] | None = None,
    before: int | None = None,
) -> Response[bytes]:
    thread, earlier = await thread_of(db, contribution, before=before)
    closed = await why_closed(db, idea)
    # The page has the form already, so it needs no control that opens one.
    can = conversation_controls(viewer, idea, closed) - {"build"}
    may_write = viewer.signed_in and not closed
    if idea.is_listed and await is_author(db, viewer, idea):
        can |= {"adopt"}
    return await shared_page(
        request,
        db,
        viewer,
        "conversation/one.html",
        status=form.status if form else 200,
        rooms=idea_rooms(viewer, idea),
        changed_in=idea.rooms,
        idea=idea,
        contribution=thread,
        place=await place_of(db, thread),
        earlier=thread.replies[0].id if earlier else None,
        later=before is not None,
        closed=closed,
        reply_form=await _begun(db, viewer, contribution) if may_write and not form else form,
        writes=form is not None,
        can=" ".join(sorted(can)),
    )


ROUTES: list[ControllerRouterHandler] = [
    read_one,
    open_reply,
    open_reply_here,
    send_reply,
]
