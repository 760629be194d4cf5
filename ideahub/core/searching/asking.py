"""What somebody types into a search, as a query for PostgreSQL.

All words must be there, in any order and form: "playgrou" finds "Playgrounds". Words in quotes
must follow each other; a word with a dash before it must not be there. How texts are split into
words is said by the functions of the migration "Search in every language", which are asked here
about what was typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Integer, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.text.cleaning import clean_text

LONGEST_SEARCH = 200
# The beginning of a word finds it from this length on: too many words begin with the same letter.
SHORTEST_BEGINNING = 3
QUOTES = '"“”„‟«»「」'
# A part in quotes of any kind, or up to the next space. A number with a dash is no exclusion, but
# a temperature.
PIECE = re.compile(
    rf"(?P<but_not>(?<!\S)-(?=[^\W\d]|[{QUOTES}]))?"
    rf"(?:[{QUOTES}](?P<quoted>[^{QUOTES}]*)[{QUOTES}]|(?P<plain>[^\s{QUOTES}]+))"
)
# The words of each piece: with the stems that they have in any language, and whether a word is so
# frequent in the language of what was typed that it says nothing.
WORDS = select(
    func.search_terms(bindparam("pieces", type_=ARRAY(Text))).table_valued(
        column("place", Integer),
        column("word", Text),
        column("stems", ARRAY(Text)),
        column("frequent", Boolean),
    )
)
# The query of a statement that searches, as `Asked.query` has it.
SEARCH_QUERY: ColumnElement[Any] = cast(bindparam("query", type_=Text), TSQUERY)
# The same without the order of words, as `Asked.query_of_words` has it.
SEARCH_WORDS: ColumnElement[Any] = cast(bindparam("query_of_words", type_=Text), TSQUERY)


class Word(NamedTuple):
    """A word in plain letters, and what it is at its end in other forms of it."""

    word: str
    stems: list[str]
    frequent: bool

    @property
    def query(self) -> str:
        """The query for the word in any form, its beginning not included."""
        return " | ".join(quoted(each) for each in dict.fromkeys([self.word, *self.stems]))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other; mostly only one."""

    words: list[Word]
    in_quotes: bool = False
    but_not: bool = False

    @property
    def together(self) -> str:
        """Its words written as one."""
        return "".join(word.word for word in self.words)

    def query(self, follows: str = "<->") -> str:
        """The query for this piece; `follows` stands between words that must follow each other."""
        *before, last = [quoted(word.word) for word in self.words]
        beginning = beginning_of(self.words[-1].word)
        if self.but_not:
            return (
                f"!({self.words[0].query if not before else f' {follows} '.join([*before, last])})"
            )
        if self.in_quotes:
            return f"({f' {follows} '.join([*before, last])})"
        if not before:
            return f"({beginning} | {self.words[0].query})"
        return f"(({f' {follows} '.join([*before, beginning])}) | {beginning_of(self.together)})"


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: what was typed, and what it means."""

    typed: str
    pieces: list[Phrase]

    # How much of it was searched for, in characters.
    longest: int = LONGEST_SEARCH

    @property
    def query(self) -> str:
        """The query, empty where no word was typed that could be found."""
        if all(piece.but_not for piece in self.pieces):
            return ""
        return " & ".join(piece.query() for piece in self.pieces)

    @property
    def in_order(self) -> bool:
        """Whether some words must follow each other. An index finds the words, but not so."""
        return any(len(piece.words) > 1 for piece in self.pieces)

    @property
    def query_of_words(self) -> str:
        """The query for all that has the words, in whatever order: it finds what `query` finds,
        and more. What must not follow each other is left out."""
        some = (one for one in self.pieces if not (one.but_not and len(one.words) > 1))
        return " & ".join(piece.query("&") for piece in some) if self.query else ""

    @property
    def wanted(self) -> list[Phrase]:
        """The pieces that must be there."""
        return [piece for piece in self.pieces if not piece.but_not]

    @property
    def was_cut(self) -> bool:
        """Whether more was typed than is searched for."""
        return len(self.typed) > self.longest


def quoted(word: str) -> str:
    """A word as it stands in a query."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def beginning_of(word: str) -> str:
    """The query for words that begin so; for this word alone where it is too short."""
    return quoted(word) + (":*" if len(word) >= SHORTEST_BEGINNING else "")


async def read_search(db: AsyncSession, typed: str) -> Asked:
    """What was typed into a search, as far as LONGEST_SEARCH characters of it; never fails."""
    typed = " ".join(clean_text(typed).split())
    found = list(_pieces(typed[:LONGEST_SEARCH]))
    rows = await rows_of(db, WORDS, {"pieces": [words for words, _kind in found]}) if found else []
    pieces = [
        Phrase([Word(*row[1:]) for row in words], **found[place - 1][1])
        for place, words in groupby(rows, key=lambda row: row.place)
    ]
    return Asked(typed, pieces)


def _pieces(typed: str) -> Iterator[tuple[str, dict[str, bool]]]:
    for found in PIECE.finditer(typed):
        in_quotes = found["quoted"] is not None
        words = found["quoted"] if in_quotes else found["plain"]
        yield words, {"in_quotes": in_quotes, "but_not": found["but_not"] is not None}
