"""Handlers for reading and adding contributions, thanking for them, and withdrawing them."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_sign_in_for
from ideahub.conversation.contributing import contribute
from ideahub.conversation.labels import kind_choices
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import (
    OwnDeed,
    contribution_for_room,
    conversation_controls,
    conversation_on,
    draft_key,
    find_contribution,
    find_own_contribution,
)
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.standing import place_of
from ideahub.conversation.suggesting import Suggestion, sounds_like_refusal
from ideahub.conversation.thanking import thank
from ideahub.conversation.web.forms import ContributeForm, as_kind, check_remedy, from_draft
from ideahub.conversation.web.writing import writing_page
from ideahub.conversation.withdrawing import withdraw
from ideahub.core.drafts import discard_draft
from ideahub.core.holding import waits_for_moderators
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form
from ideahub.http.pages import AnyRequest, is_htmx, partial, see_other
from ideahub.http.requests import BY_ITSELF
from ideahub.http.shared_pages import shared_page
from ideahub.ideas.queries import IdeaView, find_idea, is_author
from ideahub.ideas.web.idea_page import idea_rooms

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/contributions")
async def read_all(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    kind: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[bytes]:
    """The page of an idea's contributions, all or of one kind."""
    idea = await find_idea(db, viewer, idea_id)
    chosen = ContributionKind(kind) if kind in set(ContributionKind) else None
    conversation = await conversation_on(db, idea, kind=chosen, before=before)
    can = conversation_controls(viewer, idea, conversation.closed)
    if idea.is_listed and await is_author(db, viewer, idea):
        can |= {"adopt"}
    return await shared_page(
        request,
        db,
        viewer,
        "conversation/all.html",
        rooms=idea_rooms(viewer, idea),
        changed_in=idea.rooms,
        idea=idea,
        conversation=conversation,
        kinds=kind_choices(),
        can=" ".join(sorted(can)),
    )


@post("/ideas/{idea_id:int}/contributions")
async def send(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Adds a contribution; the form again where it is refused, and once with a suggestion where
    the text begins like a refusal."""
    idea = await find_idea(db, viewer, idea_id)
    await must_sign_in_for(db, viewer, idea.campaign_id, Accepts.CONTRIBUTIONS)
    form = await read_form(request, ContributeForm)
    check_remedy(form)
    values = form.values
    if values.turn_into:
        return await _again(request, db, viewer, idea, as_kind(form, values.turn_into))
    if form.ok and not values.seen:
        suggestion = sounds_like_refusal(values.body, values.kind, values.remedy)
        if suggestion:
            return await _again(request, db, viewer, idea, form, suggestion)
    if form.ok:
        async with form.attempt(db):
            made = await contribute(db, viewer, idea, values.kind, values.body, values.remedy)
    if not form.ok:
        return await _again(request, db, viewer, idea, form)
    await discard_draft(db, viewer, draft_key(idea.id))
    return await _answer_posted(request, db, viewer, idea, made)


async def _answer_posted(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, idea: IdeaView, made: int
) -> Response[Any]:
    own = await contribution_for_room(db, made)
    if is_htmx(request):
        return _form_part(viewer, idea, from_draft(None), contribution=own, waits=own is None)
    if own is None:
        return see_other(f"{idea.url}#conversation", waits_for_moderators(), done=False)
    return see_other(
        f"{idea.url}#contribution-{made}", _("Thank you. %(seen_by)s", seen_by=idea.seen_by)
    )


async def _again(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[ContributeForm],
    suggestion: Suggestion | None = None,
) -> Response[bytes]:
    # Not `form.status`: without errors too, the text was not posted.
    status = form.refused_with
    if is_htmx(request):
        return _form_part(viewer, idea, form, suggestion=suggestion, status=status)
    return await writing_page(request, db, viewer, idea, form, suggestion=suggestion, status=status)


def _form_part(
    viewer: Viewer,
    idea: IdeaView,
    form: Form[ContributeForm],
    *,
    suggestion: Suggestion | None = None,
    contribution: ContributionView | None = None,
    waits: bool = False,
    status: int = 200,
) -> Response[bytes]:
    return partial(
        "conversation/_form_answer.html",
        status=status,
        viewer=viewer,
        idea=idea,
        contribute_form=form,
        contribute_restored=False,
        suggestion=suggestion,
        kinds=kind_choices(),
        contribution=contribution,
        waits=waits_for_moderators() if waits else "",
    )


@post("/contributions/suggestion", opt=BY_ITSELF)
async def suggest(request: AnyRequest, viewer: CurrentViewer) -> Response[bytes]:
    """The suggestion for a text that is being typed, if any, as a part of the page."""
    viewer.must_sign_in()
    form = await read_form(request, ContributeForm)
    kind = ContributionKind(form.typed["kind"]) if "kind" not in form.errors else None
    suggestion = sounds_like_refusal(form.value("body"), kind, form.value("remedy"))
    return partial(
        "conversation/_suggestion.html",
        suggestion=suggestion,
        kinds=kind_choices(),
        stopped=False,
    )


@post("/contributions/{contribution_id:int}/thanks")
async def say_thanks(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[Any]:
    """Adds the viewer's thanks; answers with the new button or the idea's page."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await thank(db, viewer, idea, contribution)
    if not is_htmx(request):
        return see_other(await place_of(db, contribution), _("Your thanks are counted."))
    return partial("conversation/_own.html", contribution=contribution, deed=OwnDeed.THANKED)


@post("/contributions/{contribution_id:int}/withdrawal")
async def take_back(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[Any]:
    """Withdraws the viewer's own contribution; answers with a notice or the idea's page."""
    contribution, idea = await find_own_contribution(db, viewer, contribution_id)
    await withdraw(db, viewer, idea, contribution)
    if not is_htmx(request):
        return see_other(f"{idea.url}#conversation", _("You took it back."))
    return partial("conversation/_taken_back.html", idea=idea)


ROUTES: list[ControllerRouterHandler] = [
    read_all,
    send,
    suggest,
    say_thanks,
    take_back,
]
