"""The parser of the Markdown that people may write, and how it differs from CommonMark.

Most people write plain text, as in a mail. So each line ends where they ended it; a line under a
list or a quotation is a paragraph of its own; blanks at the beginning of a line make no code of
it; a year begins no list; and no cell of a table is dropped.

Parsing only. The HTML still goes through the allowlist in rendering.py.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from ideahub.core.text.links import (
    MAX_URL,
    LinkHelpers,
    bare_link,
    link_addresses,
    of_bounded_depth,
)

NESTING = 30
MAX_CELLS = 6_000
HIGHEST_HEADING, LOWEST_HEADING = 3, 6
SCHEMES = frozenset({"http", "https", "mailto"})

_MAILTO = re.compile(
    r"mailto:[A-Za-z0-9.!#$&'*+/=^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.IGNORECASE
)
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+")
_YEAR = re.compile(r"\d{4}")
_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL_END = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)


class Markdown(MarkdownIt):
    """CommonMark with tables, strikethrough, line breaks and bare links; no HTML, no pictures."""

    def __init__(self) -> None:
        options = {"html": False, "breaks": True, "maxNesting": NESTING, "xhtmlOut": False}
        super().__init__("commonmark", options)
        self.helpers = LinkHelpers()  # type: ignore[assignment]
        self.enable(["table", "strikethrough"])
        self.disable("code")
        self.block.ruler.at("table", _table_of_bounded_size, {"alt": ["paragraph", "reference"]})
        quoting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.at("blockquote", _quote, quoting)
        listing: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
        self.block.ruler.at("list", _list, listing)
        self.block.ruler.before("paragraph", "below_list", _below_list, {"alt": ["paragraph"]})
        self.core.ruler.after("normalize", "all_cells", _all_cells)
        self.inline.ruler.at("link", of_bounded_depth(link))
        self.inline.ruler.at("image", of_bounded_depth(image))
        self.inline.ruler.before("autolink", "line_break", _line_break)
        self.inline.ruler.before("newline", "bare_link", bare_link)
        self.core.ruler.push("pictures", _pictures_as_links)
        self.core.ruler.push("whole_links", _whole_links)
        self.core.ruler.push("addresses", link_addresses)
        self.core.ruler.push("headings", _headings_in_order)
        self.core.ruler.push("empty_headers", _no_empty_header_cells)

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """The address for the page; a mail address loses its subject, text and copies."""
        url = super().normalizeLink(url)
        return url.partition("?")[0] if url[:7].lower() == "mailto:" else url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """The address as typed: decoding it would let percent-escapes smuggle in characters."""
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Whether the address may be a link; if not, it stays text, as it was typed."""
        if len(url) > MAX_URL:
            return False
        try:
            parts = urlsplit(url)
            if parts.scheme == "mailto":
                return _MAILTO.fullmatch(url) is not None
            # A user name before an @ can make one site look like another.
            host = _HOST.fullmatch(parts.hostname or "")
            plain = host is not None and "@" not in parts.netloc and parts.port != 0
        except ValueError:
            return False
        return plain and parts.scheme in SCHEMES


def too_deep(tokens: Iterable[Token]) -> bool:
    """Whether the parser gave up inside nested quotes or lists, dropping what they hold."""
    return any(token.level >= NESTING - 1 for token in tokens)


def words(tokens: Iterable[Token]) -> Iterator[str]:
    """The readable text of each paragraph, heading, cell and block of code, in order."""
    for token in tokens:
        if token.type == "inline":
            yield _inline_words(token.children or [])
        elif token.type in ("fence", "code_block"):
            yield token.content


def paragraphs(tokens: Iterable[Token]) -> Iterator[str]:
    """The readable text of each block, in order, with its lines: a list is one block, and each of
    its items begins with its number or a dot."""
    lines: list[str] = []
    mark = ""
    for token in tokens:
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif text := "".join(words([token])).rstrip("\n"):
            lines.append(mark + text)
            mark = ""
        if token.level == 0 and token.nesting <= 0 and lines:
            yield "\n".join(lines)
            lines = []


def _inline_words(children: Iterable[Token]) -> str:
    breaks = ("softbreak", "hardbreak")
    return "".join("\n" if token.type in breaks else token.content for token in children)


