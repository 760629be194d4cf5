"""Pushes are compressed once for all who understand it, and plain for all others."""

import zlib
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.typing import Origin

from ideahub.realtime.encoding import SHORT, encode, encode_for_all
from ideahub.realtime.push import Push
from tests.support.serving import Served, Site, heard

LONG = f"<p>{'A walking bus to school. ' * 100}</p>"
OFFERS: list[tuple[str, Any]] = [
    ("as browsers do", ClientPerMessageDeflateFactory(client_max_window_bits=True)),
    ("a small window", ClientPerMessageDeflateFactory(server_max_window_bits=9)),
    ("nothing kept", ClientPerMessageDeflateFactory(server_no_context_takeover=True)),
    ("none", None),
]


def listening(served: Served, room: str, cursor: int, offer: Any) -> Any:
    address = served.config.public_url.replace("http", "ws", 1)
    return connect(
        f"{address}/live?cursor={cursor}&room={room}",
        origin=Origin(served.config.public_url),
        compression=None,
        extensions=[offer] if offer else None,
    )


@pytest.mark.parametrize("offer", [offer for _name, offer in OFFERS], ids=[n for n, _o in OFFERS])
async def test_every_client_reads_what_is_pushed(site: Site, offer: Any) -> None:
    idea, served = await site.another_idea(), site.served
    room, house = f"idea:{idea}", served.app.state.hub.rooms
    async with listening(served, room, await served.cursor(), offer) as socket:
        await socket.ping()
        for number in range(3):
            html = f"<b>{number} ☕ é</b>{LONG}"
            await house.send([Push(room, "element", html, language="en")])
            assert html in await heard(socket, f"<b>{number}")
        await house.send([Push(room, "element", "<i>short</i>", language="en")])
        await heard(socket, "<i>short</i>")


def test_what_is_long_gets_shorter_and_what_is_short_stays() -> None:
    frames = encode_for_all(LONG)
    assert frames.plain == encode(LONG)
    assert len(frames.deflated) < len(frames.plain) / 5
    # Compressed (RFC 7692, 7.2.1), with a head of two bytes.
    assert frames.deflated[0] == 0xC1
    inflated = zlib.decompressobj(wbits=-15).decompress(frames.deflated[2:] + b"\x00\x00\xff\xff")
    assert inflated.decode() == LONG
    short = encode_for_all("x" * (SHORT - 10))
    assert short.deflated == short.plain


def test_the_same_message_is_the_same_frame_each_time() -> None:
    """Nothing is kept from one message to the next, else sockets could not share it."""
    first = encode_for_all(LONG)
    encode_for_all("Another one. " * 100)
    assert encode_for_all(LONG) == first
