"""Handlers for the page on which an author adopts a build."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.adopting import Adoption, adopt, must_be_adoptable
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.standing import place_of
from ideahub.conversation.web.forms import AdoptForm
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form
from ideahub.http.pages import AnyRequest, go_to, page, partial, see_other
from ideahub.ideas.differing import Difference, difference
from ideahub.ideas.queries import IdeaView

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# Characters; a longer text is refused in any case, and comparing it would take long.
MOST_COMPARED = 25_000


@get("/contributions/{contribution_id:int}/adoption")
async def open_adopt(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    contribution_id: FromPath[int],
    start: FromQuery[str] = "",
) -> Response[Any]:
    """The page with the idea's text beside the build; with `start=added` the text has the build at
    its end already."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_be_adoptable(db, viewer, idea, contribution)
    if contribution.adopted_revision is not None:
        place = await place_of(db, contribution)
        return see_other(place, _("This build is part of the idea already."))
    return await _adopt_page(
        request, db, viewer, idea, contribution, _form_of(idea, contribution, start)
    )


@post("/contributions/{contribution_id:int}/adoption")
async def send_adopt(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[Any]:
    """Adopts the build, and goes to the idea; the page again where that is refused, or where the
    button for looking at the changes was pressed."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_be_adoptable(db, viewer, idea, contribution)
    form = await read_form(request, AdoptForm)
    if form.ok and not form.values.look:
        async with form.attempt(db):
            await adopt(db, viewer, idea, contribution, _adoption(form.values))
            return go_to(request, idea.url, _adopted(contribution))
    if form.status == Conflict.status:
        return await _overtaken(request, db, viewer, contribution, form)
    return await _adopt_page(request, db, viewer, idea, contribution, form)


@post("/contributions/{contribution_id:int}/adoption/changes")
async def changes(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[bytes]:
    """What the text in the form would change in the idea, as a part of the page."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_be_adoptable(db, viewer, idea, contribution)
    form = await read_form(request, AdoptForm)
    return partial("conversation/_changes.html", diff=await _changes(idea, form))


def _adopted(build: ContributionView) -> str:
    return _(
        "The build is part of the idea now, and %(name)s is named on it.", name=build.author_name
    )


async def _overtaken(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    contribution: ContributionView,
    form: Form[AdoptForm],
) -> Response[bytes]:
    # With the newest text, to compare what was typed with it.
    now, newest = await find_contribution(db, viewer, contribution.id)
    moved_on = now.adopted_revision is None
    return await _adopt_page(request, db, viewer, newest, now, form, moved_on=moved_on)


async def _adopt_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    contribution: ContributionView,
    form: Form[AdoptForm],
    *,
    moved_on: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "conversation/adopt.html",
        status=form.status,
        idea=idea,
        contribution=contribution,
        place=await place_of(db, contribution),
        form=form,
        moved_on=moved_on,
        diff=await _changes(idea, form),
    )


async def _changes(idea: IdeaView, form: Form[AdoptForm]) -> Difference | None:
    title, body, why = (str(form.value(name)) for name in ("title", "body", "why"))
    if max(map(len, (title, body, why))) > MOST_COMPARED:
        return None
    return await difference((idea.title, idea.body, idea.why), (title, body, why))


def _form_of(idea: IdeaView, contribution: ContributionView, start: str) -> Form[AdoptForm]:
    body = f"{idea.body}\n\n{contribution.body}" if start == "added" else idea.body
    return prefilled(
        AdoptForm(title=idea.title, body=body, why=idea.why, revision=str(idea.revision))
    )


def _adoption(values: AdoptForm) -> Adoption:
    return Adoption(
        title=values.title,
        body=values.body,
        why=values.why,
        note=values.note,
        from_revision=values.from_revision,
    )


ROUTES: list[ControllerRouterHandler] = [open_adopt, send_adopt, changes]
