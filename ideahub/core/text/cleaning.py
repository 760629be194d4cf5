"""Text that people write, cleaned of what may not be stored or shown, and shortened."""

import re
import unicodedata

MAX_TEXT = 20_000
# A search leaves out what stands behind a dash.
MOST_LEFT_OUT = 10

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
# In a name nothing invisible is wanted, except the joiners that Persian and emoji need, and
# no towers of accents that cover the lines above.
_INVISIBLE = re.compile(
    r"[\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0"
    r"\U000e0000-\U000e007f]"
)
_ACCENT = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_TOWER = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")


class TooLong(ValueError):
    """The text has more characters than its place holds."""

    def __init__(self, length: int, maximum: int) -> None:
        super().__init__(f"The text has {length} characters; at most {maximum} fit.")
        self.length = length
        self.maximum = maximum


def clean_text(text: str) -> str:
    """Text of several lines as it may be stored and shown: line ends are \\n, and characters
    that the database, feeds or readers' eyes cannot cope with are gone."""
    text = HIDDEN.sub("", _LINE_ENDS.sub("\n", text))
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
