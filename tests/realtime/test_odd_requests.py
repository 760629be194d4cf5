"""Whatever is sent to the port: refused, answered or hung up on, and the server goes on."""

import asyncio
import re
from contextlib import suppress

import pytest
from sqlalchemy import select

from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.server import bounded_http
from tests.realtime.odd_requests import DONE, NO_HTTP, ODD, asks
from tests.support.serving import Served, serve, stage

# Far more than it takes; the limits that are waited for are half a second here.
PATIENCE = 10


async def send(served: Served, raw: bytes) -> tuple[list[int], bytes]:
    """The statuses that came back and all of it; fails where the server does not hang up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.config.port)
    answered = b""
    try:
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                for piece in raw.split(b"PAUSE"):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.05 if b"PAUSE" in raw else 0)
                while some := await reader.read(100_000):
                    answered += some
    finally:
        writer.close()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", answered)], answered


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.5)


@pytest.mark.slow
async def test_odd_requests(committing: Database, config: Config) -> None:
    assert len(NO_HTTP) + len(ODD) > 38
    cast, idea = await stage(committing)
    async with serve(config, committing) as served:
        secret = (await served.sign_in(cast.ben)).encode()
        own = {b"SECRET": secret, b"IDEA": b"%d" % idea}
        for name, raw in NO_HTTP.items():
            statuses, answer = await send(served, _filled(raw, own))
            assert len(statuses) <= 1, (name, answer)
            assert all(400 <= status < 500 for status in statuses), (name, answer)
        for name, (raw, *expected) in ODD.items():
            statuses, answer = await send(served, _filled(raw, own))
            assert statuses == expected, (name, answer)
            assert b"root:" not in answer and b"requires-python" not in answer, name
        assert (await send(served, asks()))[0] == [200]
    await _only_what_was_done_is_there(committing)


def _filled(raw: bytes, own: dict[bytes, bytes]) -> bytes:
    for name, value in own.items():
        raw = raw.replace(name, value)
    return raw


async def _only_what_was_done_is_there(database: Database) -> None:
    """No deed of an unclear request, and none twice."""
    async with database.reading() as db:
        said = sorted(await db.scalars(select(Contribution.body)))
        kind = Event.kind == Kind.CONTRIBUTION_MADE
        told = (await db.scalars(select(Event.subject_id).where(kind))).all()
    assert said == DONE
    assert len(told) == len(set(told)) == len(DONE)
