"""Handlers for deciding on an idea, the board, and the lesson wall."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.campaigns.queries import find_campaign
from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form
from ideahub.http.pages import AnyRequest, go_to, page, see_other, with_query
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.advancing import decide, must_review
from ideahub.pipeline.board import BoardColumn, board_campaigns, board_of
from ideahub.pipeline.board_filters import BoardFilters
from ideahub.pipeline.learning import lesson_wall
from ideahub.pipeline.models import Decision, Review
from ideahub.pipeline.moving import STUCK_DAYS
from ideahub.pipeline.web.forms import ReviewForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
In = Annotated[str, QueryParameter(name="in")]
# How many internal campaigns' rooms the general board listens to, besides the public one.
MOST_ROOMS = 6


@get("/ideas/{idea_id:int}/review")
async def former_review(idea_id: FromPath[int], to: FromQuery[str] = "") -> Redirect:
    """Leads from where the page for deciding was, until decisions and answers had one layout."""
    return see_other(with_query(f"/ideas/{idea_id}/decision", to=to))


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
    former_review,
    board,
    lessons,
]
