"""A page of another site sends our forms with the cookies of whoever opens it: nothing is done."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.app import guarded
from ideahub.core.config import Config
from ideahub.core.events import Event
from ideahub.http.guard import is_foreign
from ideahub.ideas.models import Idea, Vote
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.header_sets import HEADER_SETS, OWN, OWN_PAGES, SIBLING, TODAY, Sent

WHAT_TO_DO = "Nothing was done. Open the page on this site and send it from there."


@dataclass
class Site:
    """The site over https, Ada's idea, and Ben's session."""

    app: Litestar
    client: httpx.AsyncClient
    idea: Idea
    cookie: str

    async def send(
        self, url: str, sent: Sent, *, cookie: bool, method: str = "POST", **options: Any
    ) -> httpx.Response:
        """Sends a deed with these headers, with or without Ben's session."""
        self.client.cookies.clear()
        headers = [*sent.headers, *([("Cookie", self.cookie)] if cookie else [])]
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        return await self.client.request(method, url, headers=raw, **options)


@pytest.fixture
async def site(
    app: Litestar, config: Config, db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """As it runs in production."""
    public = replace(config, public_url=OWN, demo=False, development=False)
    monkeypatch.setattr(app.state, "config", public)
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    secret = await begin_session(db, cast.ben.id)
    await db.commit()
    transport = httpx.ASGITransport(app=guarded(app, public))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=OWN) as client:
        yield Site(app, client, idea, f"__Host-ideahub={secret}")


@pytest.fixture
def happened(db: AsyncSession) -> Callable[[], Awaitable[tuple[int, int]]]:
    """How many votes there are, and how much ever happened."""

    async def count() -> tuple[int, int]:
        votes = await db.scalar(select(func.count()).select_from(Vote)) or 0
        return votes, await db.scalar(select(func.count()).select_from(Event)) or 0

    return count


@pytest.mark.parametrize("kind", HEADER_SETS)
async def test_a_signed_in_persons_deed(site: Site, happened: Any, kind: str) -> None:
    votes, events = await happened()
    for name, sent in HEADER_SETS[kind].items():
        for deed, vote in (("vote", 1), ("vote/withdrawal", 0)):
            answer = await site.send(f"/ideas/{site.idea.id}/{deed}", sent, cookie=True)
            if sent.with_cookies:
                assert answer.status_code == 303, (name, answer.text)
                events += 1
                assert await happened() == (votes + vote, events), name
            else:
                assert await happened() == (votes, events), name
                _is_refused(answer, name)


@pytest.mark.parametrize("kind", HEADER_SETS)
async def test_a_strangers_deed(site: Site, kind: str) -> None:
    """By a page elsewhere nobody is given a cookie, nor signed in as somebody else."""
    fields = {"theme": "dark", "next": "/ideas"}
    for name, sent in HEADER_SETS[kind].items():
        answer = await site.send("/preferences/theme", sent, cookie=False, data=fields)
        if sent.without:
            assert answer.status_code == 303, (name, answer.text)
            assert "ideahub_theme=dark" in answer.headers["set-cookie"], name
        else:
            _is_refused(answer, name)


def _is_refused(answer: httpx.Response, why: str) -> None:
    assert answer.status_code == 403, why
    assert WHAT_TO_DO in answer.text, why
    assert "set-cookie" not in answer.headers, why


