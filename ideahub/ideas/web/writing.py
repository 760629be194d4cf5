"""Handlers for writing a new idea and for changing one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.choosing import OpenCampaign, open_for_ideas
from ideahub.campaigns.models import Audience
from ideahub.campaigns.phases import accepted_now
from ideahub.campaigns.queries import find_campaign, must_sign_in_to_post
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.holding import change_waits_for_moderators, waits_for_moderators
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, choice, line, prefilled, read_form, restored, separated, text
from ideahub.http.overtaken import opened_field
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.slots import part_context
from ideahub.ideas.labels import innovation_choices
from ideahub.ideas.models import Idea, InnovationType
from ideahub.ideas.queries import IdeaView, find_idea, is_author
from ideahub.ideas.submitting import WAITS, IdeaText, post_idea, revise_idea
from ideahub.ideas.tagging import typed_tags
from ideahub.ideas.taking_new import must_take_new
from ideahub.ideas.web.comparing import Overtaken, compare, idea_opened_on, put_together
from ideahub.ideas.web.places import places_for

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
MOST_POSTED, MOST_REVISED = 30, 60
PER = timedelta(minutes=10)
# A page listens to few rooms.
MOST_INTERNAL = 6
# The name of the form for a new idea among drafts, whichever way one comes to it.
NEW = "idea-new"


@dataclass
class IdeaForm:
    """The form of an idea, new or changed; `join` is the button that puts one's own text and the
    newest one together without saving them."""

    campaign_id: str = line(20)
    title: str = line(lengths.TITLE, required=True)
    body: str = text(required=True)
    why: str = text()
    tags: list[str] = separated(typed_tags, 400)
    innovation_type: InnovationType | None = choice(InnovationType)
    pseudonym: str = line(lengths.PSEUDONYM)
    revision: str = line(20)
    note: str = line(lengths.NOTE)
    join: str = line(10)
    joined_from: str = line(20)
    opened: str = opened_field()

    @property
    def from_revision(self) -> int:
        """The revision that the form was opened on; 0 where it does not say."""
        return int(self.revision) if self.revision.isdecimal() else 0

    @property
    def written_on(self) -> int:
        """The revision that the text was written on; a newer one was seen beside it since."""
        return int(self.joined_from) if self.joined_from.isdecimal() else self.from_revision

    @property
    def written(self) -> IdeaText:
        """The fields as the rules take them."""
        return IdeaText(
            title=self.title,
            body=self.body,
            why=self.why,
            tags=self.tags,
            innovation_type=self.innovation_type,
            pseudonym=self.pseudonym,
        )


@get("/ideas/new")
async def new_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, within: FromQuery[int | None] = None
) -> Response[bytes]:
    """The page for a new idea, with the viewer's draft; for a stranger who has chosen no place yet
    the places that are open to everyone, so that nobody signs in for nothing."""
    if not viewer.signed_in and within is None:
        places = await open_for_ideas(db, viewer)
        return page(request, viewer, "ideas/where.html", rooms=_rooms(places), places=places)
    await must_sign_in_to_post(db, viewer, within)
    draft = await find_draft(db, viewer, NEW)
    # Where somebody comes from a challenge, the idea belongs there, whatever the draft was for.
    chosen = {"campaign_id": str(within)} if within else {}
    form = restored(IdeaForm, {**(draft or {}), **chosen})
    return await _form_page(request, db, viewer, form, from_draft=bool(draft), within=within)


@post("/ideas/new")
async def send_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, within: FromQuery[int | None] = None
) -> Response[Any]:
    """Posts a new idea and goes to its page; the form again where it is refused."""
    await must_sign_in_to_post(db, viewer, within)
    form = await read_form(request, IdeaForm)
    if not form.values.campaign_id.isdecimal():
        form.errors.setdefault("campaign_id", _("Choose where your idea belongs."))
    idea = await _post(db, viewer, form) if form.ok else None
    if idea is None:
        return await _form_page(request, db, viewer, form, within=within)
    await discard_draft(db, viewer, NEW)
    posted = await find_idea(db, viewer, idea.id)
    if not posted.is_listed:
        return go_to(request, posted.url, waits_for_moderators(), done=False)
    done = _(
        "Your idea is posted. %(seen_by)s You can add a picture or a PDF to it.",
        seen_by=posted.seen_by,
    )
    return go_to(request, posted.url, done)


async def _post(db: AsyncSession, viewer: Viewer, form: Form[IdeaForm]) -> Idea | None:
    campaign = await find_campaign(db, viewer, int(form.values.campaign_id))
    async with form.attempt(db, "campaign_id"):
        await limit(db, attempt_key("post", str(viewer.person_id)), MOST_POSTED, PER)
        return await post_idea(db, viewer, campaign, form.values.written)
    return None


@get("/ideas/{idea_id:int}/revision")
async def edit(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """The page for changing an idea, with the viewer's draft."""
    idea = await _own_idea(db, viewer, idea_id)
    draft = await find_draft(db, viewer, f"idea-edit-{idea.id}")
    form = restored(IdeaForm, draft) if draft else _opened(idea)
    overtaken = None
    if form.values.from_revision not in {0, idea.revision}:
        overtaken = await compare(db, idea, form, form.values.written_on)
    return await _form_page(
        request, db, viewer, form, from_draft=bool(draft), idea=idea, overtaken=overtaken
    )


