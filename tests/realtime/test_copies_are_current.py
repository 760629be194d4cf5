"""A copy of an open page is never older than the request for it.

Another process may have pushed a deed before the page came back, and does not push it again. So a
process that has not heard of the deed yet must not answer with what it has kept.
"""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote
from ideahub.realtime import hub as hub_module
from ideahub.realtime import next_reading
from ideahub.realtime.next_reading import NextReading
from tests.support.cast import Cast, viewer_of
from tests.support.serving import Served, serve, stage

NONE, ONE = ">0</strong>", ">1</strong>"
COPY = {"Live-Copy": "1"}


class Unheard:
    """Announces what is committed to nobody."""

    def announce(self) -> None:
        """Does nothing."""


@pytest.fixture
async def behind(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Served, Cast, int]]:
    """A process that keeps the page of an idea, and hears of no deed by itself any more."""
    cast, idea = await stage(committing)
    monkeypatch.setattr(hub_module, "CURRENT_SECONDS", 3600.0)
    async with serve(config, committing) as served:
        served.app.state.hub.announcements.look_seconds = 3600.0
        elsewhere = Database(committing.bind, size=2)
        elsewhere.announce_by(Unheard())
        async with asyncio.timeout(20):
            while not len(served.app.state.pages):
                assert NONE in (await _page(served, idea)).text
        async with elsewhere.transaction() as db:
            viewer = await viewer_of(db, cast.ben)
            await vote(db, viewer, await find_idea(db, viewer, idea))
        yield served, cast, idea


async def _page(served: Served, idea: int, **headers: str) -> httpx.Response:
    async with served.client() as client:
        answer = await client.get(f"/ideas/{idea}", headers=headers)
    assert answer.status_code == 200
    return answer


async def test_a_copy_shows_what_was_done_elsewhere(behind: tuple[Served, Cast, int]) -> None:
    served, _cast, idea = behind
    assert NONE in (await _page(served, idea)).text
    assert ONE in (await _page(served, idea, **COPY)).text
    assert ONE in (await _page(served, idea)).text


async def test_so_does_the_copy_of_somebody_signed_in(behind: tuple[Served, Cast, int]) -> None:
    served, cast, idea = behind
    secret = await served.sign_in(cast.cem)
    cookie = {"Cookie": f"ideahub={secret}"}
    assert ONE in (await _page(served, idea, **cookie, **COPY)).text


async def test_many_copies_wait_for_one_reading(behind: tuple[Served, Cast, int]) -> None:
    served, _cast, idea = behind
    hub = served.app.state.hub
    read, readings = hub.catch_up, list[None]()

    async def counted() -> None:
        readings.append(None)
        await read()

    hub.catch_up = counted
    answers = await asyncio.gather(*(_page(served, idea, **COPY) for _each in range(20)))
    assert all(ONE in answer.text for answer in answers)
    assert 1 <= len(readings) < 5


async def test_a_copy_comes_anew_where_nothing_can_be_read(
    behind: tuple[Served, Cast, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    served, _cast, idea = behind
    monkeypatch.setattr(next_reading, "PATIENCE_SECONDS", 0.05)

    async def stuck() -> None:
        await asyncio.sleep(3600)

    served.app.state.hub.catch_up = stuck
    assert ONE in (await _page(served, idea, **COPY)).text


async def test_a_reading_that_has_begun_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_reading, "GATHER_SECONDS", 0.0)
    woken = asyncio.Event()
    reading = NextReading(woken.set)
    with reading.begun():
        waiting = asyncio.create_task(reading.ended())
        await woken.wait()
    await asyncio.sleep(0)
    assert not waiting.done()
    with reading.begun():
        pass
    assert await waiting is True


async def test_a_reading_that_fails_has_not_read_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_reading, "GATHER_SECONDS", 0.0)
    woken = asyncio.Event()
    reading = NextReading(woken.set)
    waiting = asyncio.create_task(reading.ended())
    await woken.wait()
    with pytest.raises(OSError, match="gone"), reading.begun():
        raise OSError("gone")
    assert await waiting is False