def posts(app: Litestar) -> Iterator[str]:
    """The address of everything that can be done."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and "POST" in route.methods:
            yield re.sub(r"{\w+}", "1", route.path_format)


@pytest.mark.parametrize("name", ["form", "subdomain", "form in a sandbox"])
async def test_no_deed_of_the_site_is_forgotten(site: Site, happened: Any, name: str) -> None:
    before = await happened()
    addresses = list(posts(site.app))
    assert len(addresses) > 40
    # Sent by mail programs, with a signature: notifications/test_choosing_mail.py.
    addresses.remove("/mail-choices/1/1")
    for url in addresses:
        for cookie in (True, False):
            answer = await site.send(url, TODAY[name], cookie=cookie, data={"theme": "dark"})
            _is_refused(answer, url)
    assert await happened() == before


@pytest.mark.parametrize("name", ["form", "Safari 15", "Firefox 69"])
@pytest.mark.slow
async def test_every_deed_of_the_site_is_heard_from_its_own_pages(site: Site, name: str) -> None:
    """Done, or refused by the deed itself: never for where it came from."""
    for url in posts(site.app):
        answer = await site.send(url, OWN_PAGES[name], cookie=True)
        assert WHAT_TO_DO not in answer.text, url


async def test_other_methods_are_no_way_around(site: Site, happened: Any) -> None:
    before = await happened()
    url = f"/ideas/{site.idea.id}/vote?_method=POST"
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "X"):
        _is_refused(await site.send(url, TODAY["form"], cookie=True, method=method), method)
    assert await happened() == before


async def test_what_may_come_from_anywhere_changes_nothing(site: Site, happened: Any) -> None:
    before = await happened()
    headers = [*TODAY["form"].headers, ("X-HTTP-Method-Override", "POST")]
    sent = Sent(headers, with_cookies=False, without=False)
    for url in (f"/ideas/{site.idea.id}/vote", "/sign-out", "/account/sessions/others/sign-out"):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await site.send(f"{url}?_method=POST", sent, cookie=True, method=method)
            assert answer.status_code in {204, 404, 405}, (method, url, answer.text)
            assert "set-cookie" not in answer.headers
    assert await happened() == before
    # A link from elsewhere opens a page.
    assert (await site.send("/ideas", TODAY["form"], cookie=True, method="GET")).status_code == 200


HTTP = "http://ideas.city.example:8000"
# Own address, `Host`, the page, and whether it is ours.
PLACES = [
    # Over plain http `Host` alone counts, whatever the own address: often nobody set it.
    (HTTP, "ideas.city.example:8000", HTTP, True),
    (HTTP, "192.0.2.7:8000", "http://192.0.2.7:8000", True),
    (HTTP, "[2001:db8::7]:8000", "http://[2001:DB8::7]:8000", True),
    (HTTP, "localhost:8000", "http://localhost:8000", True),
    (HTTP, "localhost:8000", "http://localhost:3000", False),
    (HTTP, "localhost:8000", "http://localhost", False),
    (HTTP, "localhost:8000", "http://127.0.0.1:8000", False),
    (HTTP, "192.0.2.7:8000", HTTP, False),
    (HTTP, "ideas.city.example", "https://ideas.city.example", True),  # a proxy speaks https
    # Behind a proxy that hands on another `Host`, or none.
    (OWN, "app:8000", OWN, True),
    (OWN, "app:8000", "http://app:8000", False),
    (OWN, "app:8000", SIBLING, False),
    (OWN, "", OWN, True),
    (OWN, "ideas.city.example:443", OWN, True),
    (OWN, "ideas.city.example", "http://ideas.city.example", False),
    (f"{OWN}:443", "app:8000", OWN, True),
    (f"{OWN}:8443", "app:8000", OWN, False),
    # Another name of the site.
    (OWN, "www.city.example", "https://www.city.example", True),
    (OWN, "www.city.example", "http://www.city.example", False),
]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("own", "host", "page", "is_own"), PLACES)
def test_which_pages_are_our_own(own: str, host: str, page: str, is_own: bool, kind: str) -> None:
    scope: Any = {
        "type": kind,
        "headers": [(b"host", host.encode()), (b"origin", page.encode())],
        "path": "/live",
        **({"method": "POST"} if kind == "http" else {}),
    }
    assert is_foreign(scope, own) is not is_own


@pytest.mark.parametrize(
    ("method", "path", "is_refused"),
    [
        ("POST", "/mail-choices/7/a-signature_1", False),
        # Nothing but that one deed at that one address.
        ("PUT", "/mail-choices/7/a-signature_1", True),
        ("DELETE", "/mail-choices/7/a-signature_1", True),
        ("POST", "/mail-choices/7/a-signature_1/undoing", True),
        ("POST", "/mail-choices/7/a-signature_1/", True),
        ("POST", "/mail-choices/7/", True),
        ("POST", "/mail-choices/me/a-signature_1", True),
        ("POST", "/mail-choices/7/a-signature_1\n", True),
        ("POST", "/x/mail-choices/7/a-signature_1", True),
    ],
)
def test_mail_programs_send_one_deed_from_anywhere(
    method: str, path: str, is_refused: bool
) -> None:
    headers = [(b"host", b"ideas.city.example"), (b"origin", b"https://mail.example")]
    scope: Any = {"type": "http", "method": method, "path": path, "headers": headers}
    assert is_foreign(scope, OWN) is is_refused


@pytest.mark.parametrize(
    ("headers", "opens"),
    [
        ([(b"origin", OWN.encode())], True),
        ([(b"origin", SIBLING.encode())], False),
        ([(b"origin", b"null")], False),
        ([(b"origin", b"")], False),
        ([(b"origin", OWN.encode())] * 2, False),
        ([(b"origin", SIBLING.encode()), (b"sec-fetch-site", b"same-origin")], False),
        ([(b"origin", SIBLING.encode()), (b"referer", OWN.encode())], False),
        # Every browser names the page at a handshake: this is none.
        ([(b"cookie", b"__Host-ideahub=x")], True),
    ],
)
def test_a_socket_is_opened_by_our_own_pages(
    headers: list[tuple[bytes, bytes]], opens: bool
) -> None:
    scope: Any = {"type": "websocket", "headers": [(b"host", b"ideas.city.example"), *headers]}
    assert is_foreign(scope, OWN) is not opens
