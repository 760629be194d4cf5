"""Marks the words of a search in the texts that it found."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from ideahub.core.searching.asking import SHORTEST_BEGINNING, Asked, Phrase
from ideahub.core.text.cleaning import shortened
from ideahub.core.text.rendering import plain_text

# Letters and digits with their accents, as they stand in a text.
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]*)+")
# Letters that have no accent to be taken off, as PostgreSQL's `unaccent` writes them.
OTHERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ς": "σ"}
)
# How much is shown of a text that has the words further down, in characters.
PASSAGE = 200


def plain(word: str) -> str:
    """The word without accents and capitals, as `search_plain` of the database has it."""
    letters = unicodedata.normalize("NFKD", word).lower()
    bare = "".join(each for each in letters if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare.translate(OTHERS))


def marked(text: str, asked: Asked | None) -> Markup:
    """The text as HTML, with each word that was searched for in a `mark`."""
    if asked is None:
        return escape(text)
    html, at = Markup(), 0
    for start, end in _spans(text, asked.wanted):
        html += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return html + escape(text[at:])


def passage(excerpt: str, source: str, asked: Asked) -> str:
    """The excerpt if it has a word that was searched for, else what stands around the first such
    word in the Markdown text; the excerpt again where there is none."""
    if any(_spans(excerpt, asked.wanted)):
        return excerpt
    found = next(_spans(source, asked.wanted), None)
    if found is None:
        return excerpt
    start = max(source.rfind(" ", 0, max(found[0] - PASSAGE // 2, 0)), 0)
    around = " ".join(plain_text(source[start : found[1] + 2 * PASSAGE]).split())
    return ("… " if start else "") + shortened(around, PASSAGE)


def _spans(text: str, pieces: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """Where in the text words were found, in order."""
    words = [(plain(found[0]), found.span()) for found in WORD.finditer(text)]
    at = 0
    while at < len(words):
        many = max((_length(words[at : at + 12], piece) for piece in pieces), default=0)
        if many:
            yield words[at][1][0], words[at + many - 1][1][1]
        at += max(many, 1)


def _length(words: Sequence[tuple[str, tuple[int, int]]], piece: Phrase) -> int:
    """How many of the words that come next are this piece; 0 where they are something else."""
    here = [word for word, _span in words[: len(piece.words)]]
    wanted = [word.word for word in piece.words]
    first = words[0][0]
    if len(wanted) == 1:
        forms = [wanted[0], *piece.words[0].stems]
        return int(first == wanted[0] or any(_begins(first, form) for form in forms))
    follows = len(here) == len(wanted) and here[:-1] == wanted[:-1]
    if follows and (here[-1] == wanted[-1] or _begins("".join(here), piece.together)):
        return len(wanted)
    return int(not piece.in_quotes and _begins(first, piece.together))


def _begins(word: str, beginning: str) -> bool:
    return len(beginning) >= SHORTEST_BEGINNING and word.startswith(beginning)
