"""The reply clock and the newest answer of ideas, in the words of pages and cards."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.web_addresses import is_https
from ideahub.ideas.queries import IdeaView
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.labels import (
    answered_words,
    clock_words,
    reason_labels,
    timing_words,
    verdict_labels,
)
from ideahub.responses.queries import ClockView, ResponseView, standing_of
from ideahub.responses.wake_words import wake_sentence


class ShownClock(msgspec.Struct, frozen=True):
    """A running reply clock; `support_now` is how many people support the idea at present."""

    id: int
    sentence: str
    supporters: int
    organisations: int
    support_now: int
    is_late: bool


class ShownResponse(msgspec.Struct, frozen=True):
    """An answer as it is shown."""

    id: int
    version: int
    verdict_words: str
    said_by: str
    given_at: datetime
    timing: str
    reason_words: str
    elsewhere: str
    is_link: bool
    body_html: str
    conditions: str
    would_change: str
    is_asleep: bool
    wake_words: str
    woken_at: datetime | None


class SaidAnswer(msgspec.Struct, frozen=True):
    """What an answer says, before it is given."""

    verdict_words: str
    reason_words: str
    elsewhere: str
    is_link: bool
    body_html: str
    conditions: str
    would_change: str
    wake_words: str
    is_asleep: bool


class CardResponse(msgspec.Struct, frozen=True):
    """What a card says in one line; empty where nothing is owed or answered."""

    words: str = ""
    is_late: bool = False


def shown_clock(clock: ClockView | None, idea: IdeaView) -> ShownClock | None:
    """The clock in words."""
    if clock is None:
        return None
    return ShownClock(
        id=clock.id,
        sentence=clock_words(clock),
        supporters=clock.supporters,
        organisations=clock.organisations,
        support_now=idea.votes_count,
        is_late=is_late(clock),
    )


def shown_response(response: ResponseView | None) -> ShownResponse | None:
    """The answer in words."""
    if response is None:
        return None
    return ShownResponse(
        id=response.id,
        version=response.version,
        verdict_words=verdict_labels()[response.verdict],
        said_by=response.said_by,
        given_at=response.given_at,
        timing=timing_words(response),
        reason_words=reason_labels()[response.reason] if response.reason else "",
        elsewhere=response.elsewhere,
        is_link=is_https(response.elsewhere),
        body_html=response.body_html,
        conditions=response.conditions,
        would_change=response.would_change,
        is_asleep=response.is_asleep,
        wake_words=wake_sentence(response),
        woken_at=response.woken_at,
    )


def said_answer(given: AnswerInput, html: str) -> SaidAnswer:
    """An answer that is not given yet, in words; `html` is its body."""
    return SaidAnswer(
        verdict_words=verdict_labels()[given.verdict],
        reason_words=reason_labels()[given.reason_kind] if given.reason_kind else "",
        elsewhere=given.elsewhere,
        is_link=is_https(given.elsewhere),
        body_html=html,
        conditions=given.conditions,
        would_change=given.would_change,
        wake_words=wake_sentence(given),
        is_asleep=given.declines,
    )


async def on_cards(db: AsyncSession, idea_ids: Sequence[int]) -> dict[int, CardResponse]:
    """What the cards of these ideas say, which were found through the viewer."""
    found = await standing_of(db, idea_ids)
    return {one: on_card(*found.get(one, (None, None))) for one in idea_ids}


def on_card(clock: ClockView | None, response: ResponseView | None) -> CardResponse:
    """What the card of an idea with this clock and this answer says."""
    if clock:
        return CardResponse(clock_words(clock), is_late(clock))
    return CardResponse(answered_words(response)) if response else CardResponse()


def is_late(clock: ClockView) -> bool:
    """Whether it is overdue."""
    return datetime.now(UTC) >= clock.due_at
