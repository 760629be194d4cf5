"""My entries, and the managers' list: what each says, page by page, for a constant number of
queries; and what strangers are asked for."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase, Purpose
from ideahub.entries import managing
from ideahub.entries.entering import withdraw_entry
from ideahub.organisations.models import Person
from tests.conftest import Browse, Counted
from tests.entries.entering import begin, enter, make_contest
from tests.support.cast import Cast, add, make_person, viewer_of

Count = Callable[[], AbstractContextManager[Counted]]


async def test_my_entries_say_what_comes_next(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, phase = await make_contest(db, cast.city)
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="The jury reads",
            opens_at=phase.closes_at,
            closes_at=phase.closes_at and phase.closes_at + timedelta(days=9),
            purpose=Purpose.JUDGING,
            accepts=[Accepts.SCORING],
        ),
    )
    await begin(db, cast.cem, phase)
    cem = await browse(cast.cem)
    page = (await cem.get("/entries")).text
    assert "Draft" in page
    assert "Submit it before" in page
    revision = await enter(db, cast.cem, phase)
    page = (await cem.get("/entries")).text
    assert "You can change it until" in page
    await db.execute(update(Phase).where(Phase.id == phase.id).values(closes_at=func.now()))
    await db.commit()
    assert "It will be judged from" in (await cem.get("/entries")).text
    late = Phase.position == 2
    await db.execute(update(Phase).where(late).values(opens_at=func.now()))
    await db.commit()
    assert "It is being judged until" in (await cem.get("/entries")).text
    await withdraw_entry(db, await viewer_of(db, cast.cem), revision.entry_id)
    await db.commit()
    page = (await cem.get("/entries")).text
    assert "Withdrawn" in page
    assert "It does not take part." in page
    assert "Lanes" in (await cem.get("/my-page")).text
    assert (await (await browse(None)).get("/entries")).status_code == 303


async def test_pages_of_the_managers_list(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    count_queries: Count,
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/entries"
    made: list[Person] = []
    needed = []
    for _round in range(2):
        for _one in range(3):
            made.append(await make_person(db, f"Person{len(made)} Lind"))
            await enter(db, made[-1], phase, title=f"Entry of {made[-1].name}")
        await db.commit()
        with count_queries() as counted:
            page = (await mia.get(at)).text
        needed.append(counted.number)
        assert page.count("Entry of") == len(made)
    assert needed[0] == needed[1]
    listed = await managing.managed_entries(db, campaign.id, managing.Show.ALL, 4)
    assert [one.number for one in listed.entries] == [5, 6]
    assert "No. 6" in (await mia.get(f"{at}?after=4")).text
    assert "No. 4" not in (await mia.get(f"{at}?after=4")).text
    for odd in ("after=-1", "after=99999999999999999999", "show=bribed"):
        assert (await mia.get(f"{at}?{odd}")).status_code in (200, 400), odd


async def test_more_of_ones_own_entries_take_no_more_queries(
    db: AsyncSession, cast: Cast, browse: Browse, count_queries: Count
) -> None:
    _campaign, phase = await make_contest(db, cast.city)
    cem, needed = await browse(cast.cem), []
    for number in range(1, 3):
        await enter(db, cast.cem, phase, title=f"Entry {number}")
        await db.commit()
        with count_queries() as counted:
            assert (await cem.get("/entries")).text.count("Entry no.") == number
        needed.append(counted.number)
    assert needed[0] == needed[1]


async def test_the_challenge_shows_the_way_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign, phase = await make_contest(db, cast.city)
    await db.commit()
    stranger, cem, ada = await browse(None), await browse(cast.cem), await browse(cast.ada)
    new = f"{campaign.url}/entries/new"
    for browser in (stranger, cem):
        assert new in (await browser.get(campaign.url)).text
    asked = await stranger.get(new)
    assert asked.status_code == 303
    sign_in = (await stranger.get(asked.headers["location"])).text
    assert "Sign in to enter" in sign_in
    await enter(db, cast.cem, phase, title="Green lanes")
    await db.commit()
    # The page is the same for all who see the same, but for what is one's own.
    assert "Green lanes" in (await cem.get(campaign.url)).text
    assert "Green lanes" not in (await ada.get(campaign.url)).text
    await db.execute(update(Phase).values(closes_at=func.now()))
    await db.commit()
    closed = await stranger.get(new)
    assert closed.status_code == 409
    assert "This closed on" in closed.text
    assert "Entries are not taken any more" in (await ada.get(new)).text
    box = await make_person(db, "Nobody")
    assert (await (await browse(box)).get("/challenges/999999/entries/new")).status_code == 404
