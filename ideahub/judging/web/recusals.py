"""Handlers for stepping back from an entry."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.labels import conflict_choices
from ideahub.judging.queries import OwnAssignment, OwnPanel, find_own_assignment
from ideahub.judging.recusing import recuse
from ideahub.judging.web.forms import RecusalForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/assignments/{assignment_id:int}/recusal")
async def ask(
    request: AnyRequest, db: Db, viewer: CurrentViewer, assignment_id: FromPath[int]
) -> Response[bytes]:
    """The form for stepping back."""
    own, assignment = await find_own_assignment(db, viewer, assignment_id)
    form = restored(RecusalForm, await find_draft(db, viewer, _key(assignment)))
    return _page(request, viewer, own, assignment, form)


@post("/assignments/{assignment_id:int}/recusal")
async def step_back(
    request: AnyRequest, db: Db, viewer: CurrentViewer, assignment_id: FromPath[int]
) -> Response[Any]:
    """Steps back, and goes to the queue."""
    own, assignment = await find_own_assignment(db, viewer, assignment_id)
    form = await read_form(request, RecusalForm)
    say_what_is_missing(
        form,
        category=_("Choose what kind of conflict it is."),
        reason=_("Say why. Only those who run the challenge read it."),
    )
    if form.ok and form.values.category:
        async with form.attempt(db, "category"):
            await recuse(db, viewer, assignment, form.values.category, form.values.reason)
    if not form.ok:
        return _page(request, viewer, own, assignment, form)
    await discard_draft(db, viewer, _key(assignment))
    done = _("You stepped back from this entry. What you had scored is sealed and does not count.")
    return go_to(request, f"/judging/{own.panel.id}", done)


def _key(assignment: OwnAssignment) -> str:
    return f"recusal-{assignment.id}"


def _page(
    request: AnyRequest,
    viewer: Viewer,
    own: OwnPanel,
    assignment: OwnAssignment,
    form: Form[RecusalForm],
) -> Response[bytes]:
    if not assignment.stands:
        raise NotFound
    return page(
        request,
        viewer,
        "judging/recusal.html",
        status=form.status,
        own=own,
        panel=own.panel,
        assignment=assignment,
        form=form,
        draft_key=_key(assignment),
        choices=conflict_choices(),
    )


ROUTES: list[ControllerRouterHandler] = [ask, step_back]
