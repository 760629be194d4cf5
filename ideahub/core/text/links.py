"""Links in the Markdown people may write, at a cost that grows with the text and no faster.

The parser reads a text again for each bracket that may begin a link, and for each bracket within
that one. Nobody writes links so; whoever does gets text.
"""

import re
from collections.abc import Callable
from typing import Any

from markdown_it import helpers
from markdown_it.rules_inline import StateInline

MAX_URL = 2_000
# Brackets within brackets: at each level the rest of the paragraph is looked through.
BRACKETS = 4
# Round brackets in an address: after each it may begin anew.
ROUND_BRACKETS = 6
# Twice the longest text: what is a link is read once.
MOST_READ_AS_URLS = 40_000

InlineRule = Callable[[StateInline, bool], bool]

_SCHEME_BEFORE = re.compile(r"(?<![\w/])https?\Z", re.IGNORECASE)
_SCHEME_AND_ONE = len("https") + 1
_REST_OF_URL = re.compile(r"://[^\s<>\"`|\\\[\]]+")


class LinkHelpers:
    """The parser's own helpers, but for addresses that are too long to be any."""

    parseLinkLabel = staticmethod(helpers.parseLinkLabel)  # noqa: N815
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815

    @staticmethod
    def parseLinkDestination(text: str, start: int, end: int) -> Any:  # noqa: N802
        """Where a link leads to: what stands in its round brackets up to a space."""
        looked_at = text[start : min(end, start + MAX_URL + 1)]
        usable = "(".join(looked_at.split("(", ROUND_BRACKETS)[:ROUND_BRACKETS])
        return helpers.parseLinkDestination(text, start, start + len(usable))


def of_bounded_depth(rule: InlineRule) -> InlineRule:
    """The rule for links or pictures, which gives up inside too many square brackets."""

    def bounded(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] not in "[!" or not silent or state.level <= BRACKETS:
            return rule(state, silent)
        # As the parser itself does when it gives up: what is around it becomes text.
        state.pos = state.posMax
        return True

    return bounded


def bare_link(state: StateInline, silent: bool) -> bool:
    """The rule for web addresses that stand in the text without any brackets."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    # The parser stops at colons, with the scheme already among the text before it.
    scheme = _SCHEME_BEFORE.search(state.pending[-_SCHEME_AND_ONE:])
    rest = _rest_of_url(state) if scheme else ""
    if not scheme or not rest:
        return False
    url = _without_trailing_marks(scheme[0] + rest)
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
    """What follows the scheme; empty if it is too long, or too much was looked at in vain."""
    most = min(state.pos + MAX_URL + 1, state.posMax)
    rest = _REST_OF_URL.match(state.src, state.pos, most)
    if not rest:
        return ""
    # http://a@http://a@… is no link at each of its colons, and would be read anew at each.
    state.env["read_as_urls"] = state.env.get("read_as_urls", 0) + len(rest[0])
    if len(rest[0]) > MAX_URL or state.env["read_as_urls"] > MOST_READ_AS_URLS:
        return ""
    return rest[0]


def _without_trailing_marks(url: str) -> str:
    # A full stop after an address, or the bracket around it, belongs to the sentence.
    end, unopened = len(url), url.count(")") - url.count("(")
    while end and (url[end - 1] in ".,:;!?'*_~]}" or (url[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= url[end] == ")"
    return url[:end]
