"""What is new in internal idea boxes is told to their staff on the home page, and to no others."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.events import Event, Kind, record
from ideahub.core.refusals import NotFound
from ideahub.front import live
from ideahub.organisations.models import Organisation, Person
from ideahub.realtime.push import Refresh
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

TITLE = "A walking bus"


def news_of(page: str, region: str) -> str:
    """The words of one list of the news; empty where it is not there."""
    if f'id="{region}"' not in page:
        return ""
    shown = page.split(f'id="{region}"')[1].split("</ol>", maxsplit=1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", shown))


async def home_of(browse: Browse, person: Person | None) -> str:
    """The person's home page."""
    return (await (await browse(person)).get("/")).text


async def held(db: AsyncSession, cast: Cast, host: Organisation, audience: Audience) -> int:
    """Ada posts in a box of the host's, and Mia holds it; returns the number of what Mia did."""
    campaign = await make_campaign(db, host, audience=audience)
    idea = await make_idea(db, campaign, cast.ada, title=TITLE)
    await record(db, Kind.IDEA_POSTED, cast.ada, on=idea)
    number = await record(db, Kind.STAGE_HELD, cast.mia, on=idea)
    await db.commit()
    return number


async def test_staff_are_told_of_what_is_for_staff_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await held(db, cast, cast.city, Audience.INTERNAL)
    for colleague in (cast.ada, cast.ben):
        page = await home_of(browse, colleague)
        assert f"Mia Sato held {TITLE} at Spark" in news_of(page, "staff-happenings")
        assert "Among colleagues" in page
        assert TITLE not in news_of(page, "happenings")


async def test_nobody_else_is(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await held(db, cast, cast.city, Audience.INTERNAL)
    for other in (cast.zed, cast.cem, None):
        page = await home_of(browse, other)
        assert TITLE not in page
        assert "Among colleagues" not in page


async def test_those_above_are_not_told_of_a_department(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await held(db, cast, cast.transport, Audience.INTERNAL)
    assert TITLE in news_of(await home_of(browse, cast.ada), "staff-happenings")
    assert TITLE not in await home_of(browse, cast.ben)


async def test_public_news_are_told_once(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await held(db, cast, cast.city, Audience.PUBLIC)
    page = await home_of(browse, cast.ben)
    assert TITLE in news_of(page, "happenings")
    assert not news_of(page, "staff-happenings")


@pytest.mark.parametrize("audience", Audience)
async def test_open_pages_of_staff_hear_what_is_internal(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    event = await db.get_one(Event, await held(db, cast, cast.city, audience))
    told = await live.show_news(db, event)
    room = f"staff:{cast.city.id}"
    heard = audience is Audience.INTERNAL
    assert [one for one in told if isinstance(one, Refresh)] == ([Refresh(room)] if heard else [])
    assert f"room=staff%3A{cast.city.id}" in await home_of(browse, cast.ada)
    concerns = await live.staff_room(db, await viewer_of(db, cast.ada), cast.city.id)
    missed = (await db.scalars(select(Event.id).where(concerns))).all()
    assert (event.id in missed) is heard


async def test_the_room_is_for_staff(db: AsyncSession, cast: Cast) -> None:
    for other in (cast.zed, cast.cem, None):
        with pytest.raises(NotFound):
            await live.staff_room(db, await viewer_of(db, other), cast.city.id)
