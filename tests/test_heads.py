"""HEAD is answered as GET at every address: the same status and headers, and no body."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from litestar import Litestar

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.http import pages
from ideahub.http.assets import asset
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.private_things import Things
from tests.support.serving import Site
from tests.support.wiring import wired_app
from tests.test_visibility import PLAIN, routes

NOW = datetime.now(UTC)
OTHERS = [
    "/nothing-here",
    "/static/nothing.css",
    # Only forms are sent there.
    "/sign-out",
    "/ideas?q=zeppelin",
    "/%00",
    "/healthz",
    "/readyz",
]


class Frozen(datetime):
    """A clock that stands, as pages say how long ago something was."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        """Always the same."""
        return NOW


@pytest.fixture
def app(config: Config, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Litestar]:
    """With the demo's routes, too."""
    monkeypatch.setattr(pages, "datetime", Frozen)
    with wired_app(replace(config, demo=True), database) as app:
        yield app


def addresses(app: Litestar, things: Things) -> set[str]:
    """One or more for each route that answers GET."""
    found = set()
    for path, names in routes(app, "GET"):
        for known in things.numbers.values():
            if set(names) <= {*known, *PLAIN}:
                own = {name: known[name][0] for name in names if name in known}
                found.add(path.format(**PLAIN | own))
    return found


@pytest.mark.parametrize("who", ["ann", ""], ids=["an admin", "a stranger"])
async def test_every_address_answers_head_as_get(
    app: Litestar, things: Things, cast: Cast, browse: Browse, who: str
) -> None:
    browser = await browse(getattr(cast, who) if who else None)
    asked = addresses(app, things)
    assert len(asked) > 30
    for address in sorted(asked | {*OTHERS, asset("app.css"), asset("app.js")}):
        # A notice or a cookie that the first answer takes away would make the second differ.
        await browser.get(address)
        await _is_alike(browser, address)


async def _is_alike(browser: Browser, address: str) -> None:
    get = await browser.get(address)
    head = await browser.client.head(address)
    assert head.status_code == get.status_code, address
    assert head.content == b"", address
    assert list(head.headers.multi_items()) == list(get.headers.multi_items()), address


async def test_what_has_not_changed_is_not_sent_to_either(browse: Browse) -> None:
    browser = await browse(None)
    for address in ("/ideas", asset("app.css")):
        etag = (await browser.get(address)).headers["etag"]
        asked = {"If-None-Match": etag}
        assert (await browser.get(address, headers=asked)).status_code == 304
        assert (await browser.client.head(address, headers=asked)).status_code == 304


async def test_through_a_socket_too(site: Site) -> None:
    """The length is that of the page, nothing follows the head, and the connection lives on."""
    port = site.served.config.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with site.served.client() as client:
        lengths = {
            address: (await client.get(address, headers={"Accept-Encoding": "identity"})).headers[
                "content-length"
            ]
            for address in ("/healthz", "/ideas", asset("app.css"))
        }
    for address, length in lengths.items():
        request = f"HEAD {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        writer.write(request.encode())
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 15)).decode().lower()
        assert head.startswith("http/1.1 200"), address
        assert f"content-length: {length}\r\n" in head, address
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.3)
    writer.close()
