"""Handlers for the page of a contribution with its replies, and for replying."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.contributing import reply
from ideahub.conversation.queries import (
    conversation_controls,
    find_contribution,
    thread_of,
    why_closed,
)
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.standing import place_of
from ideahub.conversation.web.forms import ReplyForm
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, read_form
from ideahub.http.pages import AnyRequest, is_htmx, page, partial, see_other
from ideahub.ideas.queries import IdeaView, is_author

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
    viewer.must_sign_in()
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    return await _thread_page(request, db, viewer, idea, contribution, form=blank(ReplyForm))


@get("/contributions/{contribution_id:int}/replies/form")
async def open_reply_here(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[bytes]:
    """The form for a reply, as a part of the idea's page below the contribution."""
    viewer.must_sign_in()
    contribution, _idea = await find_contribution(db, viewer, contribution_id)
    return partial(
        "conversation/_reply_form.html",
        contribution=contribution,
        reply_form=blank(ReplyForm),
        here=True,
    )


@post("/contributions/{contribution_id:int}/replies")
async def send_reply(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[Any]:
    """Adds a reply; the form again where it cannot be used."""
    viewer.must_sign_in()
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    form = await read_form(request, ReplyForm)
    if form.ok:
        await reply(db, viewer, idea, contribution, form.values.body)
        if is_htmx(request):
            return partial("conversation/_replied.html", contribution=contribution)
        return see_other(await place_of(db, contribution), _("Your reply is posted."))
    if is_htmx(request):
        return partial(
            "conversation/_reply_form.html",
            status=form.status,
            contribution=contribution,
            reply_form=form,
            here=True,
        )
    return await _thread_page(request, db, viewer, idea, contribution, form=form)


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
    thread, mine, earlier = await thread_of(db, viewer, contribution, before=before)
    closed = await why_closed(db, idea)
    # The page has the form already, so it needs no control that opens one.
    can = conversation_controls(viewer, idea, closed) - {"build"}
    if idea.is_listed and await is_author(db, viewer, idea):
        can |= {"adopt"}
    return page(
        request,
        viewer,
        "conversation/one.html",
        status=form.status if form else 200,
        rooms=(f"idea:{idea.id}",),
        idea=idea,
        contribution=thread,
        place=await place_of(db, thread),
        mine=mine,
        earlier=thread.replies[0].id if earlier else None,
        later=before is not None,
        closed=closed,
        reply_form=form if form or not viewer.signed_in or closed else blank(ReplyForm),
        can=" ".join(sorted(can)),
    )


ROUTES: list[ControllerRouterHandler] = [
    read_one,
    open_reply,
    open_reply_here,
    send_reply,
]
