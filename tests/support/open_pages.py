"""Open pages: what they show, and what the hub's messages make of them."""

import json
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx

from ideahub.realtime.rooms import Listener, Rooms
from tests.support.dom import Node, tree
from tests.support.in_pseudo import LANGUAGE
from tests.support.pseudo import plain

FORBIDDEN = {"form", "input", "textarea", "select", "details", "dialog", "script", "style"}
SOCKET = re.compile(r'hx-ws:connect="([^"]+)"')
# The viewer's own controls: they come with the page and in answers, never by push.
OWN = re.compile(r"contribution-\d+-own")


class Page:
    """A page that somebody has open in front of them."""

    def __init__(self, who: str, url: str, strict: bool) -> None:
        self.who = who
        self.url = url
        # Whether every region must be told of; on lists new ones may come as "2 new, show".
        self.strict = strict
        self.root = Node("root", {}, None)
        self.listener: Listener | None = None

    def show(self, html: str) -> None:
        """The page as it was fetched."""
        self.root = tree(html)

    def listen(self, html: str, rooms: Rooms) -> None:
        """Joins the rooms the page names."""
        found = SOCKET.search(html)
        assert found, f"{self.url} is not live"
        query = parse_qsl(urlsplit(unescape(found[1])).query)
        names = tuple(value for name, value in query if name == "room")
        self.listener = Listener(names, None, None, language=dict(query)["language"])
        rooms.join(self.listener)

    def hear(self) -> "Heard":
        """Takes over what was told since the last time."""
        assert self.listener
        heard = Heard([], False, False)
        while not self.listener.queue.empty():
            message = self.listener.queue.get_nowait()
            if isinstance(message, int):
                heard.refresh = True
            elif message.startswith("{"):
                told = json.loads(message)
                heard.refresh |= "refresh" in told
                heard.new |= "new" in told
            else:
                heard.texts.append(message)
                self.apply(plain(message) if LANGUAGE else message)
        return heard

    def apply(self, message: str) -> None:
        """Takes over a message of pushes."""
        for envelope in tree(message).children:
            assert isinstance(envelope, Node) and envelope.tag == "hx-partial", message
            target = self.root.find(envelope.attributes["hx-target"].removeprefix("#"))
            if target is not None:
                self._swap(target, envelope, envelope.attributes["hx-swap"])

    def _swap(self, target: Node, envelope: Node, swap: str) -> None:
        new = [one for one in envelope.children if isinstance(one, Node)]
        if swap == "beforeend":
            # What is there already is not appended again.
            new = [one for one in new if not self.root.find(one.attributes["id"])]
            for one in new:
                one.parent = target
            target.children += new
            return
        assert swap in {"outerMorph", "delete"}, swap
        assert target.parent is not None
        at = target.parent.children.index(target)
        for one in new:
            one.parent = target.parent
        target.parent.children[at : at + 1] = [] if swap == "delete" else new

    def regions(self) -> dict[str, str]:
        """Each live region's text, as everyone would see it at the same moment."""
        return {
            node.attributes["id"]: seen(node)
            for node in self.root.walk()
            if "data-live" in node.attributes
        }


@dataclass
class Heard:
    """What one page was told: texts, to ask again, of something new."""

    texts: list[str]
    refresh: bool
    new: bool


def seen(node: Node) -> str:
    """The element as text, without the viewer's own controls and how long ago things were."""
    if node.tag == "time" or _is_own(node):
        return ""
    inner = "".join(seen(one) if isinstance(one, Node) else one for one in node.children)
    attributes = "".join(f' {name}="{value}"' for name, value in node.attributes.items())
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>"


def _is_own(node: Node) -> bool:
    own = OWN.fullmatch(node.attributes.get("id", ""))
    return bool(own) or node.attributes.get("formaction", "").startswith("/contributions/")


async def fetch(client: httpx.AsyncClient, page: Page, secrets: dict[str, str]) -> httpx.Response:
    """The page as its viewer gets it now."""
    client.cookies.clear()
    secret = secrets.get(page.who)
    headers = {"Cookie": f"ideahub={secret}"} if secret else {}
    return await client.get(page.url, headers=headers)
