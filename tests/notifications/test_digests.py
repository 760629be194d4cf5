"""Digests: in due time and once, grouped, without what was read, hidden or told by mail before."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.core.db import Database
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site import Site
from ideahub.core.telling import MessageKind
from ideahub.notifications.digests import send_next_digest
from ideahub.notifications.folding import fold_old_mail
from ideahub.notifications.models import Digest, Notification, Rhythm
from ideahub.notifications.schedule import BETWEEN, Times, coming, latest
from ideahub.notifications.wishing import choose, choose_times
from ideahub.organisations.models import Person
from tests.notifications.test_telling import drain, follows, news, stage
from tests.support.cast import Cast

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu"]
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)


async def wants(database: Database, cast: Cast, rhythm: Rhythm) -> None:
    async with database.transaction() as db:
        await choose(db, cast.cem.id, {MessageKind.NEWS: rhythm}, {})


async def due_now(database: Database) -> None:
    """As if the hour had come since: all that was told was told before it."""
    async with database.transaction() as db:
        hour = (await db.execute(select(func.extract("hour", func.now())))).scalar_one()
        days = func.now() - timedelta(days=8)
        await db.execute(update(Notification).values(created_at=days))
        await db.execute(update(Digest).values(due_at=func.now(), hour=int(hour)))


async def send_all(database: Database) -> None:
    while await send_next_digest(database):
        pass


async def mails(db: AsyncSession) -> list[OutgoingMail]:
    return list(await db.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


async def told_twice(database: Database, cast: Cast, campaign: Campaign) -> None:
    async with database.transaction() as db:
        await follows(db, campaign, cast.cem)
    for title in ("First", "Second"):
        async with database.transaction() as db:
            await news(db, campaign, cast.mia, title)
    await drain(database, times=5)


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
async def test_one_mail_tells_of_all_once(committing: Database, rhythm: Rhythm) -> None:
    committing.serve(Site("https://ideas.example"))
    cast, campaign = await stage(committing)
    await wants(committing, cast, rhythm)
    await told_twice(committing, cast, campaign)
    async with committing.reading() as db:
        assert await mails(db) == []
    # Nothing is sent before its hour.
    async with committing.transaction() as db:
        await db.execute(update(Digest).values(due_at=func.now()))
    await send_all(committing)
    async with committing.reading() as db:
        assert await mails(db) == []
    await due_now(committing)
    await asyncio.gather(*(send_all(committing) for _process in range(4)))
    await due_now(committing)
    await send_all(committing)
    async with committing.reading() as db:
        [mail] = await mails(db)
        assert mail.subject == "2 things are new for you"
        assert mail.body.index("Second") < mail.body.index("First")
        assert mail.body.count("Safer school routes\n===") == 1
        noted = (await db.scalars(select(Notification).order_by(Notification.id))).all()
        assert [one.mail_id for one in noted] == [mail.id, mail.id]
        assert all(f"/notifications/{one.id}" in mail.body for one in noted)


async def test_it_comes_in_the_language_and_at_the_hour_of_its_reader(
    committing: Database, offered_pseudo_languages: None
) -> None:
    cast, campaign = await stage(committing)
    await wants(committing, cast, Rhythm.WEEKLY)
    async with committing.transaction() as db:
        # On the clocks of Kathmandu it is 07:00 at 01:15 in UTC, the whole year.
        await choose_times(db, cast.cem.id, timezone="Asia/Kathmandu", hour=7, weekday=4)
        (await db.get_one(Person, cast.cem.id)).language = "en-XA"
    await told_twice(committing, cast, campaign)
    async with committing.reading() as db:
        due = (await db.scalars(select(Digest.due_at))).one()
        assert due and due.astimezone(UTC).strftime("%a %H:%M") == "Fri 01:15"
    await due_now(committing)
    await send_all(committing)
    async with committing.reading() as db:
        [mail] = await mails(db)
        assert mail.content and mail.content["language"] == "en-XA"
        assert mail.subject != "2 things are new for you" and "2" in mail.subject


async def test_none_is_sent_of_what_was_read_or_may_not_be_opened_any_more(
    committing: Database,
) -> None:
    cast, campaign = await stage(committing)
    await wants(committing, cast, Rhythm.DAILY)
    await told_twice(committing, cast, campaign)
    async with committing.transaction() as db:
        first = select(func.min(Notification.id)).scalar_subquery()
        read = update(Notification).where(Notification.id == first)
        await db.execute(read.values(read_at=func.now()))
        await db.execute(update(Campaign).values(audience=Audience.INTERNAL))
    await due_now(committing)
    await send_all(committing)
    async with committing.reading() as db:
        assert await mails(db) == []
        assert not any(await db.scalars(select(Notification.awaits_mail)))
        assert (await db.scalars(select(Digest.due_at))).one() is None


async def test_what_is_chosen_anew_holds_for_what_waits(committing: Database) -> None:
    cast, campaign = await stage(committing)
    await wants(committing, cast, Rhythm.WEEKLY)
    await told_twice(committing, cast, campaign)
    await wants(committing, cast, Rhythm.AT_ONCE)
    await send_all(committing)
    async with committing.reading() as db:
        assert [mail.subject for mail in await mails(db)] == ["2 things are new for you"]
    # Once more on the same day there is none.
    await wants(committing, cast, Rhythm.DAILY)
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia, "Third")
    await drain(committing, times=3)
    await wants(committing, cast, Rhythm.AT_ONCE)
    await send_all(committing)
    async with committing.reading() as db:
        assert len(await mails(db)) == 1
        assert (await db.scalars(select(Digest.due_at > func.now()))).one()
    await wants(committing, cast, Rhythm.NEVER)
    await send_all(committing)
    async with committing.reading() as db:
        assert len(await mails(db)) == 1
        assert not any(await db.scalars(select(Notification.awaits_mail)))


async def test_after_the_mail_server_was_away_several_old_mails_become_one(
    committing: Database,
) -> None:
    cast, campaign = await stage(committing)
    await told_twice(committing, cast, campaign)
    async with committing.transaction() as db:
        await fold_old_mail(db)
        assert len(await mails(db)) == 2
        earlier = func.now() - timedelta(hours=3)
        await db.execute(update(OutgoingMail).values(created_at=earlier))
    async with committing.transaction() as db:
        await fold_old_mail(db)
    await send_all(committing)
    async with committing.reading() as db:
        first, second, digest = await mails(db)
        assert first.given_up_why == second.given_up_why == "it was folded into a digest"
        assert digest.subject == "2 things are new for you" and digest.given_up_at is None


@given(
    at=MOMENTS,
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    rhythm=st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]),
    last=st.none() | st.timedeltas(timedelta(), timedelta(days=3)),
)
def test_a_digest_comes_next_on_another_day_half_a_day_later(
    at: datetime, zone: str, hour: int, weekday: int, rhythm: Rhythm, last: timedelta | None
) -> None:
    times = Times(zone, hour, weekday, None if last is None else at - last)
    found = coming(times, at, rhythm)
    assert found > at and times.allows(found)
    assert found - at <= timedelta(days=16 if rhythm is Rhythm.WEEKLY else 3)
    if times.last:
        assert found - times.last >= BETWEEN
        assert times.day_of(found) != times.day_of(times.last)
    # When it has come, all is due that was told before; nothing of what is told after it.
    assert latest(times, found, rhythm) == found
    assert latest(times, at, rhythm) <= at
