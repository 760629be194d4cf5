"""Parses imported HTML into a tree of the elements that matter to readers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from ideahub.core.text.cleaning import clean_text

_BREAKING = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary
    table tbody td tfoot th thead tr ul
"""
_INLINE = "a b br cite code del em i img kbd s samp strike strong sub sup tt"
# Elements that people do not read, or that are of no use without a program.
_UNREAD = """
    applet audio button canvas datalist embed frameset head iframe math noembed noframes noscript
    object option script select style svg template textarea title video
"""
BREAKING = frozenset(_BREAKING.split())
MAX_DEPTH = 60
# For each tag the parser looks at all open ones, so their number is limited.
MAX_OPEN = 1_000

_LEFTOVER = re.compile(r"\{\{[^{}]{0,300}\}\}|\{%[^{}]{0,300}%\}")
# Tags that were pasted as text, such as &lt;br&gt;; only those that no text is about.
_PASTED = re.compile(
    r"&lt;(/?(?:b|br|div|em|h[1-6]|i|li|ol|p|span|strong|table|tbody|td|th|tr|u|ul)"
    r"(?: [^<>&]{0,200})?/?)&gt;",
    re.IGNORECASE,
)
_VOID = frozenset({"br", "hr", "img"})
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>?", re.IGNORECASE)
# Elements that end where another of their kind begins, or that have no content.
_SINGLE = "p li dt dd td th tr option br hr img input link meta wbr"
_ENDS_ITSELF = frozenset(_SINGLE.split())

# Parses as browsers do and writes well-formed HTML, so that a simple parser is enough afterwards.
_PARSED = nh3.Cleaner(
    tags={*BREAKING, *_INLINE.split()},
    clean_content_tags=set(_UNREAD.split()),
    attributes={
        "*": set(),
        "a": {"href"},
        "img": {"alt"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


@dataclass
class Node:
    """An element; its children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def elements(self) -> Iterator["Node"]:
        """The child elements, without texts."""
        return (child for child in self.children if isinstance(child, Node))

    def inside(self) -> Iterator["Node"]:
        """All elements inside, also deeper ones, in reading order."""
        for child in self.elements():
            yield child
            yield from child.inside()

    def text(self) -> str:
        """All text inside, also of deeper elements."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def tree(html: str) -> Node:
    """The tree of the HTML, without scripts, comments, unknown elements and template code.

    A text without any tag is read as plain text, with its lines and paragraphs.
    """
    html = _LEFTOVER.sub("", clean_text(html))
    if not re.search(r"<(?:code|pre|samp)\b", html, re.IGNORECASE):
        html = _PASTED.sub(r"<\1>", html)
    if not re.search(r"<[a-z/!?]", html, re.IGNORECASE):
        html = re.sub(r"\n\s*\n", "<p>", html.strip()).replace("\n", "<br>")
    builder = _Builder()
    builder.feed(_PARSED.clean(_shallow(html)))
    builder.close()
    return builder.open[0]


def _shallow(html: str) -> str:
    """The HTML without the tags that are inside too many open ones."""
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _ENDS_ITSELF:
            return tag[0]
        too_deep = depth > MAX_OPEN
        depth = max(0, depth - 1) if tag[1] else depth + 1
        return "" if too_deep else tag[0]

    return _TAG.sub(kept, html)


class _Builder(HTMLParser):
    """Only for the well-formed output of nh3: every element except void ones is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("body")]
        self.too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.open[-1].children.append(node)
        elif len(self.open) >= MAX_DEPTH:
            self.too_deep += 1
        else:
            self.open[-1].children.append(node)
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.too_deep:
            self.too_deep -= 1
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
