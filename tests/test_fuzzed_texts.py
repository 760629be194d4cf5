"""Thousands of texts nobody would write: no reader of ours fails, and nothing harmful comes out."""

import random
from collections.abc import Iterator

import pytest

from ideahub.core.text.cleaning import clean_line, clean_text
from ideahub.core.text.rendering import excerpt, plain_text, render_markdown
from ideahub.importing.html_text import html_to_markdown
from tests.support.effort import effort
from tests.test_text import ATTACKS, BIDI, Inspector
from tests.test_text_diff import check

TEXTS = 300
SEEDS = range(effort(10, 100))
MARKDOWN = (
    *("# ", "## ", "> ", "- ", "* ", "1. ", "```", "`", "~~~", "~~", "**", "__", "*", "_", "---"),
    *("[", "](", "]", ")", "![", "][", "]: ", "<", ">", "|", "|-|", "\\", "&", "://", "www."),
    *("[x](https://a.example)", "<a@b.example>", "https://a.example/b_(c)", "[1]", "[1]: /x 'y'"),
    *("| a | b |\n|-|-|\n| c |", "- [ ] x", "Setext\n===", "    code", "<br>", "!", "#", "(", "'"),
)
HTML = (
    *(
        "<p>",
        "</p>",
        "<div ",
        "<table><tr><td colspan=9999999 rowspan=-1>",
        "</table>",
        "<ol start=",
    ),
    *(
        "<li>",
        "</ul>",
        "<pre>",
        "<a href='",
        "<a href=javascript:",
        "' onclick=x()>",
        "<!--",
        "-->",
    ),
    *("<![CDATA[", "]]>", "<!", "<?", "?>", "</", "<script", "</script", "<style>", "<svg/onload="),
    *(
        "<b><i></b></i>",
        "<h7>",
        "<img alt='",
        "<td><table><th>",
        "<\x00b>",
        "<textarea>",
        "<q cite=",
    ),
)
ENTITIES = (
    *(
        "&amp;",
        "&lt",
        "&#60;",
        "&#x3c;",
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&#9999999999;",
        "&bogus;",
    ),
    *("&Tab;", "&NewLine;", "&#x202e;", "&colon;", "&amp;lt;", "&#", "&#x", "&zwj;", "&nbsp;"),
)
ODD = (
    *("\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029"),
    *("\r", "\r\n", "\t", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u3164"),
    *("\ud800", "\udfff", "\ud83d\udc00", "\ufffe", "\uffff", "\U0010ffff", "\U000e0041"),
    *("e" + "\u0301" * 9, "\u0591\u05a0", "ﷺ", "ǅ", "ſ", "K", "ß", "İ", "﷽", "ｊａｖａ", "²", "٣"),
    *("\U0001f469\u200d\U0001f4bb", "道", "می\u200cخواهم", "שלום\u200f", "\u1160", "\u034f", "𝒥"),
)
WORDS = ("walking", "bus", "Straße", "don't", "a", "1.5", "x" * 60, " ", " ", "\n", "\n\n")
KINDS = (MARKDOWN, HTML, ENTITIES, ODD, tuple(BIDI), WORDS, tuple(ATTACKS))


def texts(seed: int) -> Iterator[tuple[str, str]]:
    """Texts, each beside what somebody made of it."""
    chance = random.Random(seed)
    for _number in range(TEXTS):
        kinds = chance.sample(KINDS, chance.randint(1, len(KINDS)))
        parts = [
            _part(chance, chance.choice(kinds)) for _part_number in range(chance.randint(1, 24))
        ]
        yield "".join(parts), "".join(_edited(chance, parts))


def _part(chance: random.Random, kind: tuple[str, ...]) -> str:
    part = chance.choice(kind) * chance.choice((1, 1, 1, 2, 5))
    cut = chance.randint(0, len(part))
    # Now and then half of it, or a character that is anything at all.
    return chance.choice((part, part, part, part[:cut], part + chr(chance.randrange(0x110000))))


def _edited(chance: random.Random, parts: list[str]) -> Iterator[str]:
    for part in parts:
        yield chance.choice((part, part, part, "", part * 2, part[::-1]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_breaks_anything(seed: int) -> None:
    for text, edited in texts(seed):
        try:
            _is_rendered_safely(text)
            _has_plain_words(text)
            check(clean_text(text), clean_text(edited))
            # Whatever comes of foreign HTML is Markdown, which is rendered like any other.
            _is_rendered_safely(html_to_markdown(text, "https://a.example/b"))
        except BaseException:
            print(f"The text: {text!r}, edited: {edited!r}")
            raise


def _is_rendered_safely(text: str) -> None:
    html = render_markdown(text)
    Inspector(html)
    _can_be_kept(html)


def _has_plain_words(text: str) -> None:
    short, line = excerpt(text), clean_line(text)
    for words in (plain_text(text), short, line):
        _can_be_kept(words)
    assert len(short) <= 200 and "\n" not in short
    assert clean_line(line) == line and len(line.splitlines()) <= 1


def _can_be_kept(text: str) -> None:
    text.encode()
    assert not set(text) & {*BIDI, "\x00"}
