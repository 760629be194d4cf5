"""The home page, and the operator's own pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.i18n import _, as_markup
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.front.calls import calls_of
from ideahub.front.followed_news import followed_news
from ideahub.front.happenings import happenings_since
from ideahub.front.news import public_news, staff_news
from ideahub.front.own_pages import OWN_PAGES, own_page_html
from ideahub.front.own_roles import own_roles
from ideahub.front.visiting import since_last_visit
from ideahub.front.web.my_page import ROUTES as MY_PAGE
from ideahub.http.own_parts import OwnContext, OwnPart, OwnPlace, shared_viewer
from ideahub.http.pages import AnyRequest, page, render
from ideahub.http.shared_pages import shared_page
from ideahub.http.slots import Part, PartContext, Slots, fill_slots, part_context
from ideahub.ideas.stages import stage_choice
from ideahub.organisations.queries import PersonView


async def news_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The public news, and for staff what only they may see."""
    db, viewer = context.db, context.viewer
    return {
        "happenings": await public_news(db),
        "staff_happenings": await staff_news(db, viewer) if viewer.organisations else [],
        "rooms": [f"staff:{number}" for number in sorted(viewer.organisations)],
    }


async def own_on_home(context: PartContext, since: datetime) -> dict[str, Any]:
    """What others did with what is the viewer's and in what they follow, and how the calls that
    they manage are doing."""
    return {
        "happenings": await happenings_since(context.db, context.viewer, since),
        "followed": await followed_news(context.db, context.viewer, since),
        "calls": await calls_of(context.db, context.viewer),
    }


async def roles_on_account(context: PartContext, _person: PersonView) -> dict[str, Any]:
    """What the viewer is in single campaigns, and for single leaders."""
    return {"roles": await own_roles(context.db, context.viewer)}


PARTS = (
    Part(
        page="account",
        key="own_roles",
        find=roles_on_account,
        templates={"roles": "front/_roles_on_account.html"},
        queries=1,
    ),
    Part(
        page="own home",
        key="front",
        find=own_on_home,
        templates={"happened": "front/_own_happenings.html", "calls": "front/_calls.html"},
        queries=3,
    ),
    Part(
        page="home",
        key="news",
        find=news_on_home,
        templates={"pair": "front/_news.html"},
        queries=2,
    ),
)


# The own parts of the home page by the numbers of their places; found together, as all of them tell
# of the time since one was here.
NAME, SINCE, HAPPENED, WAITS, CALLS = range(1, 6)


async def _own_home(context: OwnContext, _places: Sequence[OwnPlace]) -> Mapping[int, Any]:
    """What the features show a person of their own, since they were here."""
    since = await since_last_visit(context.db, context.viewer, arrives=context.arrives)
    slots = await fill_slots(context, "own home", since.moment)
    return {
        NAME: context.viewer.name,
        SINCE: since,
        HAPPENED: _rows(slots, "happened"),
        WAITS: _rows(slots, "waits"),
        CALLS: _rows(slots, "calls"),
    }


def _rows(slots: Slots, slot: str) -> str:
    values = {"own": slots.data, "stage_choice": stage_choice}
    return "".join(render(template, **values) for template in slots.templates[slot]).strip()


def _own(key: str, values: Callable[[Any], Mapping[str, Any]]) -> OwnPart:
    template = f"front/_{key.replace(' ', '_')}.html"
    return OwnPart(
        key=key, template=template, find=_own_home, values=values, otherwise="", few=False
    )


OWN_PARTS = (
    _own("own name", lambda name: {"name": name}),
    _own("own since", lambda since: {"since": since}),
    *(
        _own(f"own {what}", lambda rows: {"rows": as_markup(rows)})
        for what in ("happened", "waits", "calls")
    ),
)


@get("/")
async def home(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The home page; each of its parts comes from the feature that it shows. Who is signed in sees
    first what concerns them."""
    seen_by = shared_viewer(viewer)
    slots = await fill_slots(part_context(request, db, seen_by), "home", None)
    own_room = (f"own:{seen_by.id}",) if viewer.signed_in else ()
    return await shared_page(
        request,
        db,
        seen_by,
        "front/own.html" if viewer.signed_in else "front/home.html",
        rooms=(*own_room, "home", *slots.rooms),
        changed_in=("home", "ideas", "campaigns", *slots.shown),
        stage_choice=stage_choice,
        **slots.context,
    )


@get([f"/{name}" for name in OWN_PAGES])
async def own_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Privacy, accessibility, imprint, contact: what the operator wrote, or that it is missing."""
    name = request.url.path.strip("/")
    config: Config = request.app.state.config
    return page(
        request,
        viewer,
        "front/own_page.html",
        changed_in=(),
        name=name,
        heading=_(OWN_PAGES[name]),
        text=await own_page_html(config, name),
    )


@get("/gallery")
async def gallery(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """All components on one page, for developers; raises NotFound outside development."""
    config: Config = request.app.state.config
    if not config.development:
        raise NotFound
    return page(request, viewer, "gallery.html")


ROUTES: list[ControllerRouterHandler] = [home, own_page, gallery, *MY_PAGE]
