"""Judges who have something left to do are reminded: by a manager's press, and by the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.outbox import OutgoingMail
from ideahub.judging.models import PanelJudge
from ideahub.judging.reminding import remind_in_time
from tests.conftest import Browse
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import HOUR, Cast
from tests.support.letters import notice_of

DAY = timedelta(days=1)


async def half_way(db: AsyncSession, cast: Cast) -> Judging:
    """Jo has finished, Sam has not, Zed has declared nothing; nobody was written to today."""
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 2)
    await seat(db, judging, cast.jo)
    await seat(db, judging, cast.sam)
    await seat(db, judging, cast.zed, declared=False)
    await share_out(db, judging, cast)
    for one in await assignments(db, judging, judging.judges[0]):
        await score(db, judging, cast.jo, one, "5", "2")
    await told(db, timedelta(days=2))
    await db.execute(delete(OutgoingMail))
    return judging


async def told(db: AsyncSession, before: timedelta) -> None:
    """So long ago all were written to."""
    await db.execute(update(PanelJudge).values(reminded_at=datetime.now(UTC) - before))


async def mails(db: AsyncSession) -> dict[str, str]:
    found = await db.execute(select(OutgoingMail.to, OutgoingMail.subject))
    return {one.to: one.subject for one in found}


async def test_one_press_reminds_who_is_behind_once_a_day(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await half_way(db, cast)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{judging.campaign.id}/judging/{judging.panel.id}"
    assert "Remind 2 judges who are behind" in (await mia.get(at)).text
    answer = await mia.post(f"{at}/reminders")
    assert "2 judges are reminded." in notice_of(answer)
    sent = await mails(db)
    assert sent.keys() == {cast.sam.email, cast.zed.email}
    assert sent[cast.sam.email or ""].startswith("2 entries are left to score")
    assert "conflicts of interest" in sent[cast.zed.email or ""]
    answer = await mia.post(f"{at}/reminders")
    assert "one mail a day at most" in notice_of(answer)
    assert len((await db.scalars(select(OutgoingMail.id))).all()) == 2
    events = await db.scalars(select(Event.data).where(Event.kind == Kind.JUDGES_REMINDED))
    assert events.all() == [{}]


@pytest.mark.parametrize(
    ("closes", "before", "reminded"),
    [
        (73 * HOUR, 2 * DAY, False),
        (71 * HOUR, 2 * DAY, True),
        # By hand since the third day began: not again, until the last.
        (60 * HOUR, 11 * HOUR, False),
        (40 * HOUR, 26 * HOUR, False),
        (23 * HOUR, 26 * HOUR, True),
        # A day has not passed since the last mail.
        (23 * HOUR, 20 * HOUR, False),
        (-1 * HOUR, 5 * DAY, False),
    ],
)
async def test_the_clock_reminds_three_days_and_one_day_before(
    db: AsyncSession, cast: Cast, closes: timedelta, before: timedelta, reminded: bool
) -> None:
    judging = await half_way(db, cast)
    judging.scoring_phase.closes_at = datetime.now(UTC) + closes
    await told(db, before)
    await db.flush()
    for _minute in range(2):
        await remind_in_time(db)
    assert (len(await mails(db)) == 2) is reminded
    events = await db.scalars(select(Event.id).where(Event.kind == Kind.JUDGES_REMINDED))
    assert len(events.all()) == int(reminded)


async def test_nobody_is_reminded_of_what_is_closed(db: AsyncSession, cast: Cast) -> None:
    judging = await half_way(db, cast)
    judging.scoring_phase.closes_at = datetime.now(UTC) + 10 * HOUR
    judging.panel.closed_at = datetime.now(UTC)
    await db.flush()
    await remind_in_time(db)
    assert await mails(db) == {}
