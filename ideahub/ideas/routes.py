"""Browsing, posting, reading, changing and supporting ideas."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.drafting import discard_draft, find_draft
from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.choosing import open_for_ideas, with_ideas
from ideahub.campaigns.finding import find_campaign
from ideahub.forms import Form, choice, fill, line, prefilled, read_form, text
from ideahub.i18n import _
from ideahub.ideas.attachment_routes import ATTACHMENT_ROUTES
from ideahub.ideas.browsing import Filters, Order, browse_ideas, popular_tags
from ideahub.ideas.finding import IdeaFound, find_idea, is_author
from ideahub.ideas.history_routes import HISTORY_ROUTES
from ideahub.ideas.models import InnovationType, Stage
from ideahub.ideas.searching import similar_ideas
from ideahub.ideas.showing import card_context, card_rooms, idea_page
from ideahub.ideas.stages import stage_choice
from ideahub.ideas.submitting import IdeaText, post_idea, revise_idea, withdraw_idea
from ideahub.ideas.voting import vote, withdraw_vote
from ideahub.ideas.wording import innovation_choices, order_choices
from ideahub.pages import AnyRequest, go_to, is_htmx, page, partial, see_other
from ideahub.refusals import Conflict, Forbidden

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Viewer]


@dataclass
class IdeaForm:
    """The form of an idea, new or changed."""

    campaign_id: str = line(20)
    title: str = line(160, required=True)
    body: str = text(required=True)
    why: str = text()
    tags: str = line(400)
    innovation_type: InnovationType | None = choice(InnovationType)
    pseudonym: str = line(60)
    revision: str = line(20)
    note: str = line(300)

    @property
    def written(self) -> IdeaText:
        """What the rules take."""
        return IdeaText(
            title=self.title,
            body=self.body,
            why=self.why,
            tags=self.tags.split(","),
            innovation_type=self.innovation_type,
            pseudonym=self.pseudonym,
        )


@get("/ideas")
async def browse(
    request: AnyRequest,
    db: Db,
    viewer: Who,
    order: FromQuery[str] = "",
    q: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    stage: FromQuery[str] = "",
    within: FromQuery[str] = "",
    by: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The list of ideas."""
    words = q.strip()[:200]
    filters = Filters(
        order=_order(order, words),
        words=words,
        tag=tag[:40],
        stage=Stage(stage) if stage in set(Stage) else None,
        campaign_id=_number(within),
        author_id=_number(by),
    )
    within_id = filters.campaign_id
    campaign = await find_campaign(db, viewer, within_id) if within_id else None
    found = await browse_ideas(db, viewer, filters, after)
    return page(
        request,
        viewer,
        "ideas/index.html",
        rooms=card_rooms(found.cards),
        filters=filters,
        after=after,
        next_after=found.after,
        campaign=campaign,
        tags=await popular_tags(db, viewer, within_id),
        places=await with_ideas(db, viewer),
        orders=order_choices(bool(words)),
        all_stages=[stage_choice(one) for one in Stage],
        **await card_context(request.app.state.card_parts, db, viewer, found.cards),
    )


def _number(typed: str) -> int | None:
    # The filter's "all of them" is sent as an empty text.
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None


def _order(order: str, words: str) -> Order:
    wanted = Order(order) if order in set(Order) else (Order.MATCH if words else Order.NEWEST)
    return Order.NEWEST if wanted is Order.MATCH and not words else wanted


@get("/ideas/new")
async def new_idea(
    request: AnyRequest, db: Db, viewer: Who, within: FromQuery[int | None] = None
) -> Response[bytes]:
    """The form for a new idea, with what was typed the last time and not sent."""
    _person = viewer.person_id
    draft = await find_draft(db, viewer, _draft_key(within))
    sent = {name: [value] for name, value in (draft or {}).items()}
    form = fill(IdeaForm, {"campaign_id": [str(within or "")], **sent})
    form.errors.clear()
    return await _form_page(request, db, viewer, form, restored=bool(draft), within=within)


@post("/ideas/new")
async def send_idea(
    request: AnyRequest, db: Db, viewer: Who, within: FromQuery[int | None] = None
) -> Response[Any]:
    """Posts a new idea."""
    _person = viewer.person_id
    form = await read_form(request, IdeaForm)
    if not form.values.campaign_id.isdecimal():
        form.errors.setdefault("campaign_id", _("Choose where your idea belongs."))
    if not form.ok:
        return await _form_page(request, db, viewer, form, within=within, status=422)
    campaign = await find_campaign(db, viewer, int(form.values.campaign_id))
    try:
        idea = await post_idea(db, viewer, campaign, form.values.written)
    except Conflict as refused:
        form.errors["campaign_id"] = refused.reason
        return await _form_page(request, db, viewer, form, within=within, status=refused.status)
    await discard_draft(db, viewer, _draft_key(within))
    done = _("Your idea is posted. Everyone can see it now. You can add a picture or a PDF to it.")
    return go_to(request, f"/ideas/{idea.id}", done)


