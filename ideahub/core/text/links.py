"""Links in Markdown, parsed in a time that grows linearly with the text.

The parser reads a text again for each bracket that may begin a link, and for each bracket within
that one. Ordinary texts have few of these; past the limits below a link stays plain text.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it import helpers
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_URL = 2_000
# Square brackets within each other: at each level the parser reads the rest of the paragraph.
BRACKETS = 4
# Round brackets in an address: after each the parser may begin again.
ROUND_BRACKETS = 6
# Twice the longest text: an ordinary link is read only once.
MOST_READ_AS_URLS = 40_000

InlineRule = Callable[[StateInline, bool], bool]

_SCHEME_BEFORE = re.compile(r"(?<![\w/])https?\Z", re.IGNORECASE)
_SCHEME_AND_ONE = len("https") + 1
_REST_OF_URL = re.compile(r"://[^\s<>\"`\\\[\]]+")
_OPENED = re.compile(r"(?<![^\s(\[*~])_+(?=[^\s_]|\Z)")
# Addresses that people type without a scheme. The part before the @ is as short as mail servers
# allow, which also bounds the time that looking for it takes.
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
_ADDRESS = re.compile(
    rf"(?<![\w.+%/@-])(?P<site>www\.{_DOMAIN}(?::\d+)?(?:[/?#][^\s<>\"`\\\[\]]*)?)"
    rf"|(?<![\w.+%/@-])(?P<mail>(?:mailto:)?[\w.!#$%&'*+=?^{{|}}~-]{{1,64}}@{_DOMAIN}(?:\?[^\s<>\"]*)?)",
    re.IGNORECASE,
)


class LinkHelpers:
    """The parser's own helpers, except that addresses have a longest length."""

    parseLinkLabel = staticmethod(helpers.parseLinkLabel)  # noqa: N815
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815

    @staticmethod
    def parseLinkDestination(text: str, start: int, end: int) -> Any:  # noqa: N802
        """The parser's helper for a link's address, on at most MAX_URL characters of it."""
        looked_at = text[start : min(end, start + MAX_URL + 1)]
        usable = "(".join(looked_at.split("(", ROUND_BRACKETS)[:ROUND_BRACKETS])
        return helpers.parseLinkDestination(text, start, start + len(usable))


def of_bounded_depth(rule: InlineRule) -> InlineRule:
    """The parser's rule for links or pictures, which gives up inside too many square brackets."""

    def bounded(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] not in "[!" or not silent or state.level <= BRACKETS:
            return rule(state, silent)
        # As the parser itself does when it gives up: what is around it becomes text.
        state.pos = state.posMax
        return True

    return bounded


def bare_link(state: StateInline, silent: bool) -> bool:
    """The parser's rule for web addresses that stand in the text without any brackets."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    # The parser calls rules at a colon; it has put the scheme into the pending text by then.
    scheme = _SCHEME_BEFORE.search(state.pending[-_SCHEME_AND_ONE:])
    rest = _rest_of_url(state) if scheme else ""
    if not scheme or not rest:
        return False
    begins = state.pos - len(scheme[0])
    # No further back, so that many addresses take a time that grows linearly.
    before = state.src[max(0, begins - MAX_URL) : begins]
    url = _without_trailing_marks(scheme[0] + rest, before)
    address = state.md.normalizeLink(url)
    if not state.md.validateLink(address):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    state.push("link_open", "a", 1).attrs = {"href": address}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos += len(url) - len(scheme[0])
    return True


def _rest_of_url(state: StateInline) -> str:
    """What follows the scheme; empty where it is too long, or too much was read already."""
    most = min(state.pos + MAX_URL + 1, state.posMax)
    rest = _REST_OF_URL.match(state.src, state.pos, most)
    if not rest:
        return ""
    # http://a@http://a@… is no link, but would be read again from each of its colons.
    state.env["read_as_urls"] = state.env.get("read_as_urls", 0) + len(rest[0])
    if len(rest[0]) > MAX_URL or state.env["read_as_urls"] > MOST_READ_AS_URLS:
        return ""
    return rest[0]


def _without_trailing_marks(url: str, before: str) -> str:
    # A full stop after an address, or the bracket around it, belongs to the sentence. A "_" belongs
    # to the address, unless one in the text before it began an emphasis.
    marks = ".,:;!?'*_~]}" if _OPENED.search(before) else ".,:;!?'*~]}"
    end, unopened = len(url), url.count(")") - url.count("(")
    while end and (url[end - 1] in marks or (url[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= url[end] == ")"
    return url[:end]


def link_addresses(state: StateCore) -> None:
    """The parser's rule for addresses without a scheme: www.city.example, and mail addresses."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_addresses(state, token.children))


def _with_addresses(state: StateCore, children: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if (
            token.type == "text"
            and not depth
            and ("@" in token.content or "www." in token.content.lower())
        ):
            yield from _split(state, token.content)
        else:
            yield token


def _split(state: StateCore, text: str) -> Iterator[Token]:
    at = 0
    for found in _ADDRESS.finditer(text):
        shown = _without_trailing_marks(found[0], text[: found.start()])
        scheme = (
            "https://"
            if found["site"]
            else ""
            if shown.lower().startswith("mailto:")
            else "mailto:"
        )
        address = state.md.normalizeLink(scheme + shown)
        if state.md.validateLink(address):
            yield Token("text", "", 0, content=text[at : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": address})
            yield Token("text", "", 0, content=shown)
            yield Token("link_close", "a", -1)
            at = found.start() + len(shown)
    yield Token("text", "", 0, content=text[at:])
