"""Of two entries sent half a second before and after the closing exactly the first is in; the
database's clock decides, in the transaction, also while a manager moves the end."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import card_of
from ideahub.campaigns.models import Accepts, CampaignKind, Phase
from ideahub.campaigns.phases import PhaseState, must_accept, must_accept_in, phases_now
from ideahub.campaigns.running import announce_phases
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict
from tests.campaigns.setting_up import events, phases, stored_phase
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, add, make_campaign, make_cast

HALF = timedelta(seconds=0.5)
ENTRIES = Accepts.ENTRIES


async def closing_in(database: Database, left: timedelta, **columns: Any) -> tuple[int, datetime]:
    """A phase for entries that closes so long from now; its number, and when it closes."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(
            db, cast.city, kind=CampaignKind.CHALLENGE, accepts=[ENTRIES], closes=HOUR
        )
        own = Phase.campaign_id == campaign.id
        until = func.clock_timestamp() + left
        moved = update(Phase).where(own).values(closes_at=until, **columns)
        found = (await db.execute(moved.returning(Phase.id, Phase.closes_at))).one()
        return found.id, found.closes_at


async def sleep_until(database: Database, moment: datetime) -> None:
    """Waits until it is so late by the database's clock."""
    async with database.transaction() as db:
        left = func.greatest(moment - func.clock_timestamp(), timedelta())
        await db.execute(select(func.pg_sleep_for(left)))


class Sent(NamedTuple):
    """An entry: whether it is in, and what the database's clock said before and after asking."""

    before: datetime
    is_in: bool
    after: datetime


async def enter(database: Database, phase_id: int) -> Sent:
    """Sends an entry."""
    clock = select(func.clock_timestamp())
    async with database.transaction() as db:
        before: datetime = (await db.execute(clock)).scalar_one()
        try:
            await must_accept_in(db, phase_id, ENTRIES)
        except Conflict:
            return Sent(before, False, (await db.execute(clock)).scalar_one())
        return Sent(before, True, (await db.execute(clock)).scalar_one())


@pytest.mark.slow
async def test_of_two_around_the_closing_exactly_the_first_is_in(committing: Database) -> None:
    phase_id, closing = await closing_in(committing, 2 * HALF)

    async def at(moment: datetime) -> Sent:
        await sleep_until(committing, moment)
        return await enter(committing, phase_id)

    before, after = await asyncio.gather(at(closing - HALF), at(closing + HALF))
    if before.after >= closing:
        pytest.skip("The machine was too busy to send anything in time.")
    assert (before.is_in, after.is_in) == (True, False)


@pytest.mark.slow
async def test_many_around_the_closing_are_in_by_when_they_were_sent(committing: Database) -> None:
    phase_id, closing = await closing_in(committing, 2 * HALF)

    async def at(number: int) -> Sent:
        await sleep_until(committing, closing + (number - 10) * HALF / 10)
        return await enter(committing, phase_id)

    for before, is_in, after in await asyncio.gather(*map(at, range(20))):
        assert before < closing if is_in else after >= closing


async def waiting(database: Database) -> None:
    """Returns once another transaction waits for a row."""
    ask = text("select count(*) from pg_locks where not granted")
    for _try in range(500):
        async with database.reading() as db:
            if (await db.execute(ask)).scalar_one():
                return
        await asyncio.sleep(0.01)
    raise AssertionError("Nobody waits.")


async def test_who_comes_while_the_end_is_moved_is_judged_by_the_new_end(
    committing: Database,
) -> None:
    phase_id, _closing = await closing_in(committing, -HALF)
    async with committing.transaction() as db:
        phase = await locked(db, Phase, phase_id)
        phase.closes_at = datetime.now(UTC) + HOUR
        await db.flush()
        sending = asyncio.create_task(enter(committing, phase_id))
        await waiting(committing)
    assert (await sending).is_in


async def test_who_came_in_time_does_not_lose_by_waiting(committing: Database) -> None:
    """A manager changes only the name, and holds the row until after the closing."""
    phase_id, closing = await closing_in(committing, 2 * HALF)
    async with committing.transaction() as db:
        phase = await locked(db, Phase, phase_id)
        phase.name = "Another name"
        await db.flush()
        sending = asyncio.create_task(enter(committing, phase_id))
        await waiting(committing)
        await db.execute(select(func.pg_sleep_for(closing - func.clock_timestamp() + HALF / 5)))
    sent = await sending
    # It was held up until after the closing, and is in all the same.
    assert sent.after >= closing
    assert sent.is_in == (sent.before < closing)


