"""Handlers for deciding on an idea, the board, and the lesson wall."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.campaigns.queries import find_campaign
from ideahub.conversation.concerns import open_concerns
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.pipeline.advancing import decide, must_review
from ideahub.pipeline.board import BoardColumn, board_campaigns, board_of
from ideahub.pipeline.board_filters import BoardFilters
from ideahub.pipeline.decision_form import decision_form, preset
from ideahub.pipeline.learning import lesson_wall
from ideahub.pipeline.models import Decision, Review
from ideahub.pipeline.moving import STUCK_DAYS
from ideahub.pipeline.queries import IdeaProgress, progress_of
from ideahub.pipeline.web.forms import ReviewForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
In = Annotated[str, QueryParameter(name="in")]
# How many internal campaigns' rooms the general board listens to, besides the public one.
MOST_ROOMS = 6


@get("/ideas/{idea_id:int}/review")
async def review(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    to: FromQuery[str] = "",
) -> Response[bytes]:
    """The page for deciding on an idea: its text, its open concerns, what its gate asks for, and
    the form with the viewer's draft; `to` is a stage, for which it
    chooses the decision."""
    idea = await find_idea(db, viewer, idea_id)
    await must_review(db, viewer, idea)
    progress = await progress_of(db, idea)
    draft = await find_draft(db, viewer, f"review-{idea.id}") or {}
    ticked = preset(progress.status, Stage(to)) if to in set(Stage) else {}
    form = restored(ReviewForm, draft | ticked)
    return await _review_page(request, db, viewer, idea, progress, form)


@post("/ideas/{idea_id:int}/review")
async def send_review(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Decides on an idea, and goes to it; the form again where that is refused."""
    idea = await find_idea(db, viewer, idea_id)
    form, answer = await sent_review(request, db, viewer, idea)
    if answer is not None:
        return answer
    return await _review_page(request, db, viewer, idea, await progress_of(db, idea), form)


async def sent_review(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, idea: IdeaView
) -> tuple[Form[ReviewForm], Response[Any] | None]:
    """Reads a decision and takes it: the form, and the answer that leads to the idea, None where
    the form is to be shown again. Raises what `must_review` raises."""
    await must_review(db, viewer, idea)
    form = await read_form(request, ReviewForm)
    if form.ok:
        async with form.attempt(db, "decision"):
            decided = await decide(db, viewer, idea, form.values.decision_input)
    if not form.ok:
        return form, None
    await discard_draft(db, viewer, f"review-{idea.id}")
    return form, go_to(request, idea.url, _notice(idea, decided))


async def _review_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    progress: IdeaProgress,
    form: Form[ReviewForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "pipeline/review.html",
        status=form.status,
        rooms=(f"idea:{idea.id}",),
        idea=idea,
        progress=progress,
        open_concerns=await open_concerns(db, idea),
        decision_form=decision_form(progress.status, progress.newest_review),
        review_form=form,
    )


def _notice(idea: IdeaView, decided: Review) -> str:
    told = {"seen_by": idea.seen_by}
    sentences = {
        Decision.ADVANCE: _("Done: the idea has moved on. %(seen_by)s", **told),
        Decision.HOLD: _(
            "Noted: the idea stays where it is, with your reason. %(seen_by)s", **told
        ),
        Decision.SEND_BACK: _("Done: the idea is back, with your reason. %(seen_by)s", **told),
        Decision.STOP: _("Stopped, and the lesson is on the wall. %(seen_by)s", **told),
        Decision.PARK: _("Parked. Anyone who reviews here can wake it."),
        Decision.WAKE: _("It is awake again."),
    }
    return sentences[Decision(decided.decision)]


@get("/pipeline")
async def board(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    within: In = "",
    organisation: FromQuery[str] = "",
    stuck: FromQuery[str] = "",
    column: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The board of all ideas that the viewer sees in lists, or of one campaign."""
    campaign = await find_campaign(db, viewer, number_in_query(within) or 0) if within else None
    filters = BoardFilters(
        campaign_id=campaign.id if campaign else None,
        organisation_id=number_in_query(organisation),
        stuck=bool(stuck),
        column=Stage(column) if column in set(Stage) else None,
        after=after,
    )
    columns = await board_of(db, viewer, filters)
    return page(
        request,
        viewer,
        "pipeline/board.html",
        rooms=(f"campaign:{campaign.id}",) if campaign else ("board", *_internal_rooms(columns)),
        changed_in=("board", *(f"idea:{card.id}" for column in columns for card in column.cards)),
        columns=columns,
        filters=filters,
        stuck_days=STUCK_DAYS,
        campaign=campaign,
        board_campaigns=await board_campaigns(db, viewer),
    )


def _internal_rooms(columns: list[BoardColumn]) -> tuple[str, ...]:
    internal = {
        card.campaign_id
        for column in columns
        for card in column.cards
        if card.campaign_audience != Audience.PUBLIC
    }
    return tuple(f"campaign:{campaign_id}" for campaign_id in sorted(internal)[:MOST_ROOMS])


@get("/lessons")
async def lessons(
    request: AnyRequest, db: Db, viewer: CurrentViewer, before: FromQuery[str] = ""
) -> Response[bytes]:
    """The lesson wall: lessons of stopped ideas and concluded experiments."""
    start = number_in_query(before)
    found, following = await lesson_wall(db, viewer, start)
    return page(
        request,
        viewer,
        "pipeline/lessons.html",
        changed_in=("lessons",),
        lessons=found,
        following=following,
        start=start,
    )


ROUTES: list[ControllerRouterHandler] = [
    review,
    send_review,
    board,
    lessons,
]
