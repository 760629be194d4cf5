"""What happens in quick succession is pushed together: the first at once, the last for certain."""

import asyncio
import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.asyncio.client import ClientConnection

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind, record
from ideahub.ideas.models import Idea
from ideahub.realtime.hub import Hub
from ideahub.realtime.push import Push
from ideahub.realtime.rooms import RECONNECT, SIGNED_OUT, Listener, Rooms
from tests.support.cast import make_person
from tests.support.serving import Site, heard, serve, stage

FOLLOWING = 12
COUNT = re.compile(r"-support\"[^>]*>\s*<strong[^>]*>(\d+)</strong>")


async def shown(socket: ClientConnection, last: int) -> list[int]:
    """The numbers of supporters that are pushed, until this one."""
    numbers: list[int] = []
    while not numbers or numbers[-1] != last:
        numbers += map(int, COUNT.findall(await heard(socket, "-support", seconds=20)))
    return numbers


@pytest.mark.slow
async def test_the_first_comes_by_itself_and_the_others_together(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause lasts until the others have voted, however slow the machine is."""
    cast, idea = await stage(committing)
    async with committing.transaction() as db:
        crowd = [await make_person(db, f"Voter{n} X") for n in range(FOLLOWING)]
    async with serve(config, committing) as served:
        secrets = [await served.sign_in(one) for one in (cast.ben, *crowd)]
        async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
            monkeypatch.setattr(served.app.state.hub, "_merge_seconds", 5.0)
            await served.post(f"/ideas/{idea}/vote", secrets[0])
            assert await shown(socket, 1) == [1]
            await asyncio.gather(
                *(served.post(f"/ideas/{idea}/vote", secret) for secret in secrets[1:])
            )
            assert await shown(socket, FOLLOWING + 1) == [FOLLOWING + 1]


async def test_a_long_transaction_makes_nothing_be_read_again(committing: Database) -> None:
    cast, idea = await stage(committing)
    hub = Hub(committing, {})
    async with committing.reading() as db:
        assert await hub._new_events(db) == []
    async with committing.transaction() as long:
        await long.execute(text("select pg_current_xact_id()"))
        for _time in range(3):
            async with committing.transaction() as db:
                row = await db.get_one(Idea, idea)
                number = await record(db, Kind.VOTE_CAST, cast.ben, on=row)
            async with committing.reading() as db:
                read = [event.id for event in await hub._new_events(db)]
                assert number in read
                assert await hub._new_events(db) == []
        assert len(hub._seen) >= 3
        late = await record(long, Kind.VOTE_CAST, cast.cem, on=await long.get_one(Idea, idea))
    async with committing.reading() as db:
        assert [event.id for event in await hub._new_events(db)] == [late]
        assert await hub._new_events(db) == []
    assert hub._seen == {}


def closed_with(listener: Listener) -> int | str | None:
    return None if listener.queue.empty() else listener.queue.get_nowait()


def test_only_the_sockets_of_a_session_or_person_are_closed() -> None:
    rooms = Rooms()
    one, two, three = (
        Listener(("ideas",), person, session) for person, session in ((1, 10), (1, 11), (2, 20))
    )
    stranger = Listener(("ideas",), None, None)
    for listener in (one, two, three, stranger):
        rooms.join(listener)
    rooms.close_session(10)
    rooms.close_session(99)
    assert list(map(closed_with, (one, two, three, stranger))) == [SIGNED_OUT, None, None, None]
    rooms.close_person(1)
    assert list(map(closed_with, (one, two, three, stranger))) == [RECONNECT, RECONNECT, None, None]


def test_nothing_stays_of_those_who_have_left() -> None:
    rooms = Rooms()
    for number in range(20):
        listener = Listener(("ideas",), number % 3 or None, number)
        rooms.join(listener)
        rooms.leave(listener)
        rooms.leave(listener)
    assert not (rooms._sessions or rooms._people or rooms._members or rooms._owners)


async def test_a_socket_whose_page_leaves_leaves_its_rooms(site: Site) -> None:
    idea, served = await site.another_idea(), site.served
    house, secret = served.app.state.hub.rooms, await served.sign_in(site.cast.ben)
    before = len(house)
    async with served.listen(f"idea:{idea}", cursor=await served.cursor(), secret=secret) as socket:
        await socket.ping()
        async with asyncio.timeout(15):
            while len(house) == before:
                await asyncio.sleep(0.01)
    async with asyncio.timeout(15):
        while len(house) > before:
            await asyncio.sleep(0.01)
    assert not house._listeners(f"idea:{idea}")


async def test_what_a_fault_of_the_database_kept_from_being_pushed_is_pushed_later(
    committing: Database,
) -> None:
    cast, idea = await stage(committing)
    faults = [OSError("gone")]

    async def show(db: AsyncSession, event: Event) -> list[Push]:
        if faults:
            raise faults.pop()
        return [Push(f"idea:{event.idea_id}", "support", str(event.id))]

    hub = Hub(committing, {Kind.VOTE_CAST: [show]})
    listener = Listener((f"idea:{idea}",), None, None)
    hub.rooms.join(listener)
    await hub.catch_up()
    async with committing.transaction() as db:
        await record(db, Kind.VOTE_CAST, cast.ben, on=await db.get_one(Idea, idea))
    with pytest.raises(OSError, match="gone"):
        await hub.catch_up()
    assert listener.queue.empty()
    await hub.catch_up()
    assert "support" in str(listener.queue.get_nowait())
    await hub.catch_up()
    assert listener.queue.empty()