@post("/ideas/{idea_id:int}/revision")
async def send_edit(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Saves a new revision and goes to the idea; the form again where it is refused."""
    idea = await _own_idea(db, viewer, idea_id)
    form = await read_form(request, IdeaForm)
    seen = form.values.from_revision
    if form.values.join:
        form, both = await put_together(db, idea, form, form.values.written_on)
        return await _form_page(request, db, viewer, form, idea=idea, overtaken=both)
    now = await _revise(db, viewer, idea, form) if form.ok else None
    if now is None:
        return await _again(request, db, viewer, idea, form)
    await discard_draft(db, viewer, f"idea-edit-{idea.id}")
    if now == WAITS:
        return go_to(request, idea.url, change_waits_for_moderators())
    if now == seen:
        unchanged = _("Nothing was changed, so there is no new revision.")
        return go_to(request, idea.url, unchanged, done=False)
    done = _(
        "Saved as a new revision. The earlier text stays readable. %(seen_by)s",
        seen_by=idea.seen_by,
    )
    return go_to(request, idea.url, done)


async def _revise(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, form: Form[IdeaForm]
) -> int | None:
    values = form.values
    async with form.attempt(db, "body"):
        await limit(db, attempt_key("revise", str(viewer.person_id)), MOST_REVISED, PER)
        return await revise_idea(
            db, viewer, idea, values.written, from_revision=values.from_revision, note=values.note
        )
    return None


async def _again(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, idea: IdeaView, form: Form[IdeaForm]
) -> Response[bytes]:
    """The form with its errors; where somebody else has changed the text since it was opened,
    beside that text, as it is by now."""
    newest = await find_idea(db, viewer, idea.id)
    seen = form.values.from_revision
    if form.status != Conflict.status or newest.revision == seen:
        return await _form_page(request, db, viewer, form, idea=idea)
    both = await compare(db, newest, form, form.values.written_on)
    return await _form_page(request, db, viewer, form, idea=newest, overtaken=both)


async def _own_idea(db: AsyncSession, viewer: Viewer, idea_id: int) -> IdeaView:
    viewer.must_sign_in()
    idea = await find_idea(db, viewer, idea_id)
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can change it."))
    must_take_new(idea)
    return idea


def _opened(idea: IdeaView) -> Form[IdeaForm]:
    form = prefilled(_form_of(idea))
    return Form(form.values, {**form.typed, "opened": idea_opened_on(form)}, {})


def _form_of(idea: IdeaView) -> IdeaForm:
    return IdeaForm(
        campaign_id=str(idea.campaign_id),
        title=idea.title,
        body=idea.body,
        why=idea.why,
        tags=list(idea.tags),
        innovation_type=idea.innovation_type,
        revision=str(idea.revision),
    )


async def _form_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    form: Form[IdeaForm],
    *,
    from_draft: bool = False,
    idea: IdeaView | None = None,
    within: int | None = None,
    overtaken: Overtaken | None = None,
) -> Response[bytes]:
    about_places = await places_for(part_context(request, db, viewer), idea, within)
    return page(
        request,
        viewer,
        "ideas/form.html",
        status=form.status,
        rooms=idea.rooms if idea else _rooms(about_places["places"]),
        form=form,
        restored=from_draft,
        idea=idea,
        overtaken=overtaken,
        within=within,
        draft_key=f"idea-edit-{idea.id}" if idea else NEW,
        accepts=await accepted_now(db, idea.campaign_id) if idea else frozenset(),
        innovation_types=innovation_choices(),
        **about_places,
    )


def _rooms(places: Sequence[OpenCampaign]) -> tuple[str, ...]:
    # All public ones are heard of in one room; an internal one has its own.
    internal = [place.id for place in places if place.audience == Audience.INTERNAL]
    return ("campaigns", *(f"phases:{campaign_id}" for campaign_id in internal[:MOST_INTERNAL]))


ROUTES: list[ControllerRouterHandler] = [new_idea, send_idea, edit, send_edit]
