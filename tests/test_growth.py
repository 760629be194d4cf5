"""Eight times the text costs at most about eight times the time, whatever reads it.

A parser that grows with the square stops everybody: 20,000 characters cost it 400 times what
1,000 do. To try another one, add a line to PARSERS.
"""

import gc
import random
from collections.abc import Callable
from math import inf
from time import thread_time
from typing import Any, NamedTuple

import pytest

from ideahub.campaigns.drafting import gentle_question, tidy_topics
from ideahub.conversation.suggesting import sounds_like_refusal
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import clean_line, clean_text, shortened
from ideahub.core.text.diff import word_diff
from ideahub.core.text.rendering import plain_text, render_markdown
from ideahub.http.amounts import read_money
from ideahub.http.cookies import cookies_in
from ideahub.http.forms import amount, number
from ideahub.http.local_paths import local_path
from ideahub.ideas.tagging import tidy_tags, typed_tags
from ideahub.importing.challenge_reading import read_call
from ideahub.importing.foreign_files import _rows, key_of
from ideahub.importing.html_text import html_to_parts
from ideahub.importing.messy import as_list, parse_prize, parse_when
from ideahub.importing.polis_files import id_of, key_of_conversation, moment_of
from ideahub.organisations.addresses import clean_address, clean_domain

# What is measured has to take a while.
pytestmark = pytest.mark.slow

# Times the text is longer, and times its reading may take longer. A parser that grows with the
# square takes 64 times as long: a machine that does other things as well may be wrong by far.
LONGER = 8
MOST = 22.0
# Seconds below which nothing can be said, and nobody has to wait.
TOO_SHORT = 0.02


