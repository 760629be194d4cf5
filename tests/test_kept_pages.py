"""Pages that are kept for strangers: which, for whom, how many, and until when."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ideahub.core.events import Deed, Kind
from ideahub.http.kept_pages import ALL, KeptPage, KeptPages
from ideahub.http.pages import CHANGED_IN
from ideahub.http.serving_kept import ServeKept
from tests.support.wiring import NO_TLS

CHANGES = {Kind.IDEA_HIDDEN: (ALL,), Kind.IDEA_POSTED: ("ideas",)}


def kept_page(*rooms: str, size: int = 10) -> KeptPage:
    return KeptPage(frozenset(rooms), [], [], b"", b"x" * size)


def deed(kind: Kind, *, campaign: int | None = None, idea: int | None = None) -> Deed:
    return Deed(kind, None, campaign, idea, None)


@pytest.fixture
def pages() -> KeptPages[KeptPage]:
    found = KeptPages[KeptPage](CHANGES, most_bytes=20_000)
    found.keep("idea", kept_page("idea:7"), found.heard)
    found.keep("list", kept_page("ideas", "idea:7"), found.heard)
    found.keep("campaign", kept_page("campaign:3"), found.heard)
    return found


def held(pages: KeptPages[KeptPage]) -> set[str]:
    return {name for name in ("idea", "list", "campaign") if pages.find(name)}


def test_a_deed_drops_the_pages_of_its_rooms(pages: KeptPages[KeptPage]) -> None:
    pages.heed([deed(Kind.VOTE_CAST, campaign=4, idea=8)])
    assert held(pages) == {"idea", "list", "campaign"}
    pages.heed([deed(Kind.IDEA_POSTED, campaign=4, idea=9)])
    assert held(pages) == {"idea", "campaign"}
    pages.heed([deed(Kind.VOTE_CAST, campaign=3, idea=7)])
    assert held(pages) == set()
    assert pages.bytes == 0


def test_what_is_hidden_drops_all(pages: KeptPages[KeptPage]) -> None:
    pages.heed_own([deed(Kind.VOTE_CAST, campaign=3, idea=7)])
    assert len(pages) == 3
    pages.heed_own([deed(Kind.VOTE_CAST, idea=1), deed(Kind.IDEA_HIDDEN, idea=99)])
    assert len(pages) == pages.bytes == 0


def test_a_page_that_was_begun_before_a_deed_is_not_kept(pages: KeptPages[KeptPage]) -> None:
    since = pages.heard
    pages.heed([deed(Kind.VOTE_CAST, campaign=3, idea=7)])
    pages.keep("idea", kept_page("idea:7"), since)
    pages.keep("other", kept_page("idea:8"), since)
    assert pages.find("idea") is None
    assert pages.find("other")
    pages.clear()
    pages.keep("other", kept_page("idea:8"), since)
    assert pages.find("other") is None


def test_the_longest_unasked_go_first(pages: KeptPages[KeptPage]) -> None:
    assert pages.find("idea")
    pages.keep("large", kept_page(size=14_500), pages.heard)
    assert held(pages) == {"idea"}
    assert pages.find("large")
    assert pages.bytes <= 20_000
    pages.keep("too large", kept_page(size=2_000_000), pages.heard)
    assert pages.find("too large") is None
    assert pages.find("large")


def test_no_page_grows_old(pages: KeptPages[KeptPage], monkeypatch: pytest.MonkeyPatch) -> None:
    later: Callable[[], float] = lambda: float("inf")  # noqa: E731
    monkeypatch.setattr("ideahub.http.kept_pages.monotonic", later)
    assert held(pages) == set()
    assert pages.bytes == 0


class Site:
    """Renders a page that says how often that was done, and serves what is kept of it."""

    def __init__(self) -> None:
        self.rendered = 0
        self.status = 200
        self.current = True
        self.pause = asyncio.Event()
        self.pause.set()
        self.pages = KeptPages[KeptPage](CHANGES)
        app: Any = ServeKept(
            self.render,
            self.pages,
            is_current=lambda: self.current,
            session_cookie="ideahub",
        )
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(
            transport=transport, base_url="http://ideas.example", verify=NO_TLS
        )

    async def render(self, scope: Any, receive: Any, send: Any) -> None:
        """Stands for the framework and a handler."""
        self.rendered += 1
        body = f"{scope['path']}, time {self.rendered} ".encode() * 200
        if self.status == 200:
            scope.setdefault("state", {})[CHANGED_IN] = frozenset({"idea:7"})
        await self.pause.wait()
        headers = [(b"content-type", b"text/html"), (b"etag", b"%d" % self.rendered)]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def get(self, **headers: str) -> str:
        """Which rendering of the page comes back."""
        answer = await self.client.get("/ideas/7", headers=headers)
        assert answer.status_code == self.status
        return answer.text.split(" ")[2]


@pytest.fixture
def site() -> Site:
    return Site()


async def test_strangers_get_one_rendering(site: Site) -> None:
    assert [await site.get(), await site.get()] == ["1", "1"]
    assert await site.get(Cookie="other=1; ideahub_theme=dark") == "2"
    assert await site.get(Cookie="ideahub_theme=dark") == "2"
    site.pages.heed([deed(Kind.VOTE_CAST, idea=7)])
    assert [await site.get(), await site.get()] == ["3", "3"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "ideahub=secret"},
        {"Cookie": "ideahub_theme=dark; ideahub=secret"},
        {"Cookie": "ideahub_notice=Done"},
        {"HX-Request": "true"},
    ],
)
async def test_what_is_somebody_s_own_is_rendered_for_them(
    site: Site, headers: dict[str, str]
) -> None:
    assert await site.get() == "1"
    assert [await site.get(**headers), await site.get(**headers)] == ["2", "3"]
    assert await site.get() == "1"


async def test_nothing_kept_is_given_while_deeds_may_be_missed(site: Site) -> None:
    assert await site.get() == "1"
    site.current = False
    assert await site.get() == "2"
    site.current = True
    assert await site.get() == "1"


async def test_refusals_are_not_kept(site: Site) -> None:
    site.status = 404
    assert [await site.get(), await site.get()] == ["1", "2"]


async def test_deeds_are_passed_on(site: Site) -> None:
    assert await site.get() == "1"
    for number in (2, 3):
        answer = await site.client.post("/ideas/7")
        assert answer.text.split(" ")[2] == str(number)


async def test_many_at_once_wait_for_one_rendering(site: Site) -> None:
    site.pause.clear()
    asking = [asyncio.create_task(site.get()) for _each in range(20)]
    while not site.rendered:
        await asyncio.sleep(0)
    site.pause.set()
    assert list(await asyncio.gather(*asking)) == ["1"] * 20


async def test_who_waits_for_a_page_that_is_not_kept_waits_once(site: Site) -> None:
    site.status = 404
    site.pause.clear()
    asking = [asyncio.create_task(site.get()) for _each in range(5)]
    while not site.rendered:
        await asyncio.sleep(0)
    site.pause.set()
    await asking[0]
    site.pause.clear()
    # All the others are rendered at once, not one after the other.
    while site.rendered < len(asking):
        await asyncio.sleep(0)
    site.pause.set()
    assert sorted(await asyncio.gather(*asking)) == ["1", "2", "3", "4", "5"]


async def test_searches_do_not_wait_for_each_other(site: Site) -> None:
    site.pause.clear()
    asking = [asyncio.create_task(site.client.get("/ideas?q=bus")) for _each in range(3)]
    while site.rendered < len(asking):
        await asyncio.sleep(0)
    site.pause.set()
    await asyncio.gather(*asking)


async def test_who_waits_gets_nothing_that_a_deed_has_changed(site: Site) -> None:
    site.pause.clear()
    first = asyncio.create_task(site.get())
    while not site.rendered:
        await asyncio.sleep(0)
    site.pages.heed([deed(Kind.VOTE_CAST, idea=7)])
    later = asyncio.create_task(site.get())
    await asyncio.sleep(0)
    site.pause.set()
    assert list(await asyncio.gather(first, later)) == ["1", "2"]
    assert await site.get() == "2"


async def test_a_browser_that_has_the_page_is_told_so(site: Site) -> None:
    first = await site.client.get("/ideas/7")
    again = await site.client.get("/ideas/7", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-length" not in again.headers
    changed = await site.client.get("/ideas/7", headers={"If-None-Match": "0"})
    assert changed.status_code == 200
    # Also where nothing is kept yet: the whole page has to be rendered to be kept.
    site.pages.clear()
    anew = await site.client.get("/ideas/7", headers={"If-None-Match": "2"})
    assert anew.status_code == 304


async def test_compressed_only_for_those_who_take_it(site: Site) -> None:
    for accepts, coded in (("gzip, br", True), ("identity", False), ("gzip;q=0", False)):
        headers = {"Accept-Encoding": accepts}
        async with site.client.stream("GET", "/ideas/7", headers=headers) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert ("content-encoding" in answer.headers) is coded
        assert int(answer.headers["content-length"]) == len(raw)
        text = gzip.decompress(raw) if coded else raw
        assert text.startswith(b"/ideas/7, time 1")
        assert "Accept-Encoding" in answer.headers["vary"]
