"""Whoever opens very many sockets, or asks one for very many rooms: bounded, and nobody else
notices."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from ideahub.realtime import rooms
from ideahub.realtime.admission import MOST_ROOMS
from ideahub.realtime.push import Push
from ideahub.realtime.rooms import QUEUE_SIZE, Listener, Rooms
from tests.realtime.test_rude_clients import UPGRADE, head
from tests.support.serving import Served, Site, heard

FEW = 4
MANY = 200


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_OF_NETWORK", FEW)
    monkeypatch.setattr(rooms, "MOST_OF_PERSON", FEW)


def listener(person: int | None, network: str) -> Listener:
    return Listener(("ideas",), person, None, network=network)


def test_each_person_and_each_strangers_network_has_places_of_its_own(few: None) -> None:
    """An office behind one address loses none to a stranger there, nor to a colleague."""
    house = Rooms()
    owners = [(None, "192.0.2.1"), (None, "192.0.2.2"), (1, "192.0.2.1"), (2, "192.0.2.1")]
    for person, network in owners:
        for _time in range(FEW):
            assert house.has_place_for(listener(person, network))
            house.join(listener(person, network))
        assert not house.has_place_for(listener(person, network))
    # Nor does a person have more by moving about.
    assert not house.has_place_for(listener(1, "198.51.100.1"))


def test_places_come_back_and_nothing_of_them_stays(few: None) -> None:
    house = Rooms()
    for number in range(FEW * 5):
        one = listener(None, f"192.0.2.{number}")
        house.join(one)
        house.leave(one)
        house.leave(one)
    assert not house._owners
    assert house.has_place_for(listener(None, "192.0.2.1"))


async def opened(served: Served, idea: int, secret: str | None, stack: AsyncExitStack) -> Any:
    cursor = await served.cursor()
    listening = served.listen(f"idea:{idea}", cursor=cursor, secret=secret)
    return await stack.enter_async_context(listening)


@pytest.mark.slow
async def test_sockets_of_one_address_are_bounded(site: Site, few: None) -> None:
    """At the handshake, so that browsers wait ever longer; whoever is signed in has their own."""
    idea, served = await site.another_idea(), site.served
    async with AsyncExitStack() as stack:
        for _time in range(FEW):
            await opened(served, idea, None, stack)
        for _time in range(3):
            with pytest.raises(InvalidStatus) as refused:
                await opened(served, idea, None, stack)
            assert refused.value.response.status_code == 403
        ben = await served.sign_in(site.cast.ben)
        own = [await opened(served, idea, ben, stack) for _time in range(FEW)]
        # Another session of the same person opens no more.
        for secret in (ben, await served.sign_in(site.cast.ben)):
            with pytest.raises(InvalidStatus):
                await opened(served, idea, secret, stack)
        await served.post(f"/ideas/{idea}/vote", ben)
        for socket in own:
            await heard(socket, f"idea-{idea}-support")
        # A secret that opens no session is a stranger's.
        with pytest.raises(InvalidStatus):
            await opened(served, idea, "no-such-secret", stack)
        await own[0].close()
        async with asyncio.timeout(15):
            while served.app.state.hub.rooms._owners["person", site.cast.ben.id] == FEW:
                await asyncio.sleep(0.02)
        await opened(served, idea, ben, stack)


@pytest.mark.slow
async def test_ten_thousand_rooms_are_a_few_look_ups(site: Site) -> None:
    """Where an address may be long enough for them; else they are refused unread."""
    served = site.served
    engine, asked = served.database.bind, 0
    assert isinstance(engine, AsyncEngine)

    def count(*_arguments: Any) -> None:
        nonlocal asked
        asked += 1

    event.listen(engine.sync_engine, "before_cursor_execute", count)
    try:
        # 10,000 times one room, and as many different ones as an address holds.
        for names in (["ideas"] * 10_000, [f"idea:{number}" for number in range(10_000)]):
            with pytest.raises((InvalidStatus, InvalidMessage)):
                async with served.listen(*names, cursor=0):
                    pass
        before = asked
        async with served.listen(*(f"idea:{10**6 + one}" for one in range(400)), cursor=0) as one:
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(one.recv(), 15)
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", count)
    # The clock and the hub ask for something every second as well.
    assert before <= 20
    assert asked - before <= MOST_ROOMS + 20


@pytest.mark.slow
async def test_a_page_that_reads_nothing_takes_little_and_delays_nobody(site: Site) -> None:
    """Twenty megabytes are pushed to a room; one of its sockets reads none of it."""
    idea, served = await site.another_idea(), site.served
    room, house = f"idea:{idea}", served.app.state.hub.rooms
    reader, writer = await asyncio.open_connection("127.0.0.1", served.config.port, limit=1_000)
    cursor = await served.cursor()
    writer.write(head(f"/live?cursor={cursor}&room={room}", UPGRADE.rstrip()).encode())
    assert b" 101 " in await asyncio.wait_for(reader.readline(), 15)
    async with asyncio.timeout(15):
        while not house._listeners(room):
            await asyncio.sleep(0.01)
    (deaf,) = house._listeners(room)
    async with served.listen(room, cursor=cursor) as socket:
        await heard_all(socket, house, room)
        assert deaf.queue.qsize() <= QUEUE_SIZE
        assert deaf.frames.transport.get_write_buffer_size() < 400_000
    writer.close()
    async with asyncio.timeout(15):
        while house._listeners(room):
            await asyncio.sleep(0.02)


async def heard_all(socket: Any, house: Rooms, room: str) -> None:
    for number in range(MANY):
        large = f"<p>{number} {'x' * 100_000}</p>"
        await house.send([Push(room, f"element-{number}", large, language="en")])
        assert f"<p>{number} " in str(await asyncio.wait_for(socket.recv(), 15))
