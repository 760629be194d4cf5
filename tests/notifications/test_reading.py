"""Everyone has a page with what they were told: grouped, with what is new, leading to the place."""

import re
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.core.events import Event, Kind, record
from ideahub.core.telling import MessageKind
from ideahub.notifications.models import Notification
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.questions.faq import a_challenge
from tests.support.cast import Cast, add


async def told(
    db: AsyncSession, person: Person, campaign: Campaign, subject: str, path: str | None = None
) -> Notification:
    event_id = await record(db, Kind.ANNOUNCEMENT_MADE, None, on=campaign)
    made = Notification(
        person_id=person.id,
        event_id=event_id,
        kind=Kind.ANNOUNCEMENT_MADE,
        subject=subject,
        text=f"More about {subject}.",
        path=campaign.url if path is None else path,
    )
    return await add(db, made)


async def test_it_is_grouped_by_challenge_the_newest_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    one = await a_challenge(db, cast, title="Routes")
    two = await a_challenge(db, cast, title="Trees")
    for campaign, subject in ((one, "First"), (two, "Second"), (one, "Third")):
        await told(db, cast.cem, campaign, subject)
    await told(db, cast.ada, one, "For Ada alone")
    await db.commit()
    page = (await (await browse(cast.cem)).get("/notifications")).text
    places = [page.index(f">{word}") for word in ("Routes", "Third", "First", "Trees", "Second")]
    assert places == sorted(places)
    assert "For Ada alone" not in page
    assert page.count(">New</span>") == 3


async def test_what_was_read_stands_behind_what_is_new_by_when_it_was_done(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    one = await a_challenge(db, cast, title="Routes")
    two = await a_challenge(db, cast, title="Trees")
    made = [
        await told(db, cast.cem, campaign, subject)
        for campaign, subject in ((one, "First"), (two, "Second"), (one, "Third"), (two, "Fourth"))
    ]
    # They are told of it later, as when a restored copy is caught up with.
    await db.execute(
        update(Event)
        .where(Event.id == made[1].event_id)
        .values(created_at=datetime(2090, 1, 1, tzinfo=UTC))
    )
    made[2].read_at = made[3].read_at = datetime.now(UTC)
    await db.commit()
    page = (await (await browse(cast.cem)).get("/notifications")).text
    words = (
        "New for you",
        ">Trees",
        "Second",
        ">Routes",
        "First",
        "What you have read",
        "Fourth",
        "Third",
    )
    places = [page.index(word) for word in words]
    assert places == sorted(places)
    assert page.count(">New</span>") == 2


async def test_the_beginning_of_a_long_announcement_is_shown_and_all_of_a_decision(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    for about in (MessageKind.NEWS, MessageKind.OWN):
        made = await told(db, cast.cem, campaign, about.value)
        made.about, made.text = about, f"{'word ' * 100}the end of {about.value}"
    await db.commit()
    page = (await (await browse(cast.cem)).get("/notifications")).text
    assert "the end of own" in page and "the end of news" not in page and "word…" in page


async def test_opening_one_leads_to_its_place_and_marks_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    made = await told(db, cast.cem, campaign, "News", f"{campaign.url}/announcements/7")
    nowhere = await told(db, cast.cem, campaign, "Gone", "")
    await db.commit()
    cem = await browse(cast.cem)
    answer = await cem.post(f"/notifications/{made.id}/reading")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{campaign.url}/announcements/7",
    )
    assert (await cem.get("/notifications")).text.count(">New</span>") == 1
    answer = await cem.post(f"/notifications/{nowhere.id}/reading")
    assert answer.headers["location"] == "/notifications"
    assert ">New</span>" not in (await cem.get("/notifications")).text


async def test_all_are_marked_that_the_page_showed_and_none_that_came_since(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast)
    for number in range(3):
        await told(db, cast.cem, campaign, f"News {number}")
    await db.commit()
    cem = await browse(cast.cem)
    page = (await cem.get("/notifications")).text
    shown = re.search(r'name="up_to" value="(\d+)"', page)
    assert shown
    await told(db, cast.cem, campaign, "Newer")
    await told(db, cast.ada, campaign, "Hers")
    await db.commit()
    assert (await cem.post("/notifications/reading", {"up_to": shown[1]})).status_code == 303
    unread = select(Notification.subject).where(Notification.read_at.is_(None))
    assert set(await db.scalars(unread)) == {"Newer", "Hers"}
    for forged in ("", "x", "-3", "9" * 40):
        await cem.post("/notifications/reading", {"up_to": forged})
    assert set(await db.scalars(unread)) == {"Newer", "Hers"}


async def test_what_others_were_told_is_unknown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await told(db, cast.ada, await a_challenge(db, cast), "Hers")
    await db.commit()
    cem = await browse(cast.cem)
    for number in (made.id, made.id + 1, 10**30):
        assert (await cem.post(f"/notifications/{number}/reading")).status_code == 404
    await db.refresh(made)
    assert made.read_at is None
    guest = await browse(None)
    assert "Hers" not in (await guest.get("/notifications")).text
    assert (await guest.get("/notifications")).status_code in {303, 401}


async def test_the_title_of_what_one_can_see_no_longer_is_not_shown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await a_challenge(db, cast, title="Renamed in secret")
    await told(db, cast.zed, campaign, "News")
    campaign.audience = Audience.INTERNAL
    await db.commit()
    page = (await (await browse(cast.zed)).get("/notifications")).text
    assert "Renamed in secret" not in page and "Not open to you any more" in page


async def test_a_long_list_comes_in_pages(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await a_challenge(db, cast)
    for number in range(45):
        await told(db, cast.cem, campaign, f"News {number:02}")
    await db.commit()
    cem = await browse(cast.cem)
    page = (await cem.get("/notifications")).text
    assert "News 44" in page and "News 04" not in page
    following = re.search(r'href="(/notifications\?before=\d+)"', page)
    assert following
    assert "News 04" in (await cem.get(following[1])).text


async def test_it_is_found_from_the_menu_and_the_account(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await told(db, cast.cem, await a_challenge(db, cast), "News")
    await db.commit()
    page = (await (await browse(cast.cem)).get("/account")).text
    assert page.count('href="/notifications"') == 2
    assert "1 is not read yet." in page
