"""A zone's clock rules change: local times stay, their moments move, and pages say so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns import clock_rules
from ideahub.campaigns.clock_rules import FOLLOWED, compute_again, follow_clock_rules
from ideahub.campaigns.models import Campaign, CampaignChange, CampaignKind, Phase
from ideahub.core.db import Database
from ideahub.core.events import Kind
from tests.campaigns.setting_up import events, phases
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign, make_cast

# In January Berlin is one hour ahead of UTC; by the old rules of this test it was two.
NEW_YEAR = datetime(2099, 1, 10, 18)  # noqa: DTZ001  local by nature
BY_OLD_RULES, BY_NEW_RULES = (datetime(2099, 1, 10, hour, tzinfo=UTC) for hour in (16, 17))


def by_old_rules(campaign: Campaign, **columns: Any) -> Phase:
    """A phase in Berlin whose closing was computed when its clocks were ahead by two hours."""
    values = {
        "opens_at": datetime(2026, 1, 1, tzinfo=UTC),
        "closes_at": BY_OLD_RULES,
        "closes_local": NEW_YEAR,
        "closes_offset": 7200,
        "timezone": "Europe/Berlin",
    }
    return Phase(campaign_id=campaign.id, position=2, name="Vote", **(values | columns))


async def moved(db: AsyncSession, cast: Cast, **columns: Any) -> Phase:
    """The same phase of a published challenge, after the rules were followed."""
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
    await add(db, by_old_rules(campaign, **columns))
    await compute_again(db)
    await db.commit()
    return (await phases(db))[1]


async def test_the_local_time_stays_and_the_moment_moves(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    one = await moved(db, cast)
    assert (one.closes_local, one.closes_at) == (NEW_YEAR, BY_NEW_RULES)
    assert one.closes_offset == 3600
    (change,) = (await db.scalars(select(CampaignChange))).all()
    assert (change.field, change.changed_by) == ("clock_rules", None)
    (event,) = await events(db, Kind.CAMPAIGN_CHANGED)
    assert event.actor_id is None
    campaign = (await db.scalars(select(Campaign))).one()
    stranger = await browse(None)
    for url in (campaign.url, f"{campaign.url}/changes"):
        page = (await stranger.get(url)).text
        assert "The clock rules of Europe/Berlin have changed." in page
        assert "10 Jan 2099, 18:00 (Berlin time)" in page
        assert "10 Jan 2099, 16:00 (UTC)" in page
        assert "10 Jan 2099, 17:00 (UTC)" in page


async def test_following_them_again_changes_nothing(db: AsyncSession, cast: Cast) -> None:
    one = await moved(db, cast)
    await compute_again(db)
    await db.refresh(one)
    assert one.closes_at == BY_NEW_RULES
    assert len(await events(db, Kind.CAMPAIGN_CHANGED)) == 1


async def test_what_has_passed_is_told_as_it_was(db: AsyncSession, cast: Cast) -> None:
    past = datetime.now(UTC).replace(microsecond=0) - 30 * HOUR
    one = await moved(
        db,
        cast,
        opens_at=past - HOUR,
        closes_at=past,
        closes_local=past.replace(tzinfo=None) + timedelta(hours=5),
        closes_offset=5 * 3600,
    )
    assert one.closes_at == past
    assert not await events(db, Kind.CAMPAIGN_CHANGED)


async def test_drafts_move_without_a_word(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, published=False)
    await add(db, by_old_rules(campaign))
    await compute_again(db)
    assert (await phases(db))[1].closes_at == BY_NEW_RULES
    assert not await events(db, Kind.CAMPAIGN_CHANGED)


async def test_a_moment_that_was_set_by_itself_is_kept_and_read(
    db: AsyncSession, cast: Cast
) -> None:
    """As an older version of the code does, which knows no local times."""
    await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, closes=HOUR)
    await db.execute(update(Phase).values(closes_at=func.now() + 48 * HOUR))
    (before,) = await phases(db)
    closes = before.closes_at
    await compute_again(db)
    (after,) = await phases(db)
    assert closes and after.closes_at == closes
    assert after.closes_local == closes.replace(tzinfo=None)
    assert not await events(db, Kind.CAMPAIGN_CHANGED)


async def test_the_hour_that_was_meant_of_two_stays_meant(db: AsyncSession, cast: Cast) -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    one = await moved(db, cast, closes_at=first, closes_local=None, closes_offset=None)
    assert one.closes_local == datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001
    await compute_again(db)
    await db.refresh(one)
    assert one.closes_at == first


async def test_a_zone_that_is_gone_stops_nothing(db: AsyncSession, cast: Cast) -> None:
    one = await moved(db, cast, timezone="Mars/Olympus")
    assert one.closes_at == BY_OLD_RULES


async def test_it_looks_once_for_each_edition_and_not_before_it_is_stored(
    committing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FOLLOWED, "edition", None)
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
        phase_id = (await add(db, by_old_rules(campaign))).id
    with pytest.raises(RuntimeError):
        await follow_and_fail(committing)
    assert await closing_of(committing, phase_id) == BY_OLD_RULES
    async with committing.transaction() as db:
        await follow_clock_rules(db)
    assert await closing_of(committing, phase_id) == BY_NEW_RULES
    async with committing.transaction() as db:
        wrong = {"closes_at": BY_OLD_RULES, "closes_offset": 7200}
        await db.execute(update(Phase).where(Phase.id == phase_id).values(wrong))
    async with committing.transaction() as db:
        await follow_clock_rules(db)
    assert await closing_of(committing, phase_id) == BY_OLD_RULES
    monkeypatch.setattr(clock_rules, "edition_of_rules", lambda: "# version 2098z")
    async with committing.transaction() as db:
        await follow_clock_rules(db)
    assert await closing_of(committing, phase_id) == BY_NEW_RULES


async def follow_and_fail(database: Database) -> None:
    async with database.transaction() as db:
        await follow_clock_rules(db)
        raise RuntimeError("The database went away.")


async def closing_of(database: Database, phase_id: int) -> datetime | None:
    async with database.reading() as db:
        return await db.scalar(select(Phase.closes_at).where(Phase.id == phase_id))