async def test_the_end_is_not_moved_while_an_entry_is_written(committing: Database) -> None:
    phase_id, _closing = await closing_in(committing, HOUR)

    async def move() -> None:
        async with committing.transaction() as db:
            (await locked(db, Phase, phase_id)).name = "Moved"

    async with committing.transaction() as db:
        await must_accept_in(db, phase_id, ENTRIES)
        # Others may enter meanwhile.
        assert (await enter(committing, phase_id)).is_in
        moving = asyncio.create_task(move())
        await waiting(committing)
        name = await db.scalar(select(Phase.name).where(Phase.id == phase_id))
        assert name == "Ideas"
    await moving


# Grace.


async def closed_for(
    db: AsyncSession, cast: Cast, passed: timedelta, grace_seconds: int = 0
) -> Phase:
    """A phase that closed so long ago."""
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, closes=-passed, accepts=[ENTRIES]
    )
    (one,) = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).all()
    one.grace_seconds = grace_seconds
    await db.flush()
    return one


async def test_grace_is_none_unless_it_is_declared(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
    (one,) = await phases(db)
    await db.refresh(one)
    assert (one.campaign_id, one.grace_seconds) == (campaign.id, 0)
    late = await closed_for(db, cast, HALF)
    with pytest.raises(Conflict, match="This closed on"):
        await must_accept_in(db, late.id, ENTRIES)
    with pytest.raises(Conflict, match="This closed on"):
        await must_accept(db, late.campaign_id, ENTRIES)


async def test_declared_grace_takes_what_comes_late_and_then_nothing(
    db: AsyncSession, cast: Cast
) -> None:
    within = await closed_for(db, cast, 10 * HALF, grace_seconds=60)
    await must_accept_in(db, within.id, ENTRIES)
    await must_accept(db, within.campaign_id, ENTRIES)
    over = await closed_for(db, cast, timedelta(seconds=61), grace_seconds=60)
    with pytest.raises(Conflict, match="This closed on"):
        await must_accept_in(db, over.id, ENTRIES)
    (shown,) = await phases_now(db, within.campaign_id)
    assert shown.state is PhaseState.OPEN
    assert shown.ends_at == within.closes_at + timedelta(seconds=60)  # type: ignore[operator]
    card = await card_of(db, within.campaign_id)
    assert card and card.moment == within.closes_at


async def test_the_closing_is_announced_after_the_grace(db: AsyncSession, cast: Cast) -> None:
    one = await closed_for(db, cast, 10 * HALF, grace_seconds=60)
    await announce_phases(db)
    assert not await events(db, Kind.PHASE_CLOSED)
    one.grace_seconds = 5
    await db.flush()
    await announce_phases(db)
    assert len(await events(db, Kind.PHASE_CLOSED)) == 1


async def test_a_manager_declares_grace_and_everyone_can_read_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, closes=HOUR, description="What we know."
    )
    await db.commit()
    (one,) = await phases(db)
    mia, stranger = await browse(cast.mia), await browse(None)
    assert "comes late" not in (await stranger.get(campaign.url)).text
    at = f"/management/{campaign.id}/phases"
    for wrong in ("-1", "1441", "ten"):
        answer = await mia.post(at, stored_phase(0, one, grace=wrong))
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.text
    assert (await mia.post(at, stored_phase(0, one, grace="15"))).status_code == 303
    (one,) = await phases(db)
    assert one.grace_seconds == 900
    page = (await stranger.get(campaign.url)).text
    assert "What comes late is still taken until" in page
    assert "up to 15 minutes after the end" in page
    # To take it back is to end it earlier.
    answer = await mia.post(at, stored_phase(0, one, grace=""))
    assert answer.status_code == 422
    assert "people rely on the time that is left" in answer.text


async def test_a_page_within_the_grace_says_both(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    one = await closed_for(db, cast, 10 * HALF, grace_seconds=3600)
    await add(db, one)
    await db.commit()
    page = (await (await browse(None)).get(f"/challenges/{one.campaign_id}")).text
    assert "Closed; what comes late is still taken" in page
    assert "What comes late is still taken until" in page
