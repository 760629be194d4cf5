"""Updates open pages when an answer is owed or given."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.http.pages import render
from ideahub.ideas.live import list_rooms
from ideahub.ideas.queries import idea_for_room
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage
from ideahub.responses.queries import standing_of
from ideahub.responses.shown import on_card, shown_clock, shown_response

KINDS = (
    Kind.RESPONSE_OWED,
    Kind.RESPONSE_GIVEN,
    Kind.RESPONSE_CHANGED,
    Kind.RESPONSE_HANDOVER_ASKED,
    Kind.RESPONSE_HANDOVER_DECLINED,
    Kind.RESPONSE_HANDED_OVER,
    Kind.RESPONSE_OWNER_NAMED,
    Kind.CONDITION_REPORTED,
    Kind.CONDITION_REFUSED,
)


async def show_response(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """The clock and the answer, on the idea's page, that of the answer, and cards."""
    idea = await idea_for_room(db, event.idea_id or 0)
    if idea is None:
        return ()
    room = f"idea:{idea.id}"
    clock, response = (await standing_of(db, [idea.id])).get(idea.id, (None, None))
    html = render(
        "responses/_answer.html",
        idea=idea,
        clock=shown_clock(clock, idea),
        shown=shown_response(response),
    )
    card = on_card(clock, response)
    in_lists = render(
        "responses/_card_response.html", idea_id=idea.id, words=card.words, is_late=card.is_late
    )
    cards = [Push(one, f"idea-card-{idea.id}-response", in_lists) for one in list_rooms(idea)]
    return [Push(room, f"idea-{idea.id}-response", html), *cards, Refresh(room)]


SHOWS: dict[Kind, Sequence[Show]] = dict.fromkeys(KINDS, (show_response,))
CHANGES: dict[Kind, Sequence[str]] = dict.fromkeys(KINDS, ("ideas", "board"))
