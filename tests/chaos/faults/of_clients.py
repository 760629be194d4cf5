"""Clients that are slow, never read, leave before they are answered, or send everything twice."""

import asyncio
import base64
from contextlib import suppress
from random import Random

from tests.chaos.people import Person, say_twice_at_once, say_until_heard
from tests.chaos.place import Place

MANY = 40
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\n"
)
GET = "GET {} HTTP/1.1\r\nHost: localhost\r\n"
POST = (
    "POST {} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nCookie: ideahub={}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}"
)


async def send_heads_slowly(place: Place, chance: Random) -> None:
    """Many connections, on each a head that never ends."""
    await _many(place, [GET.format("/ideas")] + ["X-More: 1\r\n"] * 20, chance.uniform(1, 3))


async def send_bodies_slowly(place: Place, chance: Random) -> None:
    """Many connections, on each a form that never ends."""
    secret = chance.choice(list(place.filled.late.values()))
    path = f"/ideas/{place.filled.quiet[0]}/contributions"
    begun = POST.format(path, secret, 5_000, "kind=build&body=")
    await _many(place, [begun] + ["slow"] * 20, chance.uniform(1, 3))


async def never_read_sockets(place: Place, chance: Random) -> None:
    """Sockets of the hottest pages, whose clients take nothing of what is pushed."""
    rooms = "&".join(f"room=idea:{idea}" for idea in place.filled.hot)
    await _many(place, [GET.format(f"/live?{rooms}") + UPGRADE + "\r\n"], chance.uniform(1, 4))


async def never_read_pages(place: Place, chance: Random) -> None:
    """Pages are asked for, many on each connection, and not taken."""
    asked = (GET.format(f"/ideas/{place.filled.hot[0]}") + "\r\n") * 15
    await _many(place, [asked], chance.uniform(1, 3))


async def _many(place: Place, pieces: list[str], seconds: float) -> None:
    await asyncio.gather(*(_talk(place, pieces, seconds) for _client in range(MANY)))


async def _talk(place: Place, pieces: list[str], seconds: float) -> None:
    """Sends the pieces over this time, reads nothing, and is gone."""
    with suppress(OSError):
        # So little that the kernel does not read for us, either.
        _reader, writer = await asyncio.open_connection("127.0.0.1", place.site.port, limit=1)
        try:
            for piece in pieces:
                if not writer.is_closing():
                    writer.write(piece.encode())
                await asyncio.sleep(seconds / len(pieces))
        finally:
            writer.transport.abort()


async def send_twice_at_once(place: Place, chance: Random) -> None:
    """One form, two presses."""
    person, path, words = _something_to_say(place, chance)
    await say_twice_at_once(person, path, words)


async def leave_and_send_again(place: Place, chance: Random) -> None:
    """The answer is lost, so the form is sent again."""
    person, path, words = _something_to_say(place, chance)
    body = f"kind=build&seen=1&body={words.replace(' ', '+')}"
    await _talk(place, [POST.format(path, person.secret, len(body), body)], chance.uniform(0, 0.1))
    await say_until_heard(person, path, words)


def _something_to_say(place: Place, chance: Random) -> tuple[Person, str, str]:
    person = chance.choice(place.people(place.filled.late))
    path = f"/ideas/{chance.choice(place.filled.quiet)}/contributions"
    return person, path, place.memory.new_words(person.id)


FAULTS = {
    "heads are sent slowly": send_heads_slowly,
    "forms are sent slowly": send_bodies_slowly,
    "sockets are never read": never_read_sockets,
    "pages are never read": never_read_pages,
    "a form is sent twice at once": send_twice_at_once,
    "a form is sent again after a lost answer": leave_and_send_again,
}
