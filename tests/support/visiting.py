"""Visitors of the demo, in this process: what they are answered, and with how many queries.

It knows pages and the framework, but no module of the application: so it visits older ones, too.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from sqlalchemy import event
from sqlalchemy.engine import Engine

# People of the demo, as its page to sign in names them; the stranger is none of them.
ROLES = {
    "stranger": "",
    "citizen": "Deniz Kaya",
    "staff": "Ben Okafor",
    "author": "Ada Brandt",
    "leader": "Greta Lindqvist",
    "manager": "Jonas Weber",
    "admin": "Ines Moreau",
    "moderator": "Lena Fischer",
    "judge": "Kofi Mensah",
}
# Files and sockets are no pages; where to go after signing in does not change the page; and what
# waits for somebody to sign in is for the one browser that sent it.
NOT_PAGES = re.compile(r"^/(static|live|kept-forms)(/|$)|[?&]next=")
# What a challenge can be started from.
TEMPLATE = re.compile(r"(?<=/management/new/)[a-z-]+$")
# Numbers, and names made by chance: of files and letters.
NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")
# A secret or a file's token; the signature in a link of a mail is shorter.
BY_CHANCE = re.compile(r"(?<=/)[\w-]{23,}(?=/|$)|(?<=/mail-choices/{id}/)[\w-]{22}(?=/|$)")
LINK = re.compile(r'<(?:a\b[^>]*?\shref|img\b[^>]*?\ssrc)="([^"]*)"')
PART = re.compile(r'\shx-get="([^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
NOTICE_COOKIE = "ideahub_notice"
AS_HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
# What opens and closes savepoints asks for nothing; and that somebody is there is noted once in a
# minute, by whichever page they look at then.
NO_QUERIES = ("SAVEPOINT", "RELEASE", "ROLLBACK", "UPDATE session SET seen_at")


class Counted:
    """The queries that were sent, each with its parameters, and how often."""

    def __init__(self) -> None:
        self.sent: Counter[tuple[str, str]] = Counter()

    @property
    def number(self) -> int:
        """How many there were."""
        return self.sent.total()

    @property
    def repeated(self) -> tuple[str, ...]:
        """Those that were sent again with the same parameters."""
        return tuple(query for (query, _values), times in self.sent.items() if times > 1)


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Counts the queries that are sent on the engine's connections within the block."""
    counted = Counted()

    def count(_connection: Any, _cursor: Any, query: str, values: Any, *_rest: Any) -> None:
        if not query.startswith(NO_QUERIES):
            counted.sent[query, repr(values)] += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", count)


@dataclass(frozen=True)
class Answer:
    """What came back from an address; `queries` is how many statements it took, `repeated` those
    that were made more than once with the same parameters."""

    path: str
    status: int
    kind: str
    location: str
    text: str
    queries: int
    repeated: tuple[str, ...] = ()

    @property
    def pattern(self) -> str:
        """What kind of page it is."""
        return pattern_of(self.path)


def pattern_of(path: str) -> str:
    """The address with {id} for each number, and only the names of what is asked for.

    A form on the page, #0, keeps its number.
    """
    parts = urlsplit(path)
    names = sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})
    asked = f"?{'&'.join(names)}" if names else ""
    form = f"#{parts.fragment}" if parts.fragment else ""
    named = TEMPLATE.sub("{template}", parts.path)
    return BY_CHANCE.sub("{token}", NUMBER.sub("{id}", named)) + asked + form


