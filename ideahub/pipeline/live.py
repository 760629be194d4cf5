"""Updates open pages after decisions, experiments, and deeds that change a criterion."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.criteria import CRITERIA
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.ideas.live import list_rooms
from ideahub.ideas.queries import IdeaView, idea_for_room
from ideahub.ideas.stages import stage_choices
from ideahub.pipeline.describing import gate_summary
from ideahub.pipeline.experiments import experiments_of
from ideahub.pipeline.learning import lessons_of
from ideahub.pipeline.queries import IdeaProgress, progress_of
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import NOTHING, Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage

STAGE_KINDS = (
    Kind.STAGE_ADVANCED,
    Kind.STAGE_HELD,
    Kind.STAGE_SENT_BACK,
    Kind.IDEA_STOPPED,
    Kind.IDEA_PARKED,
    Kind.IDEA_WOKEN,
)
EXPERIMENT_KINDS = (
    Kind.EXPERIMENT_PLANNED,
    Kind.EXPERIMENT_CHANGED,
    Kind.READING_TAKEN,
    Kind.EXPERIMENT_CONCLUDED,
)
GONE_KINDS = (Kind.IDEA_HIDDEN, Kind.IDEA_SHOWN, Kind.IDEA_WITHDRAWN)


async def show_gate(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The gate card and the track, on the idea's page and cards."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    progress = await progress_of(db, idea)
    return [*_on_page(idea, progress), *_on_cards(idea, progress)]


def _on_page(idea: IdeaView, progress: IdeaProgress) -> list[RoomMessage]:
    room, start = f"idea:{idea.id}", f"idea-{idea.id}"
    return [
        Push(room, f"{start}-gate", render("pipeline/_gate.html", gate=progress.gate)),
        Push(room, f"{start}-track", render("pipeline/_track.html", track=progress.track)),
    ]


def _on_cards(idea: IdeaView, progress: IdeaProgress) -> list[RoomMessage]:
    html = render(
        "pipeline/_track_on_card.html",
        card=idea,
        stages=stage_choices(),
        need=gate_summary(progress.status),
    )
    return [Push(room, f"idea-card-{idea.id}-track", html) for room in list_rooms(idea)]


async def show_decision(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The last decision, all of them and the lessons, on the idea's page; refreshes boards, and
    what reviewers see of their own."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    progress = await progress_of(db, idea)
    room, lessons = f"idea:{idea.id}", await lessons_of(db, idea)
    shown = {"idea": idea, "reviews": progress.reviews, "lessons": lessons}
    boards = ["board"] if idea.is_public else []
    return [
        Push(room, f"idea-{idea.id}-verdict", render("pipeline/_verdict.html", **shown)),
        Push(room, f"idea-{idea.id}-reviews", render("pipeline/_reviews.html", **shown)),
        Push(room, f"idea-{idea.id}-lessons", render("pipeline/_lessons.html", **shown)),
        *(Refresh(one) for one in (room, f"campaign:{idea.campaign_id}", *boards)),
    ]


async def show_experiments(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The idea's experiments, on the idea's page and on the experiment's page."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return []
    room, found = f"idea:{idea.id}", await experiments_of(db, idea)
    html = render("pipeline/_experiments.html", idea=idea, experiments=found)
    own = [
        Push(
            room,
            f"experiment-{experiment.id}",
            render("pipeline/_experiment.html", experiment=experiment),
        )
        for experiment in found
        if experiment.id == event.subject_id
    ]
    tries = render("pipeline/_try.html", idea=idea, experiments=found)
    return [
        Push(room, f"idea-{idea.id}-experiments", html),
        Push(room, f"idea-{idea.id}-try", tries),
        *own,
        await _lessons(db, idea),
    ]


async def show_gone(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Refreshes the board, which does not show the idea any more."""
    idea = await idea_for_room(db, event.idea_id or 0)
    public = idea is not None and idea.in_public_campaign
    return [Refresh("board")] if public else []


async def _lessons(db: AsyncSession, idea: IdeaView) -> Push:
    html = render("pipeline/_lessons.html", idea=idea, lessons=await lessons_of(db, idea))
    return Push(f"idea:{idea.id}", f"idea-{idea.id}-lessons", html)


PUBLIC_MOVES = Concern(
    kinds=frozenset((*STAGE_KINDS, *GONE_KINDS)),
    where=Event.campaign_id.in_(select(Campaign.id).where(Campaign.is_public)),
)


async def board_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the board: open to everyone, for events of public ideas only."""
    return NOTHING if number else PUBLIC_MOVES


def shows() -> dict[Kind, Sequence[Show]]:
    """Kind of event → what to render; the gate after each kind that a criterion names."""
    counted = {kind for criterion in CRITERIA.values() for kind in criterion.events}
    others: dict[Kind, Sequence[Show]] = {
        **dict.fromkeys(STAGE_KINDS, (show_decision,)),
        **dict.fromkeys(EXPERIMENT_KINDS, (show_experiments,)),
        **dict.fromkeys(GONE_KINDS, (show_gone,)),
    }
    gate: dict[Kind, Sequence[Show]] = dict.fromkeys((*STAGE_KINDS, *counted), (show_gate,))
    return {kind: (*gate.get(kind, ()), *others.get(kind, ())) for kind in {**gate, **others}}


CHANGES: dict[Kind, Sequence[str]] = {
    Kind.IDEA_POSTED: ("board",),
    **dict.fromkeys(STAGE_KINDS, ("board", "ideas", "lessons")),
    Kind.EXPERIMENT_CONCLUDED: ("lessons",),
}
ROOMS: dict[str, Room] = {"board": board_room}
