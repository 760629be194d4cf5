"""Handlers for adding to an idea, and supporting it, without one's own name."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.labels import kind_choices
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import contribution_for_room, why_closed
from ideahub.conversation.web.forms import check_remedy
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.holding import waits_for_moderators
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.safe_space.finding import SpaceStanding, VoiceStanding, find_space, find_voice
from ideahub.safe_space.listing import speakable
from ideahub.safe_space.said import supporting
from ideahub.safe_space.speaking import say, support
from ideahub.safe_space.web.forms import SayForm, VoteForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ON_IDEA = "/ideas/{idea_id:int}/safe-space"


@get(ON_IDEA)
async def open_saying(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """The page with the form, and the support of those for whom the viewer speaks."""
    idea, standing = await _find(db, viewer, idea_id)
    draft = await find_draft(db, viewer, _key(idea.id))
    form = restored(SayForm, draft, kind=ContributionKind.BUILD)
    return await _page(request, db, viewer, idea, standing, form, from_draft=bool(draft))


@post(ON_IDEA)
async def send_saying(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Adds a contribution under the chosen name; the form again where it is refused."""
    idea, standing = await _find(db, viewer, idea_id)
    form = await read_form(request, SayForm)
    check_remedy(form)
    number = None
    if form.ok:
        number = await _say(db, viewer, idea, form)
    if number is None:
        return await _page(request, db, viewer, idea, standing, form)
    await discard_draft(db, viewer, _key(idea.id))
    if await contribution_for_room(db, number) is None:
        return see_other(f"{idea.url}#conversation", waits_for_moderators(), done=False)
    return see_other(f"{idea.url}#contribution-{number}", _("Added, without your name."))


@post(ON_IDEA + "/support")
async def send_support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Supports the idea for somebody for whom the viewer speaks."""
    return await _vote(request, db, viewer, idea_id, more=True)


@post(ON_IDEA + "/support/withdrawal")
async def withdraw_support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Takes that support back."""
    return await _vote(request, db, viewer, idea_id, more=False)


async def _vote(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, idea_id: int, *, more: bool
) -> Response[Any]:
    idea, _standing = await _find(db, viewer, idea_id)
    form = await read_form(request, VoteForm)
    found = await _chosen(db, viewer, form.values.voice)
    await support(db, viewer, found, idea, more=more)
    said = _("Their support is counted.") if more else _("Their support is taken back.")
    return see_other(f"/ideas/{idea.id}/safe-space", said)


async def _say(db: AsyncSession, viewer: Viewer, idea: IdeaView, form: Form[SayForm]) -> int | None:
    values = form.values
    async with form.attempt(db, "body"):
        found = await _chosen(db, viewer, values.voice)
        return await say(
            db,
            viewer,
            found,
            idea,
            values.kind,
            values.body,
            values.remedy,
            from_experience=values.from_experience,
        )
    return None


async def _chosen(db: AsyncSession, viewer: Viewer, number: str) -> VoiceStanding:
    if not number.isdecimal():
        raise Invalid(_("Choose under which name it is said."), field="voice")
    return await find_voice(db, viewer, int(number))


async def _find(db: AsyncSession, viewer: Viewer, idea_id: int) -> tuple[IdeaView, SpaceStanding]:
    idea = await find_idea(db, viewer, idea_id)
    return idea, await find_space(db, viewer, idea.campaign_id)


def _key(idea_id: int) -> str:
    return f"safe-space-said-{idea_id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    standing: SpaceStanding,
    form: Form[SayForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    voices = await speakable(db, viewer, standing)
    others = [voice for voice in voices if voice.is_spoken_for]
    return page(
        request,
        viewer,
        "safe_space/say.html",
        status=form.status,
        rooms=idea.rooms,
        idea=idea,
        standing=standing,
        voices=voices,
        others=others,
        supporting=await supporting(db, idea.id, others),
        form=form,
        restored=from_draft,
        draft_key=_key(idea.id),
        kinds=kind_choices(),
        closed=await why_closed(db, idea),
    )


ROUTES: list[ControllerRouterHandler] = [
    open_saying,
    send_saying,
    send_support,
    withdraw_support,
]