class Visitor:
    """A browser of somebody who looks around."""

    def __init__(self, client: httpx.AsyncClient, engine: Engine) -> None:
        self.client = client
        self.engine = engine

    async def look(self, path: str, *, part: bool = False) -> Answer:
        """Opens a page, or with `part` what HTMX would put into one."""
        return await self._ask("GET", path, headers=AS_HTMX if part else {})

    async def send(self, action: str, form: str, **more: Any) -> Answer:
        """Sends a form with its hidden fields and what is typed into the others (`data`)."""
        typed = {unescape(name): unescape(value) for name, value in HIDDEN.findall(form)}
        fields = typed | more.pop("data", {})
        headers = {"Sec-Fetch-Site": "same-origin"}
        return await self._ask("POST", action, data=fields, headers=headers, **more)

    async def sign_in(self, name: str) -> None:
        """Becomes this person of the demo, as anyone can; raises LookupError if there is none."""
        page = await self.look("/sign-in")
        for form in re.findall(r"<form\b.*?</form>", page.text, re.DOTALL):
            if name in form:
                await self.send(action_of(form), form)
                return
        raise LookupError(f"Nobody can sign in as {name}")

    async def _ask(self, method: str, path: str, **options: Any) -> Answer:
        # A notice of the deed before would be shown on whichever page comes next.
        self.client.cookies.pop(NOTICE_COOKIE, None)
        with counting(self.engine) as counted:
            answer = await self.client.request(method, path, **options)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        text = answer.text if kind.startswith("text/") else f"{len(answer.content)} bytes"
        location = answer.headers.get("location", "")
        return Answer(
            path, answer.status_code, kind, location, text, counted.number, counted.repeated
        )


def action_of(form: str, page: str = "") -> str:
    """Where the form is sent: its own address, else that of the page."""
    found = re.match(r'<form\b[^>]*?\saction="([^"]*)"', form)
    return unescape(found[1]) if found else page


@asynccontextmanager
async def visiting(served: Any, engine: Engine, url: str, name: str) -> AsyncIterator[Visitor]:
    """A browser at the ASGI application, signed in as the person of this name if there is one."""
    transport = httpx.ASGITransport(app=served)
    async with httpx.AsyncClient(transport=transport, base_url=url) as client:
        visitor = Visitor(client, engine)
        if name:
            await visitor.sign_in(name)
        yield visitor


def page_routes(app: Any) -> list[str]:
    """The addresses of pages as the framework's router knows them."""
    paths = [route.path for route in app.routes if "GET" in getattr(route, "methods", ())]
    return sorted(path for path in paths if not NOT_PAGES.search(path))


async def walk(
    visitor: Visitor,
    start: Iterable[str],
    *,
    pages: int = 100_000,
    filtered: int = 100_000,
    known: Collection[str] = (),
) -> list[Answer]:
    """What links lead to from the start, at most so many of each pattern, none of a known one.

    `filtered` is for addresses that ask for something (filters, pages of a list): their own
    links are not followed, or there would be no end.
    """
    queue = [(path, False) for path in dict.fromkeys(start)]
    seen = {path for path, _part in queue}
    met: dict[str, int] = {}
    answers = []
    while queue:
        path, part = queue.pop(0)
        pattern = pattern_of(path)
        met[pattern] = met.get(pattern, 0) + 1
        if met[pattern] > (filtered if "?" in path else pages):
            continue
        answers.append(await visitor.look(path, part=part))
        for found in _leads_to(answers[-1]):
            if found[0] not in seen and pattern_of(found[0]) not in known:
                seen.add(found[0])
                queue.append(found)
    return answers


def _leads_to(answer: Answer) -> Iterator[tuple[str, bool]]:
    """Addresses on the same site, and whether each is that of a part."""
    hrefs = [(answer.location, False)] if answer.location else []
    if answer.status == 200 and answer.kind == "text/html" and "?" not in answer.path:
        hrefs += [(href, False) for href in LINK.findall(answer.text)]
        hrefs += [(href, True) for href in PART.findall(answer.text)]
    for href, part in hrefs:
        url = urlsplit(urljoin(answer.path, unescape(href)))
        target = url.path + (f"?{url.query}" if url.query else "")
        if not url.netloc and not url.scheme and target and not NOT_PAGES.search(target):
            yield target, part
