"""Only what can move on says what comes next, and is looked for by those who could help it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.measuring import measure_one
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, viewer_of
from tests.support.ripening import at_stage, posted, ripe_spark

NEXT = "Next: Concept"
GONE: dict[str, dict[str, Any]] = {
    "withdrawn": {"withdrawn_at": datetime.now(UTC)},
    "hidden": {"hidden_at": datetime.now(UTC), "hidden_reason": "So."},
}


@pytest.mark.parametrize("state", GONE)
@pytest.mark.parametrize("ripe", [True, False])
async def test_what_was_withdrawn_or_hidden_has_nothing_next(
    db: AsyncSession, cast: Cast, browse: Browse, state: str, ripe: bool
) -> None:
    _, idea = await (ripe_spark if ripe else posted)(db, cast)
    await at_stage(db, idea, Stage.SPARK, days=40)
    await db.commit()
    ada = await browse(cast.ada)
    assert NEXT in (await ada.get(f"/ideas/{idea.id}")).text
    assert (await measure_one(db, idea.id)).next_stage is Stage.CONCEPT
    await db.execute(update(Idea).where(Idea.id == idea.id).values(**GONE[state]))
    await db.commit()
    page = (await ada.get(f"/ideas/{idea.id}")).text
    for said in (NEXT, "Needs ", "Ready for the gate", "Stuck</span>", "of 3 met"):
        assert said not in page, said
    assert "Withdrawn or hidden: it does not move on" in page
    status = await measure_one(db, idea.id)
    assert (status.next_stage, status.ready, status.stuck) == (None, False, False)


async def wanting(
    db: AsyncSession, cast: Cast, order: IdeaOrder = IdeaOrder.NEEDS_SPONSOR
) -> set[int]:
    """The ideas that need a sponsor, or another help, as a leader finds them."""
    viewer = await viewer_of(db, cast.sam)
    page = await browse_ideas(db, viewer, IdeaFilters(order=order))
    return {card.id for card in page.cards}


async def close(db: AsyncSession, campaign: Campaign) -> None:
    past = update(Phase).where(Phase.campaign_id == campaign.id)
    await db.execute(past.values(closes_at=func.now() - HOUR))


async def test_a_sponsor_is_looked_for_where_one_helps(db: AsyncSession, cast: Cast) -> None:
    still_open, spark = await posted(db, cast)
    _, concept = await posted(db, cast)
    await at_stage(db, concept, Stage.CONCEPT)
    _, later = await posted(db, cast)
    await at_stage(db, later, Stage.PROTOTYPE)
    closed, _too_late = await posted(db, cast)
    await close(db, closed)
    assert await wanting(db, cast) == {spark.id, concept.id}
    await close(db, still_open)
    assert await wanting(db, cast) == {concept.id}


async def test_what_can_move_after_closing_still_needs_one(db: AsyncSession, cast: Cast) -> None:
    """Its next gate asks for what can be given at any time, if `can_move` says so."""
    campaign, concept = await posted(db, cast)
    await at_stage(db, concept, Stage.CONCEPT)
    before = await wanting(db, cast)
    await close(db, campaign)
    status = await measure_one(db, concept.id)
    can_be_met = all(measured.is_open for measured in status.criteria)
    assert before == {concept.id}
    assert (concept.id in await wanting(db, cast)) is can_be_met


async def test_builds_are_asked_for_where_people_can_build(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    closed, _too_late = await posted(db, cast)
    await close(db, closed)
    assert await wanting(db, cast, IdeaOrder.NEEDS_BUILD) == {idea.id}
