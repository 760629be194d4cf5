"""Handlers for declaring conflicts of interest."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.query_numbers import number_in_query
from ideahub.judging.conflicts import declare_conflict, take_back_conflict
from ideahub.judging.declaring import declare_all
from ideahub.judging.entrants import Entrant, entrants_of, find_entrant
from ideahub.judging.hints import hint_labels
from ideahub.judging.labels import conflict_choices, conflict_labels
from ideahub.judging.queries import OwnPanel, find_own_panel
from ideahub.judging.web.forms import ConflictForm, DeclarationForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/judging/{panel_id:int}/conflicts")
async def show_entrants(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """Who entered, by name, with what the judge has declared about them; a page at a time."""
    own = await find_own_panel(db, viewer, panel_id)
    place = number_in_query(after)
    found = await entrants_of(db, viewer, own, place)
    return page(
        request,
        viewer,
        "judging/conflicts.html",
        rooms=(f"judges:{own.panel.campaign_id}",),
        own=own,
        panel=own.panel,
        found=found,
        later=place is not None,
        hints=hint_labels(),
        categories=conflict_labels(),
    )


@get("/judging/{panel_id:int}/conflicts/{person_id:int}")
async def show_entrant(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    person_id: FromPath[int],
) -> Response[bytes]:
    """The form for declaring a conflict with one of them."""
    own = await find_own_panel(db, viewer, panel_id)
    entrant = await find_entrant(db, viewer, own, person_id)
    draft = await find_draft(db, viewer, _key(entrant))
    form = restored(ConflictForm, draft, category=entrant.category, reason=entrant.reason)
    return _page(request, viewer, own, entrant, form)


@post("/judging/{panel_id:int}/conflicts/{person_id:int}")
async def declare(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    person_id: FromPath[int],
) -> Response[Any]:
    """Declares a conflict, and goes back to the list."""
    own = await find_own_panel(db, viewer, panel_id)
    entrant = await find_entrant(db, viewer, own, person_id)
    form = await read_form(request, ConflictForm)
    say_what_is_missing(form, category=_("Choose what kind of conflict it is."))
    if form.ok and form.values.category:
        category, reason = form.values.category, form.values.reason
        async with form.attempt(db, "category"):
            await declare_conflict(db, viewer, own, entrant.id, category, reason)
    if not form.ok:
        return _page(request, viewer, own, entrant, form)
    await discard_draft(db, viewer, _key(entrant))
    done = _("Noted. You will be given no entry that %(name)s is behind.", name=entrant.name)
    return go_to(request, f"/judging/{own.panel.id}/conflicts#person-{entrant.id}", done)


@post("/judging/{panel_id:int}/conflicts/{person_id:int}/removal")
async def take_back(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    person_id: FromPath[int],
) -> Response[Any]:
    """Takes back what was declared about one of them."""
    own = await find_own_panel(db, viewer, panel_id)
    await take_back_conflict(db, viewer, own, person_id)
    done = _("Taken back: you have declared no conflict with them.")
    return go_to(request, f"/judging/{own.panel.id}/conflicts#person-{person_id}", done)


@post("/judging/{panel_id:int}/declaration")
async def finish(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[Any]:
    """Says that all conflicts with those shown are declared. Once nobody is left, entries open."""
    own = await find_own_panel(db, viewer, panel_id)
    form = await read_form(request, DeclarationForm)
    shown = [int(one) for one in form.values.shown if one.isdecimal()]
    await declare_all(db, viewer, own, shown, goes_on=bool(form.values.goes_on))
    if form.values.goes_on:
        return go_to(request, f"/judging/{own.panel.id}/conflicts", _("Noted. Here are the next."))
    return go_to(request, f"/judging/{own.panel.id}", _("Thank you. Your declaration is recorded."))


def _key(entrant: Entrant) -> str:
    return f"conflict-{entrant.id}"


def _page(
    request: AnyRequest,
    viewer: Viewer,
    own: OwnPanel,
    entrant: Entrant,
    form: Form[ConflictForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "judging/conflict.html",
        status=form.status,
        own=own,
        panel=own.panel,
        entrant=entrant,
        form=form,
        draft_key=_key(entrant),
        hints=hint_labels(),
        choices=conflict_choices(),
    )


ROUTES: list[ControllerRouterHandler] = [show_entrants, show_entrant, declare, take_back, finish]
