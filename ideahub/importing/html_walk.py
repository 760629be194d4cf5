"""Walks the tree of an imported HTML text and collects its paragraphs as Markdown.

Headings, lists, tables and other blocks are converted by html_blocks.py, which registers its
functions here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from ideahub.core.text.cleaning import clean_line
from ideahub.core.text.links import MAX_URL
from ideahub.importing.html_spans import Span, address_of, paragraph
from ideahub.importing.html_tree import BREAKING, Node

MARKS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("cite", "em", "i"), "em"),
    **dict.fromkeys(("del", "s", "strike"), "strike"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
}
RAISED = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
LOWERED = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")

_WHITE = re.compile(r"[\s\u200b\ufeff]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True)
class BlockPosition:
    """What applies to all text at a place in the tree.

    `base` is the address that relative links start from, `address` that of the link around it,
    `lists` the number of lists and quotes around it.
    """

    base: str = ""
    marks: frozenset[str] = frozenset()
    address: str = ""
    lists: int = 0
    in_cell: bool = False


@dataclass
class Writer:
    """Collects the blocks of an element; text between two blocks becomes a paragraph."""

    blocks: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def text(self, text: str, place: BlockPosition) -> None:
        """Adds a text to the present paragraph."""
        self.spans.append(Span(_WHITE.sub(" ", text), place.marks, place.address))

    def line_break(self) -> None:
        """Adds a line break; two in a row end the paragraph."""
        written = next((span.text for span in reversed(self.spans) if span.text != " "), "\n")
        if written == "\n":
            self.flush()
        else:
            self.spans.append(Span("\n"))

    def flush(self) -> None:
        """Ends the present paragraph, if any."""
        self.add(paragraph(self.spans))
        self.spans = []

    def add(self, block: str) -> None:
        """Adds a block, unless it is empty."""
        if block:
            self.blocks.append(block)


Handler = Callable[[Node, BlockPosition, Writer], None]
_HANDLERS: dict[str, Handler] = {}


def handles(*tags: str) -> Callable[[Handler], Handler]:
    """Registers the decorated function as the one that converts these elements."""

    def register(handler: Handler) -> Handler:
        _HANDLERS.update(dict.fromkeys(tags, handler))
        return handler

    return register


def blocks_of(node: Node, place: BlockPosition) -> list[str]:
    """The Markdown of everything inside the element, as a list of blocks."""
    writer = Writer()
    _inside(node, place, writer)
    writer.flush()
    return writer.blocks


def _inside(node: Node, place: BlockPosition, writer: Writer) -> None:
    for child in node.children:
        if isinstance(child, str):
            writer.text(child, place)
        elif child.tag in BREAKING:
            writer.flush()
            _HANDLERS.get(child.tag, _inside)(child, place, writer)
            writer.flush()
        else:
            _phrase(child, place, writer)


def _phrase(node: Node, place: BlockPosition, writer: Writer) -> None:
    if node.tag == "br":
        writer.line_break()
    elif node.tag == "img":
        alt = clean_line(node.attributes.get("alt", ""))
        writer.text(f"[{alt}]" if alt else "", place)
    elif node.tag in ("sub", "sup"):
        _shifted(node, place, writer)
    elif node.tag == "a":
        address = _address(node.attributes.get("href", ""), place.base)
        _inside(node, replace(place, address=address or place.address), writer)
    elif node.tag in MARKS:
        _inside(node, replace(place, marks=place.marks | {MARKS[node.tag]}), writer)
    else:
        _inside(node, place, writer)


def _shifted(node: Node, place: BlockPosition, writer: Writer) -> None:
    # 10⁶ must not become 106. Letters (5th, a_n) stay as normal text.
    address = any(_address(inner.attributes.get("href", ""), place.base) for inner in node.inside())
    text = node.text().strip()
    shifted = text.translate(RAISED if node.tag == "sup" else LOWERED)
    if address or not text or any(a == b for a, b in zip(text, shifted, strict=True)):
        _inside(node, place, writer)
    else:
        writer.text(shifted, place)


def _address(href: str, base: str) -> str:
    href = href.strip()
    # Python's urljoin normalizes the host, which takes quadratic time for a long one.
    if max(len(href), len(base)) > MAX_URL:
        return ""
    if href.lower().startswith("www."):
        href = f"https://{href}"
    if _MAIL.fullmatch(href):
        href = f"mailto:{href}"
    if not href or href.startswith("#"):
        return ""
    try:
        return address_of(urljoin(base, href))
    except ValueError:
        return ""
