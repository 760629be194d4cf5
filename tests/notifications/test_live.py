"""What a person is told appears on their open pages within a second, and nobody else's; what they
read in one tab is read in all."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.notifications import live
from ideahub.notifications.live import notifications_room
from ideahub.notifications.models import Notification
from ideahub.realtime.listened import showing_to
from ideahub.realtime.push import Push
from ideahub.realtime.routes import NO_ROOM
from tests.conftest import Browse
from tests.notifications.test_telling import drain, follows, news, stage
from tests.support.cast import Cast, viewer_of
from tests.support.serving import closing, heard, serve

ONE = ">1</span>"


async def test_each_of_ones_pages_shows_it_at_once_and_nobody_elses(
    config: Config, committing: Database
) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
        cem = await begin_session(db, cast.cem.id)
        ada = await begin_session(db, cast.ada.id)
        cursor = int(await db.scalar(select(func.max(Event.xact_id))) or 0) + 1
    async with serve(config, committing) as served:
        listens = served.listen
        page = f"notifications:{cast.cem.id}"
        async with (
            listens(cursor=cursor, secret=cem) as anywhere,
            listens(page, cursor=cursor, secret=cem) as listed,
            listens(cursor=cursor, secret=ada) as other,
        ):
            async with committing.transaction() as db:
                await news(db, campaign, cast.mia)
            assert ONE in await heard(anywhere, 'id="unread"', 15)
            assert ONE in await heard(listed, 'id="unread"', 15)
            async with committing.reading() as db:
                number = (await db.scalars(select(Notification.id))).one()
            await served.post(f"/notifications/{number}/reading", cem)
            for socket in (anywhere, listed):
                assert ONE not in await heard(socket, 'id="unread"', 15)
            # What comes in to Ada was about none of this.
            with pytest.raises(TimeoutError):
                await heard(other, "unread", 0.3)


async def test_only_those_with_an_open_page_are_looked_up_and_each_number_is_rendered_once(
    committing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many were told."""
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem, cast.ada, cast.ben)
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
    await drain(committing)
    rendered: list[int] = []

    def counted(_template: str, *, unread: int) -> str:
        rendered.append(unread)
        return f"{unread} are unread"

    monkeypatch.setattr(live, "render", counted)
    looking = {f"told:{cast.cem.id}", f"told:{cast.ada.id}"}
    async with committing.reading() as db:
        event = (await db.scalars(select(Event).where(Event.kind == Kind.PEOPLE_TOLD))).one()
        with showing_to(looking.__contains__):
            pushes = [one for one in await live.show_unread(db, event) if isinstance(one, Push)]
        assert {one.room for one in pushes} == looking and rendered == [1]
        with showing_to(lambda _room: False):
            assert await live.show_unread(db, event) == []
        assert len(await live.show_unread(db, event)) == 6


async def test_the_list_is_asked_to_load_again(config: Config, committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
        cem = await begin_session(db, cast.cem.id)
    async with serve(config, committing) as served:
        page = f"notifications:{cast.cem.id}"
        async with served.listen(page, cursor=2**40, secret=cem) as listed:
            async with committing.transaction() as db:
                await news(db, campaign, cast.mia)
            await heard(listed, '"refresh": true', 15)


async def test_nobody_listens_to_what_another_one_is_told(
    config: Config, committing: Database
) -> None:
    cast, _campaign = await stage(committing)
    async with committing.transaction() as db:
        ada = await begin_session(db, cast.ada.id)
        with pytest.raises(NotFound):
            await notifications_room(db, await viewer_of(db, cast.ada), cast.cem.id)
    async with serve(config, committing) as served:
        for room in (f"notifications:{cast.cem.id}", f"told:{cast.cem.id}"):
            for secret in (ada, None):
                async with served.listen(room, cursor=1, secret=secret) as socket:
                    assert await closing(socket) == NO_ROOM
        async with served.listen(cursor=1) as stranger:
            assert await closing(stranger) == NO_ROOM


async def test_an_event_says_who_was_told_and_who_read(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem, cast.ada)
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
    await drain(committing)
    async with committing.reading() as db:
        told = select(Event.data).where(Event.kind == Kind.PEOPLE_TOLD)
        (data,) = await db.scalars(told)
        assert data == {"people": sorted([cast.cem.id, cast.ada.id])}


async def test_the_header_asks_how_many_are_unread(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    ada = await browse(cast.ada)
    page = (await ada.get("/account")).text
    assert 'hx-get="/notifications/unread"' in page and 'id="live"' in page
    assert (await ada.get("/notifications/unread")).text.strip() == (
        '<span class="unread" id="unread"></span>'
    )
    event = Event(kind=Kind.ANNOUNCEMENT_MADE)
    db.add(event)
    await db.flush()
    about = {"event_id": event.id, "kind": Kind.ANNOUNCEMENT_MADE, "subject": "News", "text": "So."}
    db.add(Notification(person_id=cast.ada.id, **about))
    await db.commit()
    assert ONE in (await ada.get("/notifications/unread")).text
    stranger = await browse(None)
    assert "hx-get" not in (await stranger.get("/challenges")).text.partition("</header>")[0]
    assert 'id="live"' not in (await stranger.get("/accessibility")).text
    # What was read already is not read once more.
    await ada.post("/notifications/reading", {"up_to": "999999"})
    await ada.post("/notifications/reading", {"up_to": "999999"})
    read = select(func.count()).where(Event.kind == Kind.NOTIFICATIONS_READ)
    assert await db.scalar(read) == 1
