"""A leader's desk: what waits for them, a sentence and one thing to do for each."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.models import ContributionKind
from ideahub.ideas.models import Stage
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision, Review
from ideahub.responses.models import (
    ConditionReport,
    OwedResponse,
    OwnerSource,
    Response,
    ResponseOwner,
    Verdict,
)
from ideahub.sponsorship.models import Pledge
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea
from tests.support.ripening import pledge, posted, ripe_spark
from tests.support.talking import say

NOW = datetime.now(UTC)


async def owe(db: AsyncSession, idea_id: int, leader: Person, days: int) -> OwedResponse:
    """An answer that is due in so many days."""
    due = NOW + timedelta(days=days)
    owed = OwedResponse(
        idea_id=idea_id,
        owed_since=NOW - timedelta(days=20),
        due_on=due.date(),
        due_at=due,
        timezone="UTC",
        supporters=3,
        organisations=1,
    )
    await add(db, owed)
    await add(db, ResponseOwner(owed_id=owed.id, person_id=leader.id, source=OwnerSource.NAMED))
    return owed


async def desk(browse: Browse, person: Person, at: str = "/desk") -> str:
    return (await (await browse(person)).get(at)).text


async def test_it_is_empty_where_nothing_is_owed_and_says_what_would_be_here(
    cast: Cast, browse: Browse
) -> None:
    shown = await desk(browse, cast.ben)
    assert "Nothing waits for you" in shown
    assert "answers that you owe" in shown
    assert (await (await browse(None)).get("/desk")).status_code == 303
    assert (await (await browse(cast.ben)).get("/desk/nothing")).status_code == 404


async def test_overdue_answers_come_first_and_lead_to_where_one_answers(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await posted(db, cast)
    other = await make_idea(db, campaign, cast.ada, "A quieter street")
    await owe(db, other.id, cast.sam, 3)
    await owe(db, idea.id, cast.sam, -2)
    await db.commit()
    shown = await desk(browse, cast.sam)
    assert shown.index("A walking bus") < shown.index("A quieter street")
    assert "Overdue" in shown
    assert f"/ideas/{idea.id}/response/brief" in shown
    assert "You owe an answer" not in await desk(browse, cast.mia)


async def test_promises_and_offers_lead_to_their_pages(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    due = await pledge(db, idea, cast.sam, expires_on=func.current_date() + 3)
    later = await pledge(db, idea, cast.sam, expires_on=func.current_date() + 90)
    offer = await pledge(db, idea, cast.sam, accepted_at=None)
    await db.commit()
    shown = await desk(browse, cast.sam)
    assert "Promises that are due" in shown
    assert f"/pledges/{due.id}#keep" in shown
    assert f'href="/pledges/{later.id}"' in shown
    own = await desk(browse, cast.ada)
    assert "Offers to your ideas" in own
    assert f'href="/pledges/{offer.id}"' in own


async def test_open_concerns_about_what_one_sponsors(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    said = await say(db, cast.ben, idea.id, "Too dear.", ContributionKind.CONCERN, "Cheaper.")
    await db.commit()
    assert "raised a concern" not in await desk(browse, cast.sam)
    await pledge(db, idea, cast.sam)
    await db.commit()
    shown = await desk(browse, cast.sam)
    assert "raised a concern" in shown
    assert f"/contributions/{said}" in shown


async def test_somebody_says_that_a_condition_came_true(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    said = {"verdict": Verdict.NO, "body": "No.", "body_html": "<p>No.</p>"}
    parked = await ripe_review(db, idea.id, cast.sam)
    response = await add(
        db,
        Response(idea_id=idea.id, author_id=cast.sam.id, given_at=NOW, review_id=parked, **said),
    )
    await add(
        db,
        ConditionReport(response_id=response.id, person_id=cast.ben.id, evidence="It is in force."),
    )
    await db.commit()
    shown = await desk(browse, cast.sam)
    assert "It is in force." in shown
    assert "It is in force." not in await desk(browse, cast.mia)


async def ripe_review(db: AsyncSession, idea_id: int, reviewer: Person) -> int:
    """The number of a review that parked the idea."""
    review = await add(
        db,
        Review(
            idea_id=idea_id,
            reviewer_id=reviewer.id,
            decision=Decision.PARK,
            from_stage=Stage.SPARK,
            to_stage=Stage.PARKED,
            reason="Later.",
            evidence=[],
        ),
    )
    return review.id


async def test_ideas_that_seek_a_sponsor_for_leaders_who_may_see_them(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    internal = await make_campaign(db, cast.ministry, audience=Audience.INTERNAL)
    await make_idea(db, internal, cast.zed, "A secret plan")
    _, idea = await posted(db, cast)
    await db.commit()
    shown = await desk(browse, cast.sam)
    assert f"/ideas/{idea.id}/pledges/new" in shown
    assert "A secret plan" not in shown
    assert "has no sponsor yet" not in await desk(browse, cast.ben)


@pytest.mark.parametrize("many", [1, 25])
async def test_it_takes_the_same_queries_however_much_waits(
    db: AsyncSession, cast: Cast, browse: Browse, count_queries: Any, many: int
) -> None:
    campaign, first = await posted(db, cast)
    ideas = [
        first,
        *[await make_idea(db, campaign, cast.ada, f"Idea {n}") for n in range(many - 1)],
    ]
    for idea in ideas:
        await owe(db, idea.id, cast.sam, 5)
        await pledge(db, idea, cast.sam, expires_on=func.current_date() + 3)
    await db.commit()
    assert len(list(await db.scalars(select(Pledge.id)))) == many
    sam = await browse(cast.sam)
    with count_queries() as queries:
        shown = (await sam.get("/desk")).text
    assert queries.number == 7
    assert ("All 25" in shown) is (many == 25)
    with count_queries() as queries:
        page = (await sam.get("/desk/promises")).text
    assert queries.number == 7
    assert page.count("You promised") == min(many, 20)
    if many == 25:
        (after,) = re.findall(r'href="(/desk/promises\?after=\d+)"', page)
        last = (await sam.get(after)).text
        assert (last.count("You promised"), 'rel="next"' in last) == (5, False)
        assert (await sam.get("/desk/promises?after=x")).text.count("You promised") == 20


async def test_where_only_ideas_seek_somebody_it_says_that_nothing_waits(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await db.commit()
    assert "Nothing waits for you now" in await desk(browse, cast.sam)
    await owe(db, idea.id, cast.sam, 2)
    await db.commit()
    assert "Nothing waits for you now" not in await desk(browse, cast.sam)


async def test_a_gate_on_the_desk_leads_to_its_decision(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    await db.commit()
    assert f"/ideas/{idea.id}/decision" in await desk(browse, cast.mia)
