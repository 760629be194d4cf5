"""Questions and answers for tests, and announcements as a manager makes them."""

import re
from typing import Any

from httpx import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.organisations.models import Person
from ideahub.questions.answering import answer_questions, written_answer
from ideahub.questions.asking import ask
from ideahub.questions.models import FaqEntry, QuestionCategory
from tests.conftest import Browser
from tests.support.cast import Cast, make_campaign, viewer_of

DATES = QuestionCategory.DATES


async def a_challenge(db: AsyncSession, cast: Cast, **columns: object) -> Campaign:
    """A published challenge of the city's."""
    return await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, **columns)  # type: ignore[arg-type]


async def asked(
    db: AsyncSession, campaign: Campaign, person: Person, text: str = "Until when?"
) -> int:
    """The number of a question that the person asks."""
    return await ask(db, await viewer_of(db, person), campaign, DATES, text)


async def answered(
    db: AsyncSession,
    campaign: Campaign,
    manager: Person,
    numbers: list[int],
    *,
    question: str = "Until when can ideas be posted?",
    text: str = "Until **Friday**.",
    letter: str = "",
) -> FaqEntry:
    """The entry that the manager publishes for these questions."""
    answer = await written_answer(campaign, DATES, question, text, letter)
    return await answer_questions(db, await viewer_of(db, manager), campaign, numbers, answer)


async def looked_at_and_sent(mia: Browser, at: str, sent: dict[str, Any]) -> Response:
    """The answer to an announcement that its author looks at before it goes out."""
    page = (await mia.post(at, {**sent, "do": "look"})).text
    found = re.search(r'name="looked" value="([^"]+)"', page)
    assert found, page
    return await mia.post(at, {**sent, "do": "send", "looked": found[1]})
