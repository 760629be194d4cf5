"""The news on the home page: every decision, and nothing that is true no more."""

import re

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind, record
from ideahub.front import live
from ideahub.front.news import DECISIONS
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.models import Decision
from ideahub.realtime.push import Push
from ideahub.sponsorship.models import Pledge
from tests.conftest import Browse
from tests.support.cast import Cast, viewer_of
from tests.support.ripening import found, pledge, posted, ripe_spark

SAID = {
    Decision.HOLD: "Mia Sato held A walking bus at Spark",
    Decision.SEND_BACK: "Mia Sato sent A walking bus back to Spark",
    Decision.STOP: "A walking bus was stopped, and its lesson kept",
    Decision.PARK: "Mia Sato parked A walking bus",
}


async def news(browse: Browse) -> str:
    """The words of the news, as a stranger reads them."""
    page = (await (await browse(None)).get("/")).text
    shown = page.split('id="happenings"')[1].split("</ol>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", shown))


async def decided(db: AsyncSession, cast: Cast, idea: Idea, decision: Decision) -> None:
    """Mia's decision, where the idea stands now."""
    mia, known = await viewer_of(db, cast.mia), await found(db, cast.mia, idea)
    last = await db.scalar(select(func.max(Event.subject_id)).where(Event.kind.in_(DECISIONS)))
    said = DecisionInput(
        decision,
        "As it is.",
        Stage(known.stage),
        seen_review=last or 0,
        override_reason="All the same." if decision is Decision.ADVANCE else "",
        lesson="Ask the caretakers." if decision is Decision.STOP else "",
        wakes_when="There is money." if decision is Decision.PARK else "",
    )
    await decide(db, mia, known, said)
    await db.commit()


@pytest.mark.parametrize("decision", SAID)
async def test_each_decision_is_said_and_makes_passing_untrue(
    db: AsyncSession, cast: Cast, browse: Browse, decision: Decision
) -> None:
    _, idea = await ripe_spark(db, cast)
    if decision is not Decision.HOLD:
        await decided(db, cast, idea, Decision.ADVANCE)
        assert "Mia Sato let A walking bus pass the gate to Concept" in await news(browse)
    await decided(db, cast, idea, decision)
    said = await news(browse)
    assert SAID[decision] in said
    assert "pass the gate" not in said
    if decision is Decision.PARK:
        await decided(db, cast, idea, Decision.WAKE)
        said = await news(browse)
        assert "Mia Sato woke A walking bus up, back to Concept" in said
        assert "parked" not in said


async def test_a_pledge_that_was_withdrawn_is_no_news(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    given = await pledge(db, idea, cast.sam)
    await record(db, Kind.PLEDGE_ACCEPTED, cast.ada, on=idea, subject=given)
    await db.commit()
    assert "accepted a sponsor's pledge" in await news(browse)
    await db.execute(update(Pledge).values(withdrawn_at=func.now()))
    await record(db, Kind.PLEDGE_WITHDRAWN, cast.sam, on=idea, subject=given)
    await db.commit()
    assert "accepted a sponsor's pledge" not in await news(browse)


@pytest.mark.parametrize("kind", [*DECISIONS, Kind.PLEDGE_WITHDRAWN, Kind.PLEDGE_LAPSED])
async def test_open_home_pages_are_told(db: AsyncSession, cast: Cast, kind: Kind) -> None:
    _, idea = await posted(db, cast)
    number = await record(db, kind, cast.mia, on=idea)
    event = await db.get_one(Event, number)
    told = [one for show in live.SHOWS[kind] for one in await show(db, event)]
    assert [one.element_id for one in told if isinstance(one, Push)] == ["happenings"]
    concerns = await live.home_room(db, await viewer_of(db, None), 0)
    assert number in (await db.scalars(select(Event.id).where(concerns))).all()
