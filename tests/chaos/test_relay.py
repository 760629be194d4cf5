"""The network of the chaos does to connections what it says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.chaos.relay import Ends, Relay

SECONDS = 20.0
# In which nothing may arrive.
SILENCE = 0.3


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    """In front of a server that sends back each line."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(line)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)

    async def to_server() -> Ends:
        return await asyncio.open_connection(*server.sockets[0].getsockname())

    made = Relay(to_server)
    await made.start()
    yield made
    await made.stop()
    server.close()


async def come(relay: Relay) -> Ends:
    """A connection on which one line came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    assert await said(reader, writer) == b"hello\n"
    return reader, writer


async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"hello\n")
    return await asyncio.wait_for(reader.readline(), SECONDS)


async def hears_nothing(reader: asyncio.StreamReader) -> bool:
    try:
        await asyncio.wait_for(reader.readline(), SILENCE)
    except TimeoutError:
        return True
    return False


async def test_what_is_cut_is_reset(relay: Relay) -> None:
    reader, writer = await come(relay)
    relay.cut()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.readline(), SECONDS)
    writer.close()
    (await come(relay))[1].close()


async def test_what_is_held_up_comes_later(relay: Relay) -> None:
    reader, writer = await come(relay)
    relay.hold()
    writer.write(b"late\n")
    assert await hears_nothing(reader)
    relay.go_on()
    assert await asyncio.wait_for(reader.readline(), SECONDS) == b"late\n"
    writer.close()


async def test_what_is_lost_is_told_to_nobody(relay: Relay) -> None:
    reader, writer = await come(relay)
    (lost,) = relay.lose()
    writer.write(b"never\n")
    assert await hears_nothing(reader)
    # Others come through.
    other, others = await come(relay)
    assert await said(other, others) == b"hello\n"
    lost.cut()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.readline(), SECONDS)
    writer.close()
    others.close()
