"""One's home page tells of what happened in what one follows besides ideas, since one was there."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind, record
from ideahub.front.live import show_told
from ideahub.front.models import HomeVisit
from ideahub.ideas.models import Idea
from ideahub.notifications.models import Notification
from ideahub.organisations.models import Person
from ideahub.realtime.push import Refresh
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea

NEWS = "New idea: “A bench halfway”"


async def told(db: AsyncSession, idea: Idea, person: Person, thing: str) -> None:
    """As `tell_new_idea` says it to who follows the thing."""
    number = await record(db, Kind.IDEA_POSTED, None, on=idea)
    line = {"subject": NEWS, "text": "", "path": f"/ideas/{idea.id}", "thing": thing}
    db.add(Notification(person_id=person.id, event_id=number, kind=Kind.IDEA_POSTED, **line))
    await db.commit()


async def test_it_leads_to_the_place_until_it_is_hidden(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for person, thing in (
        (cast.zed, f"organisation:{cast.city.id}"),
        (cast.cem, f"person:{cast.ada.id}"),
        (cast.ben, "tag:walking"),
    ):
        await told(db, idea, person, thing)
        page = (await (await browse(person)).get("/")).text
        assert f'<a href="/ideas/{idea.id}" dir="auto">{NEWS}</a>' in page
    assert NEWS not in (await (await browse(cast.ada)).get("/")).text
    idea.hidden_at = datetime.now(UTC)
    await db.commit()
    assert NEWS not in (await (await browse(cast.zed)).get("/")).text


async def test_what_was_told_before_the_last_visit_is_not_new(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await told(db, idea, cast.ben, "tag:walking")
    later = datetime.now(UTC) + timedelta(minutes=1)
    db.add(HomeVisit(person_id=cast.ben.id, since=later, seen_at=later))
    await db.commit()
    assert NEWS not in (await (await browse(cast.ben)).get("/")).text


async def test_what_was_done_last_comes_first(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    box = await make_campaign(db, cast.city)
    late, early = [await make_idea(db, box, cast.ada, title) for title in ("A bench", "A bus")]
    for idea in (late, early):
        await told(db, idea, cast.ben, "tag:walking")
    before = update(Event).where(Event.idea_id == early.id)
    await db.execute(before.values(created_at=func.now() - timedelta(days=2)))
    await db.commit()
    page = (await (await browse(cast.ben)).get("/")).text
    news = page[page.index('id="own-news-') :]
    assert news.index(f'href="/ideas/{late.id}"') < news.index(f'href="/ideas/{early.id}"')


async def test_open_home_pages_load_it(db: AsyncSession, cast: Cast) -> None:
    number = await record(db, Kind.PEOPLE_TOLD, None, people=[cast.ben.id, cast.cem.id])
    refreshed = await show_told(db, await db.get_one(Event, number))
    assert refreshed == [Refresh(f"own:{cast.ben.id}"), Refresh(f"own:{cast.cem.id}")]
