"""All wiring, and only here: routes, rooms, what is shown after which deed, refusal → status."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.types import ASGIApp, ControllerRouterHandler

from ideahub.accounts import live as accounts_live
from ideahub.accounts import routes as accounts_routes
from ideahub.accounts.limits import forget_attempts
from ideahub.accounts.recognising import forget_old_browsers
from ideahub.campaigns import live as campaigns_live
from ideahub.campaigns import routes as campaigns_routes
from ideahub.campaigns.running import announce_phases
from ideahub.clock import Tick, run_clock
from ideahub.config import Config
from ideahub.conversation import live as conversation_live
from ideahub.conversation import routes as conversation_routes
from ideahub.conversation.finding import idea_part as conversation_idea_part
from ideahub.db import Database
from ideahub.demo import routes as demo_routes
from ideahub.events import Event, Kind
from ideahub.explaining import refusal_handlers
from ideahub.front import live as front_live
from ideahub.front import routes as front_routes
from ideahub.guard import Guard
from ideahub.ideas import live as ideas_live
from ideahub.ideas import routes as ideas_routes
from ideahub.ideas.recounting import count_old_revisions
from ideahub.ideas.showing import CardPart, IdeaPart, ideas_on_campaign
from ideahub.ideas.tallying import put_tallies_together
from ideahub.pipeline import live as pipeline_live
from ideahub.pipeline import routes as pipeline_routes
from ideahub.pipeline.finding import card_part as pipeline_card_part
from ideahub.pipeline.finding import idea_part as pipeline_idea_part
from ideahub.realtime.hub import Deed, Hub, Show
from ideahub.realtime.rooms import Rooms
from ideahub.realtime.routes import Room, live
from ideahub.receiving import MOST_BYTES
from ideahub.requests import check_form_token, provide_db, provide_viewer
from ideahub.sponsorship import live as sponsorship_live
from ideahub.sponsorship import routes as sponsorship_routes
from ideahub.sponsorship.finding import card_part as sponsorship_card_part
from ideahub.sponsorship.finding import idea_part as sponsorship_idea_part
from ideahub.sponsorship.pledging import lapse_pledges

LIVE = (
    accounts_live,
    campaigns_live,
    ideas_live,
    conversation_live,
    sponsorship_live,
    pipeline_live,
    front_live,
)
ROUTES: list[ControllerRouterHandler] = [
    live,
    *front_routes.ROUTES,
    *accounts_routes.ROUTES,
    *campaigns_routes.ROUTES,
    *ideas_routes.ROUTES,
    *conversation_routes.ROUTES,
    *sponsorship_routes.ROUTES,
    *pipeline_routes.ROUTES,
]
# What higher features add to the pages of lower ones.
IDEA_PARTS: tuple[IdeaPart, ...] = (
    conversation_idea_part,
    sponsorship_idea_part,
    pipeline_idea_part,
)
CARD_PARTS: dict[str, CardPart] = {
    "pledges_by_idea": sponsorship_card_part,
    "needs_by_idea": pipeline_card_part,
}
CAMPAIGN_PARTS = (ideas_on_campaign(CARD_PARTS),)
TICKS: tuple[Tick, ...] = (
    announce_phases,
    lapse_pledges,
    put_tallies_together,
    count_old_revisions,
)
SELDOM: tuple[Tick, ...] = (forget_attempts, forget_old_browsers)


def shows() -> dict[Kind, list[Show]]:
    """Kind of deed → what the rooms are shown after it."""
    together: dict[Kind, list[Show]] = defaultdict(list)
    for feature in LIVE:
        for kind, some in feature.SHOWS.items():
            together[kind].extend(some)
    return dict(together)


def rooms() -> dict[str, Room]:
    """Name of a room → the finding function that opens its page."""
    return {name: room for feature in LIVE for name, room in feature.ROOMS.items()}


def _close_session(open_rooms: Rooms, event: Event) -> None:
    if event.subject_id is not None:
        open_rooms.close_session(event.subject_id)


def _close_person(open_rooms: Rooms, event: Event) -> None:
    if event.subject_id is not None:
        open_rooms.close_person(event.subject_id)


def _close_idea(open_rooms: Rooms, event: Event) -> None:
    open_rooms.close_room(f"idea:{event.idea_id}")


# What a deed does to open sockets themselves: whoever may no longer listen is shut out.
ACTS: dict[Kind, Deed] = {
    Kind.SESSION_ENDED: _close_session,
    Kind.ROLE_GRANTED: _close_person,
    Kind.ROLE_REVOKED: _close_person,
    Kind.IDEA_HIDDEN: _close_idea,
    Kind.IDEA_WITHDRAWN: _close_idea,
}

Background = Callable[[Litestar], Sequence[Awaitable[None]]]


def create_app(
    config: Config, database: Database, *, background: bool = True, debug: bool = False
) -> Litestar:
    """The application over an open database. `background` runs the listener and the clock."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        hub: Hub = app.state.hub
        tasks = [
            asyncio.create_task(work)
            for work in ((hub.run(), run_clock(database, TICKS, SELDOM)) if background else ())
        ]
        try:
            yield
        finally:
            hub.rooms.close_all()
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    app = Litestar(
        route_handlers=[*ROUTES, *(demo_routes.ROUTES if config.demo else [])],
        dependencies={"db": Provide(provide_db), "viewer": Provide(provide_viewer)},
        before_request=check_form_token,
        exception_handlers=refusal_handlers(),
        lifespan=[lifespan],
        compression_config=CompressionConfig(
            backend="gzip",
            gzip_compress_level=1,
            minimum_size=1_000,
            exclude=["^/static", "^/attachments/"],
        ),
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=debug,
    )
    app.state.config = config
    app.state.database = database
    app.state.hub = Hub(database, shows(), acts=ACTS)
    app.state.rooms = rooms()
    app.state.idea_parts = IDEA_PARTS
    app.state.card_parts = CARD_PARTS
    app.state.campaign_parts = CAMPAIGN_PARTS
    return app


def guarded(app: Litestar, config: Config) -> ASGIApp:
    """The application behind the guard: what a server serves."""
    own_address = config.public_url if config.demo or config.development else None
    return Guard(app, secure=config.secure, own_address=own_address)
