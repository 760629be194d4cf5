"""Somebody who is signed in opens a page of an attacker: their browser says so, and nothing is
done."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import expect

from ideahub.http import guard
from ideahub.ideas.models import Idea
from tests.journeys.playing import Play

FORM = '<form method="post" action="{deed}"></form><script>document.forms[0].submit()</script>'
# What the attacker's pages are made of; {deed} is the address of Ben's vote.
ATTACKS = {
    "form": FORM,
    "form-without-referer": '<meta name="referrer" content="no-referrer">' + FORM,
    "frame": f"<iframe srcdoc='{FORM}'></iframe>",
    "sandbox": f"<iframe sandbox='allow-scripts allow-forms' srcdoc='{FORM}'></iframe>",
    "fetch": (
        "<script>fetch('{deed}', {{method: 'POST', mode: 'no-cors', credentials: 'include'}})"
        "</script>"
    ),
    "redirect": FORM.replace("{deed}", "/to-the-deed"),
}


@asynccontextmanager
async def attacker(deed: str) -> AsyncIterator[int]:
    """Serves the attacks, and one address that sends a form on to the deed; gives the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readline()).decode().split()[1].lstrip("/")
        while (await reader.readline()).strip():
            pass
        head = f"307 On\r\nLocation: {deed}" if path not in ATTACKS else "200 OK"
        body = ATTACKS.get(path, "").format(deed=deed)
        sent = f"HTTP/1.1 {head}\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{body}"
        writer.write(sent.encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


Heard = asyncio.Queue[tuple[dict[str, str], bool]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What comes to the site and changes something: its headers, and whether it is refused."""
    found: Heard = asyncio.Queue()
    really = guard.is_foreign

    def watched(scope: Any, own_address: str) -> bool:
        refused = really(scope, own_address)
        if scope.get("method") == "POST":
            lines = scope["headers"]
            found.put_nowait(({name.decode(): value.decode() for name, value in lines}, refused))
        return refused

    monkeypatch.setattr(guard, "is_foreign", watched)
    return found


# Another port is the same site, to which even SameSite=Lax cookies go along.
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_attack_supports_an_idea(play: Play, heard: Heard, host: str) -> None:
    deed = f"{play.stage.served.config.public_url}{play.place}/vote"
    context = await play.stage.context(play.cast.ben)
    async with attacker(deed) as port:
        for name in ATTACKS:
            await (await context.new_page()).goto(f"http://{host}:{port}/{name}")
            async with asyncio.timeout(10):
                sent, refused = await heard.get()
            assert refused, (name, sent)
            if host == "127.0.0.1" and name != "sandbox":
                assert "ideahub=" in sent["cookie"], (name, sent)
    play.stage.faults.clear()  # the attacker's pages complain of what they were refused
    async with play.stage.served.database.reading() as db:
        assert (await db.get_one(Idea, play.idea.id)).votes_count == 5
    # The same press on our own page is heard.
    ben = await play.stage.tab(play.cast.ben, play.place, context=context)
    await ben.button("Support").click()
    await expect(ben.button("You support this")).to_be_visible()
    await play.sees_count(ben, 6)
    assert not (await heard.get())[1]


async def test_a_refused_person_reads_what_to_do(play: Play) -> None:
    deed = f"{play.stage.served.config.public_url}{play.place}/vote"
    context = await play.stage.context(play.cast.ben)
    async with attacker(deed) as port:
        page = await context.new_page()
        await page.goto(f"http://127.0.0.1:{port}/form")
        await expect(page.get_by_text("Open the page on this site")).to_be_visible()