def _table_of_bounded_size(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # The parser fills short rows up: 20,000 characters could become 65,000 empty cells.
    first = state.src[state.bMarks[start] : state.eMarks[start]]
    if first.count("|") * (end - start) > MAX_CELLS:
        return False
    return table(state, start, end, silent)


def _all_cells(state: StateCore) -> None:
    # Cells beyond those of the header would be dropped: they are a part of the last one, as in an
    # address with a "|".
    lines = state.src.split("\n")
    cells = 0
    for at, line in enumerate(lines):
        if cells and "|" in line:
            lines[at] = _with_cells(line, cells)
        elif at and "|" in lines[at - 1] and _DELIMITER_ROW.fullmatch(line):
            cells = len(_CELL_END.split(line.strip().strip("|")))
        else:
            cells = 0
    state.src = "\n".join(lines)


def _with_cells(line: str, cells: int) -> str:
    first = line[: len(line) - len(line.lstrip(" \t|"))]
    row = line[len(first) :].rstrip()
    end = "|" if row.endswith("|") and not row.endswith("\\|") else ""
    *others, last = _CELL_END.split(row.removesuffix("|") if end else row, cells - 1)
    return first + "|".join([*others, _CELL_END.sub(r"\\|", last)]) + end


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if _YEAR.match(state.src, state.bMarks[start] + state.tShift[start]):
        return False
    # Without code by blanks, a list may be indented as far as one likes.
    around, state.listIndent = state.listIndent, -1
    found = list_block(state, start, end, silent)
    state.listIndent = around
    return found


def _below_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # Ends a paragraph in a list before a line that is not indented further than the list.
    return silent and 0 <= state.sCount[start] <= state.listIndent < state.blkIndent


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # Each line of a quote needs its ">".
    if silent:
        return blockquote(state, start, end, silent)
    outside, inside = state.lineMax, range(start + 1, end)
    state.lineMax = next((line for line in inside if not _begins_with(state, line, ">")), end)
    found = blockquote(state, start, state.lineMax, silent)
    state.lineMax = outside
    return found


def _begins_with(state: StateBlock, line: int, mark: str) -> bool:
    return state.src.startswith(mark, state.bMarks[line] + state.tShift[line])


def _line_break(state: StateInline, silent: bool) -> bool:
    # The usual way to break a line inside a table cell; no other tag is understood.
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _pictures_as_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_without_pictures(token.children))


def _without_pictures(children: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "image":
            yield token
            continue
        address = str(token.attrs.get("src", ""))
        caption = _inline_words(token.children or []) or address
        yield from _link(address, caption) if address and not depth else [_text(caption)]


def _whole_links(state: StateCore) -> None:
    # A link without visible text can be neither read nor clicked: it shows its address.
    # One without an address, [like this](), becomes text.
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_whole(token.children))


def _whole(children: list[Token]) -> Iterator[Token]:
    address, shown = "", ""
    for token in children:
        if token.type == "link_open":
            address, shown = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close" and not any(map(str.isprintable, "".join(shown.split()))):
            yield _text(address)
        shown += token.content
        if address or token.type not in ("link_open", "link_close"):
            yield token


def _link(address: str, caption: str) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": address})
    return [opening, _text(caption), Token("link_close", "a", -1)]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _headings_in_order(state: StateCore) -> None:
    # The page itself has h1 and h2. Below them no level may be skipped, whatever was typed:
    # people choose a heading by its size, but screen readers navigate by its level.
    above: list[str] = []
    for token in state.tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(HIGHEST_HEADING - 1 + len(above), LOWEST_HEADING)}"


def _no_empty_header_cells(state: StateCore) -> None:
    # In Markdown every table needs a header row; one whose cells are all empty is left out.
    for at, token in enumerate(state.tokens):
        if token.type == "th_open" and not state.tokens[at + 1].content.strip():
            token.tag = state.tokens[at + 2].tag = "td"
    state.tokens = list(_without_empty_headers(state.tokens))


def _without_empty_headers(tokens: list[Token]) -> Iterator[Token]:
    header: list[Token] = []
    for token in tokens:
        if not header and token.type != "thead_open":
            yield token
            continue
        header.append(token)
        if token.type == "thead_close":
            yield from header if any(each.tag == "th" for each in header) else []
            header = []
