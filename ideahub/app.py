"""Puts the features of features.py together into one application."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp, ControllerRouterHandler

from ideahub.accounts.editing import choose_language
from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.known_viewers import KnownViewers
from ideahub.core.clock import Tick, run_clock
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import RECORDED, Deed, Kind
from ideahub.core.kept_forms import forget_kept
from ideahub.core.limits import forget_attempts
from ideahub.core.mailing import Mailer
from ideahub.core.object_storage import ObjectStorage
from ideahub.core.outbox import forget_sent, run_outbox
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.features import FEATURES
from ideahub.http.accepting import tell_accepted
from ideahub.http.acting import mark_acted
from ideahub.http.compressing import Compress
from ideahub.http.cookies import session_cookie
from ideahub.http.current_copies import KeepCopiesCurrent
from ideahub.http.explaining import refusal_handlers
from ideahub.http.fresh_proofs import must_have_proved
from ideahub.http.guard import Guard
from ideahub.http.heads import HeadAsGet
from ideahub.http.kept_pages import KeptPage, KeptPages
from ideahub.http.negotiating import InLanguage
from ideahub.http.own_parts import OwnParts, show_as_to_others
from ideahub.http.pages import AnyRequest, environment
from ideahub.http.receiving import MOST_BYTES
from ideahub.http.requests import provide_db, provide_viewer, receive_deed
from ideahub.http.routes import ROUTES as EVERY_PAGE
from ideahub.http.serving_kept import ServeKept
from ideahub.http.serving_shared import ServeShared
from ideahub.http.shared_pages import MENU, SharedPage
from ideahub.http.slots import Parts, parts_by_page
from ideahub.ideas.ballot_box import BallotBox
from ideahub.realtime.admission import Room
from ideahub.realtime.hub import Act, Hub, Show
from ideahub.realtime.routes import live
from ideahub.server.health import ROUTES as HEALTH

TICKS: tuple[Tick, ...] = tuple(tick for feature in FEATURES for tick in feature.ticks)
SELDOM: tuple[Tick, ...] = (
    forget_attempts,
    forget_kept,
    forget_sent,
    *(tick for feature in FEATURES for tick in feature.seldom),
)
Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


async def receive(request: AnyRequest) -> None:
    """Reads what was sent, then asks for a proof where one is needed."""
    await receive_deed(request)
    await must_have_proved(request)


class LeanLitestar(Litestar):
    """Litestar without its plugins for pydantic and attrs: nothing here is made with these, and
    where another program has installed them, they would be loaded, with nine megabytes."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def routes(*, demo: bool) -> list[ControllerRouterHandler]:
    """All handlers: those of the features, with `demo` also those for the demo, and common ones."""
    found: list[ControllerRouterHandler] = [live, *EVERY_PAGE, *HEALTH]
    for feature in FEATURES:
        found += [*feature.routes, *(feature.demo_routes if demo else ())]
    return found


def shows() -> dict[Kind, list[Show]]:
    """Kind of event → the functions that render what it changed on open pages."""
    together: dict[Kind, list[Show]] = defaultdict(list)
    for feature in FEATURES:
        own = feature.shows() if callable(feature.shows) else feature.shows
        for kind, some in own.items():
            together[kind].extend(some)
    return dict(together)


def rooms() -> dict[str, Room]:
    """Name of a room → the function that checks whether a viewer may listen to it."""
    return {name: room for feature in FEATURES for name, room in feature.rooms.items()}


def changes() -> dict[Kind, Sequence[str]]:
    """Kind of a deed → the rooms open to everyone whose pages it changes."""
    together: dict[Kind, list[str]] = defaultdict(list)
    for feature in FEATURES:
        for kind, names in feature.changes.items():
            together[kind].extend(names)
    return dict(together)


def acts() -> dict[Kind, Sequence[Act]]:
    """Kind of event → the functions that close sockets after it."""
    together: dict[Kind, list[Act]] = defaultdict(list)
    for feature in FEATURES:
        for kind, act in feature.acts.items():
            together[kind].append(act)
    return dict(together)


def parts() -> Parts:
    """Name of a page → the parts that features show on it."""
    return parts_by_page(part for feature in FEATURES for part in feature.parts)


def own_parts() -> OwnParts:
    """What differs from viewer to viewer on shared pages, by its key."""
    found = (MENU, *(part for feature in FEATURES for part in feature.own_parts))
    return {part.key: part for part in found}


