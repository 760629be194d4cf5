"""Only what can move can be stuck; badge, text, count and filter say the same."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.tallying import count_stages
from ideahub.pipeline.measuring import measure_one
from ideahub.pipeline.models import Gate
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign, make_idea, viewer_of
from tests.support.ripening import at_stage, contribute, posted, support

BADGE = '<span class="badge badge-sun">'


async def old_idea(
    db: AsyncSession, cast: Cast, stage: Stage = Stage.SPARK, days: int = 40
) -> tuple[Campaign, Idea]:
    """An idea that has been at a stage for long, in a box of its own."""
    campaign, idea = await posted(db, cast)
    await at_stage(db, idea, stage, days=days)
    return campaign, idea


async def close(db: AsyncSession, campaign: Campaign) -> None:
    """The box takes nothing any more."""
    past = update(Phase).where(Phase.campaign_id == campaign.id)
    await db.execute(past.values(closes_at=func.now() - HOUR))


async def accept_only(db: AsyncSession, campaign: Campaign, *accepts: Accepts) -> None:
    """The box still takes these."""
    here = update(Phase).where(Phase.campaign_id == campaign.id)
    await db.execute(here.values(accepts=list(accepts)))


async def stuck_everywhere(db: AsyncSession, browse: Browse, idea: Idea) -> bool:
    """What badge, count and filter say, which is the same."""
    await db.commit()
    browser = await browse(None)
    page = (await browser.get(f"/ideas/{idea.id}")).text
    board = (await browser.get("/pipeline")).text
    filtered = (await browser.get("/pipeline?stuck=1")).text
    said = {
        "measured": (await measure_one(db, idea.id)).stuck,
        "on its page": "Stuck</span>" in page,
        "on the board": "Stuck</span>" in board,
        "counted": "1 stuck</span>" in board,
        "filtered": f'id="board-idea-{idea.id}"' in filtered,
        "counted in the filter": bool(re.search(r"-count\">1<", filtered)),
    }
    assert len(set(said.values())) == 1, said
    return said["measured"]


@pytest.mark.parametrize("stage", [Stage.SPARK, Stage.CONCEPT, Stage.SPONSORED, Stage.PILOT])
async def test_what_waits_for_long_in_an_open_call_is_stuck(
    db: AsyncSession, cast: Cast, browse: Browse, stage: Stage
) -> None:
    _, idea = await old_idea(db, cast, stage)
    assert await stuck_everywhere(db, browse, idea)


@pytest.mark.parametrize("days", [30, 31])
async def test_the_limit_is_the_same_day_everywhere(
    db: AsyncSession, cast: Cast, browse: Browse, days: int
) -> None:
    _, idea = await old_idea(db, cast, days=days)
    later = Idea.stage_since - timedelta(hours=12)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(stage_since=later))
    assert await stuck_everywhere(db, browse, idea) is (days > 30)
    assert f"{days} days here" in (await (await browse(None)).get("/pipeline")).text


@pytest.mark.parametrize("stage", [Stage.SPARK, Stage.CONCEPT])
async def test_nothing_early_is_stuck_once_its_call_has_closed(
    db: AsyncSession, cast: Cast, browse: Browse, stage: Stage
) -> None:
    campaign, idea = await old_idea(db, cast, stage, days=3000)
    await close(db, campaign)
    assert not await stuck_everywhere(db, browse, idea)


async def test_what_no_phase_takes_cannot_be_missing_for_long(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await old_idea(db, cast)
    await accept_only(db, campaign, Accepts.VOTES)
    assert not await stuck_everywhere(db, browse, idea)
    await accept_only(db, campaign, Accepts.VOTES, Accepts.CONTRIBUTIONS)
    assert await stuck_everywhere(db, browse, idea)


async def test_later_stages_need_no_phase(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, idea = await old_idea(db, cast, Stage.PROTOTYPE)
    await close(db, campaign)
    assert await stuck_everywhere(db, browse, idea)


async def test_where_no_gate_follows_nothing_is_stuck(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await old_idea(db, cast, Stage.CONCEPT)
    gate = Gate(campaign_id=campaign.id, from_stage=Stage.SPARK, to_stage=Stage.CONCEPT)
    await add(db, gate)
    assert not await stuck_everywhere(db, browse, idea)


async def test_a_closed_call_asks_nobody_for_what_nobody_can_add(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await old_idea(db, cast)
    await close(db, campaign)
    await db.commit()
    for url in ("/pipeline", f"/ideas/{idea.id}", "/ideas"):
        shown = (await (await browse(None)).get(url)).text
        assert "Needs 5 more supporters" not in shown
        assert "Closed for now. Still missing: 5 more supporters and 1 more contribution" in shown


async def test_what_is_ready_or_needs_no_phase_is_not_called_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await old_idea(db, cast)
    await support(db, idea, 5)
    await contribute(db, idea, cast.ben)
    await close(db, campaign)
    await db.commit()
    shown = (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert "Ready for the gate to Concept" in shown
    assert "Closed for now" not in shown


async def test_the_longest_waiting_comes_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, first = await posted(db, cast)
    second = await make_idea(db, campaign, cast.ben, "Waits for longer")
    await at_stage(db, first, Stage.SPARK, days=40)
    await at_stage(db, second, Stage.SPARK, days=50)
    await db.commit()
    shown = (await (await browse(None)).get("/pipeline?stuck=1")).text
    assert shown.index("Waits for longer") < shown.index(first.title)


async def test_the_home_page_counts_what_is_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    closed, _ = await old_idea(db, cast)
    tried = await make_idea(db, closed, cast.ben, "Tried")
    await at_stage(db, tried, Stage.PILOT)
    await close(db, closed)
    here = await make_campaign(db, cast.city, title="Open")
    await make_idea(db, here, cast.ada)
    stranger = await viewer_of(db, None)
    counts = await count_stages(db, stranger)
    assert (counts[Stage.SPARK], counts[Stage.PILOT]) == (1, 1)
