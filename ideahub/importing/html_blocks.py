"""Converts blocks of imported HTML to Markdown: headings, lists, quotes, code, tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, repeat

from ideahub.importing.html_spans import Span, paragraph
from ideahub.importing.html_table import (
    as_markdown,
    cells_of,
    grid,
    has_header,
    rows_of,
    without_bold,
)
from ideahub.importing.html_tree import Node
from ideahub.importing.html_walk import BlockPosition, Writer, blocks_of, handles

MAX_LISTS = 8

_IS_LIST = re.compile(r"(?:[-*]|\d+[.)]) ")


def foreign_blocks(body: Node, base: str) -> list[str]:
    """The Markdown of a whole text, as a list of blocks; relative links are resolved against
    `base`."""
    return blocks_of(body, BlockPosition(base))


@handles("h1", "h2", "h3", "h4", "h5", "h6")
def _heading(node: Node, place: BlockPosition, writer: Writer) -> None:
    inside = replace(place, marks=place.marks | ({"strong"} if place.in_cell else set()))
    blocks = blocks_of(_unbold(node), inside)
    text = " ".join(" ".join(blocks).split("\n"))
    if place.in_cell or not text:
        return writer.add(text)
    words = text.rstrip("#")
    closing = text[len(words) :]
    return writer.add(f"{'#' * int(node.tag[1])} {words}" + (f"\\{closing}" if closing else ""))


def _unbold(node: Node) -> Node:
    children = [_unbold(child) if isinstance(child, Node) else child for child in node.children]
    return Node("span" if node.tag in ("b", "strong") else node.tag, node.attributes, children)


@handles("dt", "legend", "summary")
def _bold(node: Node, place: BlockPosition, writer: Writer) -> None:
    writer.blocks += blocks_of(node, replace(place, marks=place.marks | {"strong"}))


@handles("ol", "ul")
def _list(node: Node, place: BlockPosition, writer: Writer) -> None:
    inside = replace(place, lists=place.lists + 1)
    items = [blocks for item in _items(node) if (blocks := blocks_of(item, inside))]
    if place.lists >= MAX_LISTS:
        writer.blocks += [block for blocks in items for block in blocks]
    elif place.in_cell:
        markers = _numbers(node, ".") if node.tag == "ol" else repeat("• ")
        writer.blocks += [
            mark + "\n".join(item) for mark, item in zip(markers, items, strict=False)
        ]
    else:
        markers = _markers(node, writer.blocks)
        lines = [_item(mark, item) for mark, item in zip(markers, items, strict=False)]
        writer.add("\n".join(lines))


def _items(node: Node) -> list[Node]:
    items: list[Node] = []
    for child in node.children:
        if isinstance(child, Node) and child.tag == "li":
            items.append(child)
        elif items:
            # A list directly inside a list belongs to the item above it.
            items[-1].children.append(child)
        else:
            items.append(Node("li", {}, [child]))
    return items


def _markers(node: Node, above: Sequence[str]) -> Iterator[str]:
    # Two lists in a row need different markers, or Markdown makes them one list.
    last = above[-1] if above else ""
    if node.tag == "ol":
        return _numbers(node, ")" if re.match(r"\d+\. ", last) else ".")
    return repeat("* " if last.startswith("- ") else "- ")


def _numbers(node: Node, stop: str) -> Iterator[str]:
    start = re.fullmatch(r"\d{1,6}", node.attributes.get("start", ""), re.ASCII)
    return (f"{number}{stop} " for number in count(int(start[0]) if start else 1))


def _item(marker: str, blocks: Sequence[str]) -> str:
    text = blocks[0]
    for block in blocks[1:]:
        # A list follows without an empty line, so that the items are shown close together.
        text += ("\n" if _IS_LIST.match(block) else "\n\n") + block
    return marker + _indented(text, " " * len(marker))


def _indented(text: str, by: str) -> str:
    return re.sub(r"\n(?!\n|\Z)", f"\n{by}", text)


@handles("dd")
def _definition(node: Node, place: BlockPosition, writer: Writer) -> None:
    blocks = blocks_of(node, replace(place, lists=place.lists + 1))
    if blocks and not place.in_cell and place.lists < MAX_LISTS:
        blocks = [_item("- ", blocks)]
    writer.blocks += blocks


@handles("blockquote")
def _quote(node: Node, place: BlockPosition, writer: Writer) -> None:
    blocks = blocks_of(node, replace(place, lists=place.lists + 1))
    if blocks and not place.in_cell and place.lists < MAX_LISTS:
        blocks = ["> " + "\n\n".join(blocks).replace("\n", "\n> ").replace("> \n", ">\n")]
    writer.blocks += blocks


@handles("pre")
def _verbatim(node: Node, place: BlockPosition, writer: Writer) -> None:
    text = node.text().strip("\n")
    if place.in_cell:
        code = place.marks | {"code"}
        writer.blocks += [paragraph([Span(line.strip(), code)]) for line in text.split("\n")]
    elif text.strip():
        longest = max(map(len, re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        writer.add(f"{fence}\n{text}\n{fence}")


@handles("hr")
def _rule(_: Node, place: BlockPosition, writer: Writer) -> None:
    if not place.in_cell and writer.blocks[-1:] != ["***"]:
        writer.add("***")


@handles("table")
def _table(node: Node, place: BlockPosition, writer: Writer) -> None:
    for part in node.elements():
        if part.tag == "caption":
            _bold(part, place, writer)
    rows = grid(node, lambda cell: _cell(cell, place))
    if place.in_cell:
        writer.blocks += [" – ".join(filter(None, row)) for row in rows]
    elif any(inner.tag == "table" for inner in node.inside()) or not _is_grid(rows):
        # A table that is used for layout is read cell by cell.
        for row in rows_of(node):
            writer.blocks += [block for cell in cells_of(row) for block in blocks_of(cell, place)]
    elif len(rows) == 1:
        _only_row(rows[0], writer)
    else:
        named = has_header(node, rows)
        header = [without_bold(text) for text in rows[0]] if named else [""] * len(rows[0])
        writer.add(as_markdown(header, rows[1:] if named else rows))


def _is_grid(rows: Sequence[Sequence[str]]) -> bool:
    return len({len(row) for row in rows}) == 1 and len(rows[0]) > 1


def _only_row(row: Sequence[str], writer: Writer) -> None:
    # Often it is no table, but a line with | in it that a program turned into one.
    if any("<br>" in text for text in row):
        writer.blocks += row
    else:
        writer.add(r" \| ".join(row))


def _cell(cell: Node, place: BlockPosition) -> str:
    blocks = blocks_of(cell, replace(place, in_cell=True))
    return "<br>".join(blocks).replace("\n", "<br>")
