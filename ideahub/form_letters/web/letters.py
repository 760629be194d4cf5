"""Handlers for the page of letters with one text, and for setting one apart."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.form_letters.labels import who_sent
from ideahub.form_letters.queries import letters_of
from ideahub.form_letters.setting_apart import may_set_apart, set_apart
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing, text
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.differing import difference
from ideahub.ideas.queries import IdeaView, find_idea

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
DIFFERENCE = "/ideas/{idea_id:int}/letters/difference"


@dataclass
class ApartForm:
    """In what a letter differs from the others."""

    reason: str = text(lengths.REASON, required=True)


@get("/ideas/{idea_id:int}/letters")
async def show_letters(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The letters with nearly the same text as an idea, and how many people sent them."""
    place = number_in_query(after)
    found = await letters_of(db, viewer, idea_id, place)
    return page(
        request,
        viewer,
        "form_letters/letters.html",
        rooms=(f"letters:{found.stands.id}",),
        changed_in=found.stands.rooms,
        found=found,
        later=place is not None,
        who_sent=who_sent,
    )


@get(DIFFERENCE)
async def show_difference(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """What differs between a letter and the one that stands for all; for managers and moderators
    with the form that sets it apart."""
    idea, stands = await _pair(db, viewer, idea_id)
    draft = await find_draft(db, viewer, _key(idea)) if viewer.signed_in else None
    return await _page(request, viewer, idea, stands, restored(ApartForm, draft), bool(draft))


@post(DIFFERENCE)
async def set_letter_apart(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Sets a letter apart, and goes to it."""
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, ApartForm)
    say_what_is_missing(form, reason=_("Say in what it differs: this is shown beside it."))
    if form.ok:
        async with form.attempt(db, "reason"):
            await set_apart(db, viewer, idea, form.values.reason)
            await discard_draft(db, viewer, _key(idea))
            return see_other(idea.url, _("It is counted by itself now."))
    _idea, stands = await _pair(db, viewer, idea_id)
    return await _page(request, viewer, idea, stands, form)


async def _pair(db: AsyncSession, viewer: Viewer, idea_id: int) -> tuple[IdeaView, IdeaView]:
    idea = await find_idea(db, viewer, idea_id)
    if idea.letter_of is None:
        raise NotFound
    return idea, await find_idea(db, viewer, idea.letter_of)


def _key(idea: IdeaView) -> str:
    return f"letter-{idea.id}"


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    idea: IdeaView,
    stands: IdeaView,
    form: Form[ApartForm],
    from_draft: bool = False,
) -> Response[bytes]:
    texts = [(one.title, one.body, one.why) for one in (stands, idea)]
    return page(
        request,
        viewer,
        "form_letters/difference.html",
        status=form.status,
        idea=idea,
        stands=stands,
        diff=await difference(*texts),
        form=form if may_set_apart(viewer, idea) else None,
        draft_key=_key(idea),
        restored=from_draft,
    )


ROUTES: list[ControllerRouterHandler] = [show_letters, show_difference, set_letter_apart]