class Text(NamedTuple):
    """What stands before, what is repeated, and what ends it."""

    before: str
    repeated: str
    after: str = ""

    def of(self, size: int) -> str:
        """About so many characters of it."""
        return self.before + self.repeated * (size // len(self.repeated)) + self.after


class Parser(NamedTuple):
    """A function, how many characters it is tried with at most, and which."""

    read: Callable[[Any], object]
    size: int
    texts: list[Text]


def texts(*repeated: str) -> list[Text]:
    return [Text("", one) for one in repeated]


def made_up(pieces: list[str], how_many: int) -> list[Text]:
    """Fragments put together by chance, always the same ones."""
    chance = random.Random(13)
    return [
        Text(
            "".join(chance.choices(pieces, k=chance.choice([0, 0, 5, 40]))),
            "".join(chance.choices(pieces, k=chance.randint(2, 5))),
        )
        for _ in range(how_many)
    ]


MARKS = (
    "[|![|](|]|(|)|[a](b)|[a]: b\n|*|**|_|~~|`|``|<|>|> |- |1. |#|\n|\n\n|    |\\|&|&amp;|://|"
    "http://|https://a.b|a|word |@|!|<br>|\u0301|é|漢|=|---|+|[x]|:|.|'|\""
)
SIGNS = [*MARKS.split("|"), "|", "|-", "a|b\n-|-\n"]
TAGS = (
    "<b>|</b>|<i>|<p>|</p>|<div>|</div>|<ul>|<li>|<ol>|<table>|<tr>|<td>|<th>|<h2>|<blockquote>|"
    "<pre>|<code>|<a href=http://a.b>|</a>|<img alt=a>|<br>|<sup>|<!--|-->|a|word | |\n|*|#|`|[|"
    "http://a.b |<dl>|<dt>|<dd>|<span>|<script>|</table>|</ul>|&amp;|{{|}}"
)

MARKDOWN = [
    *texts("://", "x://y", "http://", "http://a@", "https://a(", "http://a.b/.", "http://a.b/(((("),
    *texts("[", "![", "[![](", "![![", "[a][", "[a](", "[a](<", "[](a (", "](", "[`", "\n[", "[]:"),
    *texts("*", "*_", "a**b", "~~a", "`", "`a``", "\\", "&", "<", "<a@", "*a_ ", "\u0301\u0316"),
    *texts("> ", ">\n", "- ", "- a\n", "1. ", "#\n", "a\n", "\n", "| ", "a|b\n-|-\n", "|\n"),
    *(Text(">" * deep + "a\n", "b\n") for deep in (5, 28)),
    *(Text("[a][" * 26, piece) for piece in ("\\`", "a\n", "*")),
    Text("[](" + "a" * 100, "[](" + "a" * 60),
    Text("- " * 14 + "a\n", "b\n"),
    Text("[a]: https://example.org/" + "b" * 1_900 + "\n\n", "[a]"),
    *made_up(SIGNS, 25),
]
LINES = [
    *texts("a", " ", "\n", "\r", "\t", "1", "1,", "1.", ",000", "-", "'", ";", "#", "@", ".", "("),
    *texts("\u0301", "\u0301\u0316", "e\u0301", "\u1112\u1161\u11ab", "\u200b", "\u202e", "\ud800"),
    *texts("2027-03-31 ", "jan ", "up to ", "$1,000 ", "no, ", "yes, and ", "> ", "\n>", "/", "a."),
    *(Text(*one) for one in [("$1", ",000", "x"), ("1.", "0", "x"), ("jan 1, 2027", " ", "x")]),
]
HTML = [
    *texts("<b>", "<b>a</b>", "<p>a", "<div>", "<ul><li>", "<ol>", "<dl><dd>", "<blockquote>a"),
    *texts("<table><tr><td>a", "<tr><td>a", "<td colspan=30 rowspan=30>a", "<h1>#", "<pre>`"),
    *texts(
        "<!--", "<", "<a", "<a href='", "&lt;b ", "{{", "{%", "http://", "a\n", "<br> ", "x<br>"
    ),
    Text("<h1>", "#", "a</h1>"),
    Text("<a href='http://", "\u0301\u0316", "'>a</a>"),
    Text("<table><tr>" + "<td colspan=30>a" * 300, "<tr><td>a"),
    *made_up(TAGS.split("|"), 20),
]
CELLS = ['"', '"a\n', 'a,"b\n', '","\n', '"a""\n', "a\n", 'a"\n', ",", '"a\n"b\n', "\n"]


def pairs(size: int) -> list[tuple[str, str]]:
    """Texts of so many characters, before and after."""
    chance = random.Random(7)
    signs = [chr(0x4E00 + at) for at in range(size)]
    other = random.Random(8).sample(signs, size)
    some = ["".join(chance.choices(signs[: size // 4], k=size)) for _ in range(2)]
    words = "".join(signs)
    return [
        (some[0], some[1]),
        (words, "".join(other)),
        (words, words[::-1]),
        (words, words[size // 2 :] + words[: size // 2]),
        (
            "".join(chance.choices("木水火土", k=size)),
            "".join(random.Random(9).choices("木水火土", k=size)),
        ),
        ("木火" * (size // 2), "木水" * (size // 2)),
        ("a\n" * (size // 2), "a\nb\n" * (size // 4)),
    ]


def typed(field: Any) -> Callable[[str], object]:
    parse: Callable[[str], object] = field.metadata["parse"]
    return parse


PARSERS = {
    "cookies": Parser(cookies_in, 60_000, [*LINES, *texts("a=b;", ";", "a=\\012", 'a="\\"";')]),
    # An eighth of it is still too long for a link: shorter ones take another way.
    "Markdown": Parser(render_markdown, 20_000, MARKDOWN),
    "words of Markdown": Parser(plain_text, 20_000, made_up(SIGNS, 5)),
    "texts": Parser(clean_text, 200_000, LINES),
    "lines": Parser(clean_line, 200_000, LINES),
    "beginnings": Parser(lambda text: shortened(text, len(text) // 2), 200_000, LINES),
    "dates": Parser(parse_when, 100_000, LINES),
    "prizes": Parser(parse_prize, 100_000, LINES),
    "lists": Parser(as_list, 40_000, LINES),
    "numbers of exports": Parser(id_of, 100_000, LINES),
    "times of exports": Parser(moment_of, 100_000, LINES),
    "names of columns": Parser(key_of, 200_000, LINES),
    "names of conversations": Parser(
        lambda text: key_of_conversation({"url": text}, {}),
        40_000,
        [Text("https://", "\u0301\u0316"), *LINES],
    ),
    "links of challenges": Parser(
        lambda text: read_call("", {"title": "a", "link": text}),
        40_000,
        [Text("https://", "\u0301\u0316")],
    ),
    "rows": Parser(
        lambda text: list(_rows(text.splitlines(keepends=True), ",")), 100_000, texts(*CELLS)
    ),
    "HTML": Parser(html_to_parts, 16_000, HTML),
    "deep HTML": Parser(html_to_parts, 80_000, texts("<ul><li>", "<div>", "<dl><dd>a", "<b>a")),
    "addresses": Parser(
        clean_address,
        100_000,
        [*LINES, *(Text("a@", one) for one in ("a.", "é.", "é", "\u0301\u0316"))],
    ),
    "domains": Parser(clean_domain, 100_000, [*texts("a.", "é.", "é", "a"), *LINES]),
    "ways back": Parser(local_path, 100_000, [Text("/", one.repeated) for one in LINES]),
    "amounts": Parser(typed(amount()), 8_000, LINES),
    "amounts pledged": Parser(read_money, 100_000, LINES),
    "whole numbers": Parser(typed(number(0, 9)), 8_000, LINES),
    "tags": Parser(lambda text: tidy_tags([text]), 100_000, LINES),
    "tags typed": Parser(typed_tags, 100_000, LINES),
    "topics": Parser(tidy_topics, 100_000, LINES),
    "questions": Parser(gentle_question, 100_000, LINES),
    "refusals": Parser(lambda text: sounds_like_refusal(text, None), 100_000, LINES),
}


def cost(read: Callable[[Any], object], given: Any) -> float:
    """Seconds of this thread."""
    # Its turn comes with so many objects, of whoever made them.
    gc.disable()
    began = thread_time()
    try:
        read(given)
    except (ValueError, Invalid):
        pass  # Refusing takes time, too.
    finally:
        taken = thread_time() - began
        gc.enable()
    return taken


def must_grow_evenly(read: Callable[[Any], object], short: Any, long: Any) -> None:
    """Fails where seven tries, the best of each counting, still show another growth.

    `long` is LONGER times as long as `short`.
    """
    less = more = inf
    for _ in range(7):
        more = min(more, cost(read, long))
        if more < TOO_SHORT:
            return
        less = min(less, cost(read, short))
        if more < MOST * less:
            return
    pytest.fail(f"{repr(long)[:60]}… took {more:.3f} s, an eighth of it {less:.3f} s")


@pytest.mark.parametrize("name", PARSERS)
def test_reading_takes_time_as_the_text_is_long(name: str) -> None:
    read, size, tried = PARSERS[name]
    for text in tried:
        must_grow_evenly(read, text.of(size // LONGER), text.of(size))


def test_comparing_takes_time_as_the_texts_are_long() -> None:
    for short, long in zip(pairs(20_000 // LONGER), pairs(20_000), strict=True):
        must_grow_evenly(lambda both: word_diff(*both), short, long)


def test_a_parser_that_grows_with_the_square_is_found() -> None:
    def squared(text: str) -> None:
        for at in range(0, len(text), 10):
            text.count("b", at)

    with pytest.raises(pytest.fail.Exception):
        must_grow_evenly(squared, "a" * (60_000 // LONGER), "a" * 60_000)
