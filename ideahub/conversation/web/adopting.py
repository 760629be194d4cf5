"""Handlers for the page on which an author adopts a build."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.adopting import Adoption, adopt, must_be_adoptable
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.rows import ContributionView
from ideahub.conversation.standing import place_of
from ideahub.conversation.web.forms import AdoptForm
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.holding import change_waits_for_moderators
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.text.cleaning import clean_text
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, restored
from ideahub.http.overtaken import MOST_COMPARED
from ideahub.http.pages import AnyRequest, go_to, page, partial, see_other
from ideahub.http.requests import BY_ITSELF
from ideahub.ideas.differing import Difference, difference
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.submitting import WAITS
from ideahub.ideas.web.comparing import Overtaken, compare, put_together

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/contributions/{contribution_id:int}/adoption")
async def open_adopt(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    contribution_id: FromPath[int],
) -> Response[Any]:
    """The page with the idea's text beside the build, and with the viewer's draft."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_be_adoptable(db, viewer, idea, contribution)
    if contribution.adopted_revision is not None:
        place = await place_of(db, contribution)
        return see_other(place, _("This build is part of the idea already."))
    draft = await find_draft(db, viewer, _draft_key(contribution))
    form = restored(AdoptForm, draft) if draft else _form_of(idea)
    return await _adopt_page(request, db, viewer, idea, contribution, form, from_draft=bool(draft))


@post("/contributions/{contribution_id:int}/adoption")
async def send_adopt(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[Any]:
    """Adopts the build, and goes to the idea; the page again where that is refused, or where the
    button for looking at the changes was pressed."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_be_adoptable(db, viewer, idea, contribution)
    form = await read_form(request, AdoptForm)
    if form.values.put:
        moved = _with_build(form, contribution)
        return await _adopt_page(request, db, viewer, idea, contribution, moved)
    if form.values.join:
        form, both = await put_together(db, idea, form, form.values.written_on)
        return await _adopt_page(request, db, viewer, idea, contribution, form, overtaken=both)
    if form.ok and not form.values.look:
        async with form.attempt(db):
            revision = await adopt(db, viewer, idea, contribution, _adoption(form.values))
            await discard_draft(db, viewer, _draft_key(contribution))
            waits = change_waits_for_moderators() if revision == WAITS else ""
            return go_to(request, idea.url, waits or _adopted(idea, contribution))
    if form.status == Conflict.status:
        return await _overtaken(request, db, viewer, contribution, form)
    return await _adopt_page(request, db, viewer, idea, contribution, form)


@post("/contributions/{contribution_id:int}/adoption/changes", opt=BY_ITSELF)
async def changes(
    request: AnyRequest, db: Db, viewer: CurrentViewer, contribution_id: FromPath[int]
) -> Response[bytes]:
    """What the text in the form would change in the idea, as a part of the page."""
    contribution, idea = await find_contribution(db, viewer, contribution_id)
    await must_be_adoptable(db, viewer, idea, contribution)
    form = await read_form(request, AdoptForm)
    return partial("conversation/_changes.html", diff=await _changes(idea, form))


def _draft_key(build: ContributionView) -> str:
    return f"adoption-{build.id}"


def _adopted(idea: IdeaView, build: ContributionView) -> str:
    return _(
        "The build is part of the idea now, and %(name)s is named on it. %(seen_by)s",
        name=build.author_name,
        seen_by=idea.seen_by,
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
    both = None
    if now.adopted_revision is None:
        both = await compare(db, newest, form, form.values.written_on)
    return await _adopt_page(request, db, viewer, newest, now, form, overtaken=both)


async def _adopt_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    contribution: ContributionView,
    form: Form[AdoptForm],
    *,
    overtaken: Overtaken | None = None,
    from_draft: bool = False,
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
        overtaken=overtaken,
        restored=from_draft,
        is_put_in=_is_put_in(form, contribution),
        diff=await _changes(idea, form),
    )


async def _changes(idea: IdeaView, form: Form[AdoptForm]) -> Difference | None:
    title, body, why = (str(form.value(name)) for name in ("title", "body", "why"))
    if max(map(len, (title, body, why))) > MOST_COMPARED:
        return None
    return await difference((idea.title, idea.body, idea.why), (title, body, why))


def _is_put_in(form: Form[AdoptForm], build: ContributionView) -> bool:
    return clean_text(form.value("body")).endswith(clean_text(build.body))


def _with_build(form: Form[AdoptForm], build: ContributionView) -> Form[AdoptForm]:
    """The form with the build at the end of what was typed, or without it there again; nothing
    else that was typed changes, and nothing is an error yet."""
    body = str(form.value("body"))
    if form.values.put == "in":
        body = f"{body.rstrip()}\n\n{build.body}".lstrip()
    elif _is_put_in(form, build):
        body = clean_text(body).removesuffix(clean_text(build.body)).rstrip()
    return Form(form.values, {**form.typed, "body": body}, {})


def _form_of(idea: IdeaView) -> Form[AdoptForm]:
    return prefilled(
        AdoptForm(title=idea.title, body=idea.body, why=idea.why, revision=str(idea.revision))
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
