"""Handlers for a person's own page: all that they gave here, and where each stands now."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.labels import kind_choice
from ideahub.core.viewer import Viewer
from ideahub.entries.queries import own_entries
from ideahub.entries.statuses import statuses_of
from ideahub.following.queries import count_followed
from ideahub.front.own_answers import own_answers
from ideahub.front.own_roles import own_roles
from ideahub.front.own_things import FEW, PAGE, own_builds, own_ideas, supported_ideas
from ideahub.front.standing import answer_words, next_of_build, next_of_idea, next_of_pledge
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.stages import stage_choice
from ideahub.judging.own_queue import HowFar, how_far
from ideahub.judging.queries import own_panels
from ideahub.organisations.labels import role_name
from ideahub.organisations.queries import find_grants
from ideahub.sponsorship.labels import state_words
from ideahub.sponsorship.queries import own_pledges

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# What the templates ask for words.
WORDS: dict[str, Any] = {
    "stage_choice": stage_choice,
    "kind_choice": kind_choice,
    "role_name": role_name,
    "state_words": state_words,
    "next_of_idea": next_of_idea,
    "next_of_build": next_of_build,
    "next_of_pledge": next_of_pledge,
    "answer_words": answer_words,
}


@get("/my-page")
async def my_page(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """What the viewer wrote, supports, entered, promised, holds and follows: a few of each."""
    viewer.must_sign_in()
    entries = await own_entries(db, viewer)
    shown = entries[:FEW]
    statuses = await statuses_of(db, viewer, shown)
    grants = await find_grants(db, viewer.person_id)
    panels = await own_panels(db, viewer)
    far = await how_far(db, viewer) if panels else {}
    return page(
        request,
        viewer,
        "front/my_page.html",
        rooms=(f"own:{viewer.id}",),
        ideas=await own_ideas(db, viewer),
        builds=await own_builds(db, viewer),
        support=await supported_ideas(db, viewer),
        entries=[(entry, statuses[entry.id]) for entry in shown],
        more_entries=len(entries) > FEW,
        pledges=await own_pledges(db, viewer),
        own_answers=await own_answers(db, viewer),
        panels=[(own, far.get(own.panel.id, HowFar())) for own in panels[:FEW]],
        # The row of a panel has a slot, which stays empty here.
        slots={"panel": ()},
        few=FEW,
        grants=[grant for grant in grants if grant.revoked_at is None],
        roles=await own_roles(db, viewer),
        followed=await count_followed(db, viewer),
        **WORDS,
    )


@get("/my-page/ideas")
async def all_ideas(
    request: AnyRequest, db: Db, viewer: CurrentViewer, before: FromQuery[str] = ""
) -> Response[Any]:
    """All ideas that the viewer wrote, by pages."""
    return await _all(request, db, viewer, "ideas", before)


@get("/my-page/builds")
async def all_builds(
    request: AnyRequest, db: Db, viewer: CurrentViewer, before: FromQuery[str] = ""
) -> Response[Any]:
    """All that the viewer added to ideas, by pages."""
    return await _all(request, db, viewer, "builds", before)


@get("/my-page/support")
async def all_support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, before: FromQuery[str] = ""
) -> Response[Any]:
    """All ideas that the viewer supports, by pages."""
    return await _all(request, db, viewer, "support", before)


FIND = {"ideas": own_ideas, "builds": own_builds, "support": supported_ideas}


async def _all(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, what: str, before: str
) -> Response[Any]:
    viewer.must_sign_in()
    start = number_in_query(before)
    return page(
        request,
        viewer,
        "front/my_list.html",
        rooms=(f"own:{viewer.id}",),
        what=what,
        found=await FIND[what](db, viewer, start, most=PAGE),
        later=start is not None,
        **WORDS,
    )


ROUTES: list[ControllerRouterHandler] = [my_page, all_ideas, all_builds, all_support]
