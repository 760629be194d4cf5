"""Handlers for the list and pages of ideas, and for withdrawing them."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.choosing import with_ideas
from ideahub.campaigns.queries import find_campaign
from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.database_faults import is_too_slow
from ideahub.core.db import Database
from ideahub.core.heavy_reads import heavy_read
from ideahub.core.i18n import _
from ideahub.core.refusals import Busy
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Viewer
from ideahub.http.own_parts import shared_viewer
from ideahub.http.pages import AnyRequest, go_to, partial
from ideahub.http.query_numbers import number_in_query
from ideahub.http.requests import viewer_now, with_viewer
from ideahub.http.shared_pages import shared_page
from ideahub.http.slots import Slots, fill_slots, part_context
from ideahub.ideas.browsing import (
    IdeaCardPage,
    IdeaFilters,
    IdeaOrder,
    browse_ideas,
    popular_tags,
)
from ideahub.ideas.labels import order_choices
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import find_idea
from ideahub.ideas.searching import SimilarIdea, similar_ideas
from ideahub.ideas.stages import stage_choice
from ideahub.ideas.submitting import withdraw_idea
from ideahub.ideas.web.card_lists import card_list, card_rooms, shown_rooms
from ideahub.ideas.web.idea_page import idea_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# How long a search may take, and how long a request waits for others that search.
SEARCH_SECONDS, SEARCH_PATIENCE = 3.0, 2.0
# Short, as these are suggestions only.
SIMILAR_SECONDS, SIMILAR_PATIENCE = 0.5, 0.3


async def provide_search(request: AnyRequest) -> AsyncIterator[AsyncSession]:
    """The session for a list; for a search that of `heavy_read`, of which few run at once."""
    database: Database = request.app.state.database
    if not request.query_params.get("q", "").strip():
        async with with_viewer(request, database.reading()) as session:
            yield session
        return
    # Found first, in a session of its own: finding the viewer may write, and the search's
    # transaction is rolled back.
    request.state.viewer = await viewer_now(request)
    async with heavy_read(database, seconds=SEARCH_SECONDS, patience=SEARCH_PATIENCE) as session:
        yield session


@get("/ideas", dependencies={"db": Provide(provide_search)})
async def browse(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    order: FromQuery[str] = "",
    q: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    stage: FromQuery[str] = "",
    within: FromQuery[str] = "",
    by: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The list of ideas, ordered and filtered by the query."""
    filters = _filters(order, clean_line(q), tag, stage, within, by)
    # Ideas by somebody are listed for their author with those under another name.
    seen_by = viewer if filters.author_id else shared_viewer(viewer)
    within_id = filters.campaign_id
    campaign = await find_campaign(db, seen_by, within_id) if within_id else None
    found = await browse_ideas(db, seen_by, filters, after)
    return await shared_page(
        request,
        db,
        seen_by,
        "ideas/index.html",
        rooms=card_rooms(found.cards),
        # What people search for is seldom searched for twice.
        changed_in=None if filters.words else ("ideas", *shown_rooms(found.cards)),
        filters=filters,
        own=filters.author_id is not None and viewer.is_person(filters.author_id),
        after=after,
        **_found(found),
        **await _controls(request, db, seen_by, filters.tag),
        campaign=campaign,
        tags=await popular_tags(db, seen_by, within_id),
        places=await with_ideas(db, seen_by),
        orders=order_choices(bool(filters.words)),
        all_stages=[stage_choice(each_stage) for each_stage in Stage],
        **await card_list(request, db, seen_by, found.cards),
    )


async def _controls(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, tag: str
) -> dict[str, Any]:
    """What other features show above a list of the ideas with one tag."""
    if not tag:
        return Slots().context
    context = part_context(request, db, viewer)
    return (await fill_slots(context, "ideas with a tag", tag)).context


def _found(found: IdeaCardPage) -> dict[str, Any]:
    return {
        "next_after": found.after,
        "asked": found.asked,
        "matches": found.matches,
        "or_more": found.or_more,
        "newest_only": found.newest_only,
        "looked_through": found.looked_through,
    }


def _filters(order: str, words: str, tag: str, stage: str, within: str, by: str) -> IdeaFilters:
    return IdeaFilters(
        order=_order(order, words),
        words=words,
        tag=tag[:40],
        stage=Stage(stage) if stage in set(Stage) else None,
        campaign_id=number_in_query(within),
        author_id=number_in_query(by),
    )


def _order(order: str, words: str) -> IdeaOrder:
    wanted = (
        IdeaOrder(order)
        if order in set(IdeaOrder)
        else (IdeaOrder.MATCH if words else IdeaOrder.NEWEST)
    )
    return IdeaOrder.NEWEST if wanted is IdeaOrder.MATCH and not words else wanted


@get("/ideas/similar")
async def similar(
    request: AnyRequest, title: FromQuery[str] = "", but_not: FromQuery[int | None] = None
) -> Response[bytes]:
    """Ideas like the title that is being typed; none where the search takes too long or too many
    others search."""
    found: list[SimilarIdea] = []
    try:
        found = await _similar(request, title[:200], but_not)
    except (Busy, QueueTimeout):
        pass
    except DBAPIError as fault:
        if not is_too_slow(fault):
            raise
    return partial("ideas/_similar.html", similar=found, stage_choice=stage_choice)


async def _similar(request: AnyRequest, title: str, but_not: int | None) -> list[SimilarIdea]:
    viewer = await viewer_now(request)
    database: Database = request.app.state.database
    async with heavy_read(database, seconds=SIMILAR_SECONDS, patience=SIMILAR_PATIENCE) as db:
        return await similar_ideas(db, viewer, title, but_not=but_not)


@get("/ideas/{idea_id:int}")
async def show(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """The page of an idea."""
    return await idea_page(request, db, viewer, await find_idea(db, viewer, idea_id))


@post("/ideas/{idea_id:int}/withdrawal")
async def withdraw(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Withdraws an idea, and goes to the list."""
    await withdraw_idea(db, viewer, await find_idea(db, viewer, idea_id))
    return go_to(request, "/ideas", _("Your idea is withdrawn. Only you can still see it."))


ROUTES: list[ControllerRouterHandler] = [
    browse,
    similar,
    show,
    withdraw,
]
