"""Updates the open pages on which somebody decides on an idea or answers it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.desk.opened import authors_of
from ideahub.ideas.queries import find_idea
from ideahub.pipeline.advancing import is_reviewer
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Refresh, RoomMessage
from ideahub.responses.responding import may_answer

ROOM = "case"
# The deeds that change what a decision rests on; those of the gate are shown by the pipeline.
KINDS = (
    Kind.VOTE_CAST,
    Kind.VOTE_WITHDRAWN,
    Kind.CONTRIBUTION_MADE,
    Kind.CONTRIBUTION_WITHDRAWN,
    Kind.CONTRIBUTION_THANKED,
    Kind.CONTRIBUTION_ADOPTED,
    Kind.PLEDGE_OFFERED,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_DECLINED,
    Kind.PLEDGE_KEPT,
    Kind.PLEDGE_PART_KEPT,
    Kind.PLEDGE_WITHDRAWN,
    Kind.PLEDGE_LAPSED,
    Kind.PLEDGE_CONDITIONS_MARKED,
    Kind.IDEA_REVISED,
    Kind.TEXT_HIDDEN,
    Kind.TEXT_SHOWN,
)


async def show_case(_db: AsyncSession, event: Event) -> list[RoomMessage]:
    """Who wants it, and what speaks for and against it: fetched by the few who decide."""
    return [Refresh(f"{ROOM}:{event.idea_id}")] if event.idea_id else []


async def show_opened(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """That it was opened: only authors are told, so their own pages fetch it."""
    return [Refresh(f"person:{number}") for number in await authors_of(db, event.idea_id or 0)]


async def case_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of an idea for those who may decide on it or answer it; raises NotFound."""
    idea = await find_idea(db, viewer, number)
    decides = is_reviewer(viewer, idea.organisation_id)
    if not decides and not (await may_answer(db, viewer, idea)).may:
        raise NotFound
    return Concern(idea=number, kinds=frozenset(KINDS))


SHOWS: dict[Kind, Sequence[Show]] = {
    **dict.fromkeys(KINDS, (show_case,)),
    **dict.fromkeys((Kind.DECISION_OPENED, Kind.RESPONSE_OPENED), (show_opened,)),
    # Whoever's build is adopted is an author from now on, and sees who has opened it.
    Kind.CONTRIBUTION_ADOPTED: (show_case, show_opened),
}
ROOMS: dict[str, Room] = {ROOM: case_room}
