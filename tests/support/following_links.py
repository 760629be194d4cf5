"""Finds the pages of the site as a person does: by following its links."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

NOT_PAGES = re.compile(r"^/(static|live|drafts|healthz|readyz)|/replies/form$|/similar")


class Links(HTMLParser):
    """The addresses a page links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes where an anchor leads."""
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


class Looks(HTMLParser):
    """What a page is made of: its kinds of elements, whatever they say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.made_of: set[str] = set()
        self.feed(text[text.find("<main") : text.find("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the element with its classes, role and type."""
        kept = {name: value for name, value in attrs if name in {"class", "role", "type"}}
        self.made_of.add(f"{tag} {kept}")


def shape(path: str) -> str:
    """What kind of page is at an address: its numbers, and the names of letters, do not matter."""
    parts = urlsplit(path)
    order = [value for name, value in parse_qsl(parts.query) if name == "order"]
    path = re.sub(r"/\d+(-[0-9a-f]{8})?(?=/|$)", "/N", parts.path)
    return path + "".join(f"?{one}" for one in order)


async def crawl(client: httpx.AsyncClient, start: Iterable[str]) -> dict[str, str]:
    """One address of each shape that can be reached from the start, with its text."""
    queue = list(start)
    seen = {shape(path) for path in queue}
    pages: dict[str, str] = {}
    while queue:
        path = queue.pop(0)
        answer = await client.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        pages[path] = answer.text
        if urlsplit(path).query:
            continue
        for href in Links(answer.text).found:
            url = urlsplit(urljoin(str(client.base_url) + path, href))
            target = url.path + (f"?{url.query}" if url.query else "")
            foreign = url.netloc != client.base_url.netloc.decode()
            if foreign or NOT_PAGES.search(target) or shape(target) in seen:
                continue
            seen.add(shape(target))
            queue.append(target)
    return pages