@get("/ideas/similar")
async def similar(
    db: Db,
    viewer: Who,
    title: FromQuery[str] = "",
    but_not: FromQuery[int | None] = None,
) -> Response[bytes]:
    """Ideas like the title being typed."""
    found = await similar_ideas(db, viewer, title[:200], but_not=but_not)
    return partial("ideas/_similar.html", similar=found, stage_choice=stage_choice)


@get("/ideas/{idea_id:int}")
async def show(request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]) -> Response[bytes]:
    """The page of an idea."""
    return await idea_page(request, db, viewer, await find_idea(db, viewer, idea_id))


@get("/ideas/{idea_id:int}/edit")
async def edit(request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]) -> Response[bytes]:
    """The form for changing an idea."""
    idea = await _own_idea(db, viewer, idea_id)
    draft = await find_draft(db, viewer, f"idea-edit-{idea.id}")
    form = prefilled(_form_of(idea))
    if draft:
        form = fill(IdeaForm, {name: [value] for name, value in draft.items()})
        form.errors.clear()
    return await _form_page(request, db, viewer, form, restored=bool(draft), idea=idea)


@post("/ideas/{idea_id:int}/edit")
async def send_edit(
    request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]
) -> Response[Any]:
    """Makes a new revision."""
    idea = await _own_idea(db, viewer, idea_id)
    form = await read_form(request, IdeaForm)
    if not form.ok:
        return await _form_page(request, db, viewer, form, idea=idea, status=422)
    seen = form.values.revision
    try:
        await revise_idea(
            db,
            viewer,
            idea,
            form.values.written,
            from_revision=int(seen) if seen.isdecimal() else 0,
            note=form.values.note,
        )
    except Conflict as refused:
        form.errors["body"] = refused.reason
        return await _form_page(
            request, db, viewer, form, idea=idea, status=409, newer=idea.revision
        )
    await discard_draft(db, viewer, f"idea-edit-{idea.id}")
    return go_to(request, idea.url, _("Saved as a new revision. The earlier text stays readable."))


@post("/ideas/{idea_id:int}/withdrawal")
async def withdraw(
    request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]
) -> Response[Any]:
    """Takes an idea back."""
    await withdraw_idea(db, viewer, await find_idea(db, viewer, idea_id))
    return go_to(request, "/ideas", _("Your idea is withdrawn. Only you can still see it."))


@post("/ideas/{idea_id:int}/vote")
async def support(
    request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]
) -> Response[Any]:
    """Supports an idea."""
    idea = await find_idea(db, viewer, idea_id)
    await vote(db, viewer, idea)
    return _vote_answer(request, idea, voted=True)


@post("/ideas/{idea_id:int}/vote/withdrawal")
async def take_back_support(
    request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]
) -> Response[Any]:
    """Takes one's support back."""
    idea = await find_idea(db, viewer, idea_id)
    await withdraw_vote(db, viewer, idea)
    return _vote_answer(request, idea, voted=False)


def _vote_answer(request: AnyRequest, idea: IdeaFound, *, voted: bool) -> Response[Any]:
    if not is_htmx(request):
        return see_other(idea.url)
    return partial("ideas/_vote_button.html", request=request, idea_id=idea.id, voted=voted)


async def _own_idea(db: AsyncSession, viewer: Viewer, idea_id: int) -> IdeaFound:
    _person = viewer.person_id
    idea = await find_idea(db, viewer, idea_id)
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can change it."))
    return idea


def _form_of(idea: IdeaFound) -> IdeaForm:
    return IdeaForm(
        campaign_id=str(idea.campaign_id),
        title=idea.title,
        body=idea.body,
        why=idea.why,
        tags=", ".join(idea.tags),
        innovation_type=idea.innovation_type,
        revision=str(idea.revision),
    )


def _draft_key(within: int | None) -> str:
    return f"idea-{within}" if within else "idea-new"


async def _form_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    form: Form[IdeaForm],
    *,
    status: int = 200,
    restored: bool = False,
    idea: IdeaFound | None = None,
    within: int | None = None,
    newer: int | None = None,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "ideas/form.html",
        status=status,
        form=form,
        restored=restored,
        idea=idea,
        newer=newer,
        within=within,
        draft_key=f"idea-edit-{idea.id}" if idea else _draft_key(within),
        places=[] if idea else await open_for_ideas(db, viewer),
        innovation_types=innovation_choices(),
    )


ROUTES: list[ControllerRouterHandler] = [
    browse,
    new_idea,
    send_idea,
    similar,
    show,
    edit,
    send_edit,
    withdraw,
    support,
    take_back_support,
    *HISTORY_ROUTES,
    *ATTACHMENT_ROUTES,
]