def hub_of(config: Config, database: Database) -> Hub:
    """The hub, woken by the bus where there is one; then the database's events go by it, too."""
    if not config.bus_url:
        return Hub(database, shows(), acts=acts())
    # Imported late: without a bus its library's six megabytes are not needed.
    from ideahub.realtime.redis_bus import RedisBus

    bus = RedisBus(config.bus_url)
    database.announce_by(bus)
    return Hub(database, shows(), acts=acts(), announcements=bus)


def create_app(
    config: Config, database: Database, *, background: bool = True, debug: bool = False
) -> Litestar:
    """The application on an open database. `background` runs the hub and the clock with it."""
    app = LeanLitestar(
        route_handlers=routes(demo=config.demo),
        dependencies={"db": Provide(provide_db), "viewer": Provide(provide_viewer)},
        before_request=receive,
        exception_handlers=refusal_handlers(),
        before_send=[tell_accepted, mark_acted],
        lifespan=[_lifespan(background=background)],
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=debug,
    )
    environment.auto_reload = config.development
    app.state.config = config
    app.state.database = database
    app.state.keep_language = choose_language
    keep_in_memory(app)
    app.state.ballot_box = BallotBox(database)
    app.state.site_keys = SiteKeys(config)
    database.serve(Site(config.public_url, config.language, config.timezone), app.state.site_keys)
    if config.files_url:
        database.keep_files_in(ObjectStorage(config.files_url))
    app.state.rooms = rooms()
    app.state.parts = parts()
    app.state.own_parts = own_parts()
    app.state.feeds = tuple(source for feature in FEATURES for source in feature.feeds)
    show_as_to_others(app.state.own_parts)
    app.state.after_sign_in = tuple(what for feature in FEATURES for what in feature.after_sign_in)
    return app


def keep_in_memory(app: Litestar) -> None:
    """Makes the hub, and what is kept in memory as long as the hub hears of no deed that changes
    it: pages and viewers. What this process itself does is known at once."""
    config, database = app.state.config, app.state.database
    changed = changes()
    pages, shared = KeptPages[KeptPage](changed), KeptPages[SharedPage](changed)
    hub = hub_of(config, database)
    find = partial(find_viewer, demo=config.demo)
    unused = partial(find, by_person=False)
    viewers = KnownViewers(find, hub.known_horizon, find_unused=unused)

    def heed(deeds: Sequence[Deed]) -> None:
        pages.heed(deeds)
        shared.heed(deeds)
        viewers.heed(deeds)

    def heed_own(info: Mapping[Any, Any]) -> None:
        deeds = info.get(RECORDED, ())
        pages.heed_own(deeds)
        shared.heed_own(deeds)
        viewers.heed(deeds)

    hub.heed = heed
    database.after_commit = heed_own
    app.state.hub = hub
    app.state.pages = pages
    app.state.shared_pages = shared
    app.state.find_viewer = viewers.find
    app.state.find_unused_viewer = viewers.find_unused
    app.state.remembered_viewer = viewers.remembered


def _lifespan(*, background: bool) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        hub: Hub = app.state.hub
        ballot_box: BallotBox = app.state.ballot_box
        work = _background_work(app) if background else ()
        tasks = [asyncio.create_task(running) for running in work]
        try:
            yield
        finally:
            hub.rooms.close_all()
            await ballot_box.finish()
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


def _background_work(app: Litestar) -> Sequence[Coroutine[Any, Any, None]]:
    hub: Hub = app.state.hub
    database: Database = app.state.database
    mailer = Mailer(app.state.config)
    own = (run(database) for feature in FEATURES for run in feature.runs)
    return hub.run(), run_clock(database, TICKS, SELDOM), run_outbox(database, mailer), *own


def guarded(app: Litestar, config: Config) -> ASGIApp:
    """The application as it is served: behind the guard and the choice of the language, and with
    an answer to HEAD."""
    only_here = config.demo or config.development
    is_current, cookie = app.state.hub.is_current, session_cookie(config)
    shared = ServeShared(app, app.state, is_current=is_current, session_cookie=cookie)
    kept = ServeKept(shared, app.state.pages, is_current=is_current, session_cookie=cookie)
    current = KeepCopiesCurrent(kept, anew=app, hear_all=app.state.hub.hear_all)
    guard = Guard(Compress(current), own_address=config.public_url, only_here=only_here)
    return HeadAsGet(InLanguage(guard, default=config.language))
