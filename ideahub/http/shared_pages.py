"""Pages that are rendered once for everyone who is signed in and sees the same.

A handler that finds what its page shows for a `shared_viewer` finds nothing of one person; what is
a viewer's own is put in afterwards, see own_parts.py. So the rendered page can be kept for others,
see serving_shared.py.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from litestar import Response
from litestar.types import Scope
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.languages import language
from ideahub.core.viewer import SharedViewer, Sight, Viewer
from ideahub.http.own_parts import (
    OwnContext,
    OwnPart,
    OwnPlace,
    PlacesInPage,
    own_context,
)
from ideahub.http.pages import (
    PERSON_MENU,
    AnyRequest,
    answer_with,
    page,
    render,
    shell,
    theme_of,
)
from ideahub.http.shared_texts import SharedText

# In a request's state: the page that it was answered with, where others may be shown it, too.
SHARED = "shared_page"

# In all languages together; each takes 2 kB.
MOST_MENUS = 1_000
Key = tuple[str, bytes, str, str, Sight]


@dataclass(frozen=True, slots=True)
class SharedPage:
    """A page with places for own parts. `key` is what it depends on; `rooms` are those whose deeds
    change it; to the people who are `apart` it is shown otherwise."""

    key: Key
    rooms: frozenset[str]
    text: SharedText
    apart: frozenset[int]

    @property
    def size(self) -> int:
        """About how many bytes it takes, with what is kept ready to send."""
        return 4 * self.text.length


def key_of(scope: Scope, theme: str, viewer: Viewer) -> Key:
    """What a shared page depends on: its address, the language of the request, the theme, and what
    the viewer may see."""
    return scope["path"], scope["query_string"], language(), theme, viewer.sight


async def shared_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    template: str,
    /,
    *,
    status: int = 200,
    rooms: tuple[str, ...] = (),
    changed_in: Iterable[str] | None = None,
    apart: Collection[int] = (),
    **context: Any,
) -> Response[bytes]:
    """A whole page, as `page` makes it, whose template has own parts.

    `viewer` is the one for whom the context was found. Where that is a `shared_viewer`, the page
    may be kept for all who have their sight, but for those `apart`.
    """
    if not viewer.signed_in:
        # To strangers everything is as to everybody else.
        return page(
            request, viewer, template, status=status, rooms=rooms, changed_in=changed_in, **context
        )
    places = PlacesInPage(request.app.state.own_parts)
    around = shell(request, viewer, rooms, places("menu"))
    rendered = render(template, **around, own_part=places, **context)
    text = SharedText(rendered, places.found, viewer.cursor)
    may_be_kept = isinstance(viewer, SharedViewer) and status == 200 and not around["notice"]
    if may_be_kept and changed_in is not None:
        state: dict[str, Any] = request.scope["state"]
        key = key_of(request.scope, theme_of(request), viewer)
        state[SHARED] = SharedPage(key, frozenset(changed_in), text, frozenset(apart))
    asking = own_context(db, request.state.viewer, request.app.state.parts, request.scope)
    filled = await text.filled(asking)
    return answer_with(request, filled.raw, filled.etag, status)


class MenuViewer(NamedTuple):
    """What a person's menu shows of them."""

    id: int | None
    name: str
    is_staff: bool
    can_lead: bool
    can_manage: bool
    can_moderate: bool
    is_admin: bool
    judges: bool
    session_ends: datetime | None
    signed_in: bool = True


async def _whose_menu(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, MenuViewer]:
    fields = (getattr(context.viewer, name) for name in MenuViewer._fields)
    whose = MenuViewer(*fields)
    return {place.number: whose for place in places}


class Menu(OwnPart):
    """The menu of somebody who is signed in: the same on every page, so the last texts are kept."""

    def text(self, state: MenuViewer, given: Mapping[str, Any]) -> str:
        """What stands in the place of the menu."""
        return _menu(state, language())


@lru_cache(MOST_MENUS)
def _menu(viewer: MenuViewer, _language: str) -> str:
    return render(PERSON_MENU, viewer=viewer)


MENU = Menu(
    key="menu",
    template=PERSON_MENU,
    find=_whose_menu,
    values=lambda viewer: {"viewer": viewer},
    few=False,
)
