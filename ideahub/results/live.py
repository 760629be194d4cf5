"""Lets open pages fetch themselves again after a deed about results: what they show differs by who
looks."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_managed
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.judging.live import RESULT_KINDS
from ideahub.judging.models import Recusal, ThirdReading
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Refresh, RoomMessage
from ideahub.results.meeting import find_meeting

SUBJECT_ID = bindparam("subject_id", type_=BigInteger)
MEETING_KINDS = frozenset(
    {
        Kind.DELIBERATION_RAISED,
        Kind.DELIBERATION_NOTED,
        Kind.DELIBERATION_DECIDED,
        Kind.DECISION_SIGNED,
        # Its figures and places stand in the meeting, too.
        Kind.SCORES_RUN,
    }
)
OWN_KINDS = frozenset(
    {
        Kind.SCORING_RULE_DECLARED,
        Kind.THIRD_READING_ASKED,
        Kind.THIRD_READING_ENDED,
        Kind.THIRD_READING_TAKEN_BACK,
        Kind.APPEAL_MADE,
        Kind.SCORE_CORRECTED,
        Kind.ENTRY_ADVANCED,
        Kind.ADVANCEMENT_ACCEPTED,
        Kind.ADVANCEMENT_DECLINED,
        Kind.AWARD_DECIDED,
        Kind.AWARD_CHECKED,
        Kind.PAYMENT_PLANNED,
        Kind.PAYMENT_RECORDED,
        Kind.REASONS_DRAFTED,
        Kind.REASONS_CHANGED,
        Kind.REASONS_SIGNED,
        Kind.LETTERS_WRITTEN,
        Kind.LETTERS_SENT,
    }
)
# Of a third reading they say that it has come in, or that its judge has stepped back. Of any other
# scorecard nothing of results follows before scores are run.
READING_KINDS = frozenset({Kind.SCORECARD_FINISHED, Kind.JUDGE_RECUSED})
OF_ASSIGNMENT = select(ThirdReading.id).where(ThirdReading.assignment_id == SUBJECT_ID)
OF_RECUSAL = (
    select(ThirdReading.id)
    .join(Recusal, Recusal.assignment_id == ThirdReading.assignment_id)
    .where(Recusal.id == SUBJECT_ID)
)


async def show_to_managers(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The pages of those who manage it."""
    return [Refresh(f"results:{event.campaign_id}")]


async def show_reading(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The pages of those who manage it, where a third reading is concerned."""
    of_it = OF_RECUSAL if event.kind == Kind.JUDGE_RECUSED else OF_ASSIGNMENT
    if await db.scalar(of_it, {SUBJECT_ID.key: event.subject_id}) is None:
        return []
    return await show_to_managers(db, event)


async def show_to_everyone(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The pages of everyone who may see the challenge, and of its judges."""
    rooms = ("campaign", "results", "judges")
    return [Refresh(f"{room}:{event.campaign_id}") for room in rooms]


async def show_meeting(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """The pages of those who deliberate in the panel concerned."""
    panel_id = event.data.get("panel_id")
    meeting = [Refresh(f"deliberation:{panel_id}")] if panel_id else []
    return [*meeting, *await show_to_managers(db, event)]


async def results_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of a campaign's managers."""
    await find_managed(db, viewer, number)
    return Concern(campaign=number, kinds=RESULT_KINDS | OWN_KINDS | READING_KINDS | MEETING_KINDS)


async def deliberation_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of a panel's meeting, for those who take part."""
    meeting = await find_meeting(db, viewer, number)
    return Concern(campaign=meeting.campaign.id, kinds=MEETING_KINDS)


ROOMS: dict[str, Room] = {"results": results_room, "deliberation": deliberation_room}
SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(OWN_KINDS, (show_to_managers,)),
    **dict.fromkeys(READING_KINDS, (show_reading,)),
    **dict.fromkeys(RESULT_KINDS, (show_to_everyone,)),
    **dict.fromkeys(MEETING_KINDS, (show_meeting,)),
}
