"""Cleans and shortens the texts that people write."""

import re
import unicodedata

from ideahub.core import lengths

MAX_TEXT = lengths.TEXT

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What stands between the words of a list: also as Arabic and Persian, and Chinese and Japanese
# write it.
COMMAS, SEMICOLONS = ",،、，", ";؛；"
# Controls; bidirectional embeddings, overrides and isolates, which make text read otherwise
# than it is; what XML cannot carry. Left-to-right and right-to-left *marks* stay: Hebrew and
# Arabic need them beside punctuation, and they cannot reorder words.
HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# A name has nothing invisible in it, except the joiners that Persian and emoji need, and no
# piles of accents, which would cover the lines above.
_INVISIBLE = re.compile(
    r"[\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0"
    r"\U000e0000-\U000e007f]"
)
_ACCENT = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_PILED_ACCENTS = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")


class TooLong(ValueError):
    """The text has more characters than are allowed."""

    def __init__(self, length: int, maximum: int) -> None:
        super().__init__(f"The text has {length} characters; at most {maximum} fit.")
        self.length = length
        self.maximum = maximum


def clean_text(text: str) -> str:
    """A text of several lines with line ends as \\n, and without control characters, bidirectional
    controls and what XML cannot carry (HIDDEN); trimmed at the end."""
    text = HIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.strip("\n").rstrip()


def clean_line(text: str, maximum: int | None = None) -> str:
    """A text of one line, such as a title or a name: trimmed, white space collapsed, nothing
    invisible. Raises TooLong where it has more than `maximum` characters."""
    line = " ".join(_PILED_ACCENTS.sub(r"\1", _INVISIBLE.sub("", clean_text(text))).split())
    if not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        return ""
    # `normalize` can take quadratic time, so only lines of a usual length are composed.
    line = unicodedata.normalize("NFC", line) if len(line) <= 1_000 else line
    if maximum is not None and len(line) > maximum:
        raise TooLong(len(line), maximum)
    return line


def shortened(text: str, length: int) -> str:
    """The line, at most `length` characters of it: cut between words, with an ellipsis."""
    if len(text) <= length:
        return text
    start = text[: max(length - 1, 0)]
    between_words = start.rpartition(" ")[0] if text[len(start)] != " " else start
    # A very long first word is cut where it must be.
    kept = between_words if len(between_words) > length // 2 else start
    return kept.rstrip(" ,;:.–-") + "…"
