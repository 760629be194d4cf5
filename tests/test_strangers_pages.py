"""Whoever is not signed in gets the same page as everybody else who is not, byte by byte."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session, end_session_of
from ideahub.app import guarded
from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.http import pages
from ideahub.ideas.models import Idea
from ideahub.pipeline.models import Experiment
from ideahub.sponsorship.models import Pledge
from tests.support.cast import Cast
from tests.support.in_pseudo import LANGUAGE
from tests.support.private_things import Things
from tests.test_visibility import NOTHING, PLAIN, routes

NOW = datetime.now(UTC)
# Each has a page that anyone may open; the newest of each is public.
PUBLIC: dict[str, Any] = {
    "campaign_id": Campaign,
    "idea_id": Idea,
    "contribution_id": Contribution,
    "pledge_id": Pledge,
    "experiment_id": Experiment,
}
SHOWN = {"/", "/ideas", "/challenges", "/idea-boxes", "/pipeline", "/sign-in", "/joining"}


class Frozen(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        """Always the same."""
        return NOW


@pytest.fixture
async def strangers(
    app: Litestar, config: Config, db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Somebody who was never here, and somebody whose session has ended, in another browser."""
    monkeypatch.setattr(pages, "datetime", Frozen)
    ended = await begin_session(db, cast.ben.id)
    await end_session_of(db, ended)
    await db.commit()
    cookies = f"ideahub={ended}; ideahub_known=known; ideahub_visitor=of-old; _ga=GA1.2.3"
    others = {
        "Cookie": cookies,
        "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0",
        "Accept-Language": ", ".join(filter(None, [LANGUAGE, "ar;q=0.9", "de;q=0.8"])),
        "Referer": f"{config.public_url}/ideas",
        "Sec-Fetch-Site": "same-origin",
    }
    served = guarded(app, config)
    transports = [httpx.ASGITransport(served, client=(one, 4_000)) for one in ("192.0.2.1", "::2")]  # type: ignore[arg-type]
    own = [{"User-Agent": "curl/8.9"}, others]
    made = [
        httpx.AsyncClient(transport=transport, base_url=config.public_url, headers=headers)
        for transport, headers in zip(transports, own, strict=True)
    ]
    yield made
    for client in made:
        await client.aclose()


@pytest.mark.slow
async def test_strangers_get_equal_bytes(
    app: Litestar, strangers: list[httpx.AsyncClient], things: Things, db: AsyncSession
) -> None:
    numbers = {name: await db.scalar(select(func.max(table.id))) for name, table in PUBLIC.items()}
    values = dict.fromkeys(("person_id", "organisation_id", "session_id"), 1) | PLAIN | NOTHING
    values |= {name: number or 0 for name, number in numbers.items()}
    shown = set()
    for path, names in routes(app, "GET"):
        if not set(names) <= set(values):
            continue
        address = path.format(**values)
        first, second = [await stranger.get(address) for stranger in strangers]
        for stranger in strangers:
            stranger.cookies.clear()
        assert first.status_code == second.status_code, address
        for answer in (first, second):
            # Whoever is sent to sign in takes the sentence along that says why.
            assert answer.is_redirect or "set-cookie" not in answer.headers, address
        assert _bytes(first) == _bytes(second), address
        assert first.headers.get("etag") == second.headers.get("etag"), address
        shown |= {path} if first.status_code == 200 else set()
    assert shown >= SHOWN, SHOWN - shown


def _bytes(answer: httpx.Response) -> bytes:
    # Which transaction is the oldest moves with every deed anywhere.
    return re.sub(rb"cursor=\d+", b"", answer.content)


async def test_the_copy_of_one_stranger_is_good_for_another(
    strangers: list[httpx.AsyncClient],
) -> None:
    first, second = strangers
    etag = (await first.get("/ideas")).headers["etag"]
    again = await second.get("/ideas", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
