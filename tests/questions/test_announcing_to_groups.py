"""Managers choose whom an announcement is for, and only those read what is not for everyone."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind
from ideahub.core.telling import TELLS
from ideahub.following.following import follow
from ideahub.questions.models import Announcement
from tests.conftest import Browse
from tests.judging.panels_made import enter, make_judging, seat
from tests.questions.faq import looked_at_and_sent
from tests.support.cast import HOUR, Cast, viewer_of

NEWS = {"title": "We meet on Monday", "text": "In the hall."}


async def everybody(db: AsyncSession, cast: Cast) -> Campaign:
    """A challenge that Cem follows, Ben enters and Jo judges; Ben follows it, too."""
    judging = await make_judging(db, cast)
    (await seat(db, judging, cast.jo)).accepted_at = datetime.now(UTC) - HOUR
    await enter(db, judging, cast.ben)
    for person in (cast.cem, cast.ben):
        await follow(db, await viewer_of(db, person), judging.campaign)
    await db.commit()
    return judging.campaign


async def told(db: AsyncSession) -> list[set[int]]:
    event = await db.scalar(select(Event).where(Event.kind == Kind.ANNOUNCEMENT_MADE))
    assert event
    (tell,) = TELLS[Kind.ANNOUNCEMENT_MADE]
    return [set(await db.scalars(message.to)) for message in await tell(db, event)]


async def test_the_form_says_how_many_belong_to_each_group(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await everybody(db, cast)
    page = (await (await browse(cast.mia)).get(f"/management/{campaign.id}/announcements")).text
    for words in ("Followers: 2 people", "Those who enter: 1 person", "Judges: 1 person"):
        assert words in page
    for key in ("followers", "entrants", "judges"):
        assert f'value="{key}" checked' in page


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        (["judges"], [{"jo"}]),
        (["entrants", "judges"], [{"ben"}, {"jo"}]),
        (["followers"], [{"cem", "ben"}]),
    ],
)
async def test_only_those_who_were_chosen_are_told(
    db: AsyncSession, cast: Cast, browse: Browse, groups: list[str], names: list[set[str]]
) -> None:
    campaign = await everybody(db, cast)
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/announcements"
    answer = await looked_at_and_sent(mia, at, NEWS | {"groups": groups})
    assert answer.status_code == 303
    assert await told(db) == [{getattr(cast, name).id for name in some} for some in names]


async def test_what_is_for_judges_only_is_read_by_them_and_by_managers(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await everybody(db, cast)
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/announcements"
    place = (await looked_at_and_sent(mia, at, NEWS | {"groups": ["judges"]})).headers["location"]
    for person, status in ((cast.mia, 200), (cast.jo, 200), (cast.ben, 404), (None, 404)):
        answer = await (await browse(person)).get(place)
        assert answer.status_code == status, person
        assert ("Only for judges" in answer.text) is (status == 200)
    public = (campaign.url, f"{campaign.url}/announcements", f"{campaign.url}/feed.atom")
    for reader in (cast.jo, cast.cem, None):
        for address in public:
            assert NEWS["title"] not in (await (await browse(reader)).get(address)).text
    managed = (await mia.get(at)).text
    assert NEWS["title"] in managed and "For judges" in managed


async def test_somebody_has_to_be_chosen(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await everybody(db, cast)
    page = await (await browse(cast.mia)).post(f"/management/{campaign.id}/announcements", NEWS)
    assert page.status_code == 422 and "Choose who is told of it." in page.text
    assert NEWS["text"] in page.text and await db.scalar(select(Announcement.id)) is None


async def test_it_is_looked_at_before_it_goes_out(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await everybody(db, cast)
    await follow(db, await viewer_of(db, cast.mia), campaign)
    await db.commit()
    mia, at = await browse(cast.mia), f"/management/{campaign.id}/announcements"
    sent = NEWS | {"groups": ["followers", "entrants"]}
    for do in ("look", "send", ""):
        shown = await mia.post(at, sent | {"do": do, "looked": ""})
        assert shown.status_code == 200 and "Nothing is sent yet." in shown.text
    page = re.sub(r"[\u2068\u2069]", "", shown.text)
    # Ben follows and enters, and Mia is not told of what she does herself.
    assert "2 people are told" in page and "IdeaHub &lt;ideahub@localhost&gt;" in page
    assert f"{campaign.title}: {NEWS['title']}" in page
    assert await db.scalar(select(Announcement.id)) is None
    looked = re.search(r'name="looked" value="([^"]+)"', page)
    assert looked
    changed = sent | {"do": "send", "looked": looked[1], "groups": ["judges"]}
    again = (await mia.post(at, changed)).text
    assert "look at it once more" in again and "1 person is told" in again
    assert await db.scalar(select(Announcement.id)) is None
