"""Text that people write: cleaned, turned from Markdown into safe HTML, shortened, compared."""

import re
import unicodedata
from html import escape

import nh3

from ideahub.text_diff import Piece, added_and_removed, word_diff
from ideahub.text_markdown import SCHEMES, Markdown, too_deep, words

__all__ = [
    "MAX_TEXT",
    "Piece",
    "TooLong",
    "added_and_removed",
    "clean_line",
    "clean_text",
    "excerpt",
    "plain_text",
    "render_markdown",
    "searchable",
    "shortened",
    "word_diff",
]

MAX_TEXT = 20_000
# A search leaves out what stands behind a dash.
MOST_LEFT_OUT = 10
# Nothing honest grows more than sixfold; a few tricks grow a thousandfold.
MAX_HTML = 10 * MAX_TEXT

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls; bidirectional embeddings, overrides and isolates, which make text read otherwise
# than it is; what XML cannot carry. Left-to-right and right-to-left *marks* stay: Hebrew and
# Arabic need them beside punctuation, and they cannot reorder words.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# In a name nothing invisible is wanted, except the joiners that Persian and emoji need, and
# no towers of accents that cover the lines above.
_INVISIBLE = re.compile(
    r"[\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0"
    r"\U000e0000-\U000e007f]"
)
_ACCENT = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_TOWER = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")

_MARKDOWN = Markdown()
_TAGS = "a blockquote br code em h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"
_SAFE = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    set_tag_attribute_values={"th": {"scope": "col"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="nofollow noopener ugc",
)


class TooLong(ValueError):
    """The text has more characters than its place holds."""

    def __init__(self, length: int, maximum: int) -> None:
        super().__init__(f"The text has {length:,} characters; at most {maximum:,} fit.")
        self.length = length
        self.maximum = maximum


def clean_text(text: str) -> str:
    """Text of several lines as it may be stored and shown: line ends are \\n, and characters
    that the database, feeds or readers' eyes cannot cope with are gone."""
    text = _HIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.strip("\n").rstrip()


def clean_line(text: str, maximum: int | None = None) -> str:
    """Text of one line, such as a title or a name: trimmed, white space collapsed, nothing
    invisible. Raises TooLong when a maximum is given and passed."""
    line = " ".join(_TOWER.sub(r"\1", _INVISIBLE.sub("", clean_text(text))).split())
    if not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        return ""
    # Composing is quadratic in Python, so only for lines that anyone would read.
    line = unicodedata.normalize("NFC", line) if len(line) <= 1_000 else line
    if maximum is not None and len(line) > maximum:
        raise TooLong(len(line), maximum)
    return line


def searchable(words: str) -> str:
    """Words for PostgreSQL's `websearch_to_tsquery`, which fails where very many are left out."""
    return words if words.count("-") <= MOST_LEFT_OUT else words.replace("-", " ")


def shortened(text: str, length: int) -> str:
    """The beginning of a line of text, cut between words and with an ellipsis if it is longer."""
    if len(text) <= length:
        return text
    start = text[: max(length - 1, 0)]
    between_words = start.rpartition(" ")[0] if text[len(start)] != " " else start
    # A very long first word is cut where it must be.
    kept = between_words if len(between_words) > length // 2 else start
    return kept.rstrip(" ,;:.–-") + "…"


def render_markdown(source: str) -> str:
    """Markdown as HTML that may be put into a page as it is. Raises TooLong over MAX_TEXT."""
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    if too_deep(tokens):
        return _plain_paragraphs(source)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    if len(html) > MAX_HTML:
        return _plain_paragraphs(source)
    # Once more, for characters that came as entities: &#x202e; is bidirectional, too.
    return _SAFE.clean(_HIDDEN.sub("", html)).strip()


def plain_text(source: str) -> str:
    """The words of a Markdown text without its marks, paragraph by paragraph, for searching."""
    source = _bounded(source)
    tokens = _MARKDOWN.parse(source)
    text = source if too_deep(tokens) else "\n".join(words(tokens))
    return _HIDDEN.sub("", text).strip()


def excerpt(source: str, length: int = 200) -> str:
    """The beginning of a Markdown text as one plain line."""
    return shortened(" ".join(plain_text(source).split()), length)


def _bounded(source: str) -> str:
    # Line ends of two characters and white space at the end are taken away by cleaning.
    if len(source) > 2 * MAX_TEXT + 1_000:
        raise TooLong(len(source), MAX_TEXT)
    source = clean_text(source)
    if len(source) > MAX_TEXT:
        raise TooLong(len(source), MAX_TEXT)
    return source


def _plain_paragraphs(source: str) -> str:
    paragraphs = re.split(r"\n\s*\n", source)
    return "\n".join(f"<p>{escape(one).replace(chr(10), '<br>')}</p>" for one in paragraphs)
