"""A page as a tree, and pushes applied to it as a browser would."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from ideahub.realtime.push import Push, RoomMessage

VOID = {"br", "hr", "input", "img", "link", "meta", "path", "circle", "rect", "line", "polyline"}


class Node:
    """An element; text is kept with white space made one."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Node | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node | str] = []

    def walk(self) -> "Iterator[Node]":
        """This element and all within."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, element_id: str) -> "Node | None":
        """The element with this id."""
        return next((one for one in self.walk() if one.attributes.get("id") == element_id), None)

    def __str__(self) -> str:
        attributes = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.tag}{attributes}>{''.join(map(str, self.children))}</{self.tag}>"


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.here = self.root = Node("root", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.here.parent is not None:
            assert self.here.tag == tag, f"{self.here} ends with {tag}"
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data).strip()
        if text:
            self.here.children.append(text)


def tree(html: str) -> Node:
    """The elements of a page or a part of one; asserts that they are nested rightly."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def apply(page: Node, told: Iterable[RoomMessage]) -> None:
    """What the browser does with pushes; those for elements it does not have do nothing."""
    for push in told:
        assert isinstance(push, Push)
        target = page.find(push.element_id)
        if target is not None:
            _swap(page, target, push)


def _swap(page: Node, target: Node, push: Push) -> None:
    new = [one for one in tree(push.html).children if isinstance(one, Node)]
    if push.swap == "beforeend":
        # What is there already is not appended again.
        target.children += [one for one in new if not page.find(one.attributes["id"])]
    else:
        assert target.parent is not None
        at = target.parent.children.index(target)
        target.parent.children[at : at + 1] = [] if push.swap == "delete" else new
    for node in page.walk():
        for child in node.children:
            if isinstance(child, Node):
                child.parent = node


def section(html: str, element_id: str) -> Node:
    """The element with this id in a page; raises AssertionError where there is none."""
    found = tree(html).find(element_id)
    assert found, f"no #{element_id}"
    return found
