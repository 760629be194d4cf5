"""What every answer carries, and what is refused at the door."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from litestar import Litestar

from ideahub.app import guarded
from ideahub.core.config import Config
from ideahub.http.guard import HEADERS
from tests.conftest import Browse
from tests.support.cast import Cast


@pytest.mark.parametrize(
    "url",
    ["/", "/nowhere", "/ideas/999999", "/ideas/99999999999999999999", "/healthz", "/static/x"],
)
async def test_every_answer_carries_the_headers(browse: Browse, url: str) -> None:
    answer = await (await browse(None)).get(url)
    for name, value in HEADERS:
        assert answer.headers[name.decode()] == value.decode(), name


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/ideas/99999999999999999999", 404),
        ("/ideas/-1", 404),
        ("/ideas/1.5", 404),
        ("/ideas/%00", 400),
        ("/ideas?q=%00", 400),
        ("/ideas?within=99999999999999999999", 200),
        ("/ideas?within=&q=&stage=", 200),
        ("/ideas?stage=nonsense&order=nonsense&tag=%F0%9F%92%A1", 200),
        ("/static/../../pyproject.toml", 404),
        ("/static/%2e%2e/%2e%2e/pyproject.toml", 404),
    ],
)
async def test_odd_addresses_get_a_plain_answer(browse: Browse, url: str, status: int) -> None:
    assert (await (await browse(None)).get(url)).status_code == status


async def test_too_much_at_once_is_refused(cast: Cast, browse: Browse) -> None:
    ben = await browse(cast.ben)
    answer = await ben.post("/preferences/theme", {"theme": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "too much" in answer.text


async def test_a_page_that_has_not_changed_is_not_sent_again(cast: Cast, browse: Browse) -> None:
    ben = await browse(cast.ben)
    first = await ben.get("/ideas")
    again = await ben.get("/ideas", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


OWN = "https://ideas.example"
NAMES = {
    "ideas.example": True,
    "IDEAS.example:443": True,
    "localhost:8000": True,
    "127.0.0.1:8000": True,
    "[::1]:8000": True,
    "192.0.2.7": True,
    "[2001:db8::7]:8000": True,
    # Whoever owns a name can point it at this machine, and then read what it shows.
    "evil.example": False,
    "evil.example:8000": False,
    "ideas.example.evil.example": False,
    "127.0.0.1.evil.example": False,
    "localhost.evil.example": False,
    "2130706433": False,
    "[::1": False,
    "": False,
}


@pytest.mark.parametrize("door", ["demo", "development"])
@pytest.mark.parametrize("name", NAMES)
async def test_demo_and_development_answer_to_no_foreign_name(
    app: Litestar, config: Config, name: str, door: str
) -> None:
    shut = replace(config, public_url=OWN, demo=False, development=False)
    served = guarded(app, replace(shut, **{door: True}))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=served)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=OWN) as client:
        for url in ("/healthz", "/sign-in", "/development/mail", "/static/favicon.svg"):
            answer = await client.get(url, headers={"Host": name})
            assert (answer.status_code != 421) is NAMES[name], url
            assert NAMES[name] or f"Open {OWN} instead" in answer.text
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["ideas.example", "evil.example"])
async def test_no_socket_is_opened_under_a_foreign_name(
    app: Litestar, config: Config, name: str
) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect" if not sent else "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "websocket",
        "path": "/live",
        "raw_path": b"/live",
        "query_string": b"room=ideas&cursor=1",
        "headers": [(b"host", name.encode()), (b"origin", f"http://{name}".encode())],
        "subprotocols": [],
        "state": {},
    }
    served = guarded(app, replace(config, public_url="http://ideas.example"))
    await served(scope, receive, send)
    foreign = {"type": "websocket.close", "code": 4403, "reason": "foreign origin"}
    assert (sent[0] == foreign) is (name == "evil.example")


async def test_elsewhere_proxies_may_name_it_as_they_like(app: Litestar, config: Config) -> None:
    served = guarded(app, replace(config, public_url=OWN, demo=False, development=False))
    transport = httpx.ASGITransport(app=served)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=OWN) as client:
        assert (await client.get("/healthz", headers={"Host": "app:8000"})).status_code == 200
