"""Hears when a text begins like a refusal, and suggests how to say it so that it helps."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from ideahub.conversation.models import ContributionKind
from ideahub.conversation.refusal_phrases import phrases
from ideahub.conversation.refusals_heard import FAMILIES, RefusalKind
from ideahub.core.i18n import _
from ideahub.core.languages import language

# A refusal is heard at the beginning; what comes after is not looked at.
HEARD = 200

_QUOTED = re.compile(r"^[^\S\n]*>.*\n?", re.MULTILINE)
_MARKS = re.compile(r"^[\s\W_]+")
_APOSTROPHES = str.maketrans("’‘`´ʼ", "'''''")


class Suggestion(msgspec.Struct, frozen=True):
    """What to say instead, and the kinds it could become. Never a block."""

    key: str
    title: str
    text: str
    turns: tuple[ContributionKind, ...]


def sounds_like_refusal(
    text: str, kind: ContributionKind | None, remedy: str = ""
) -> Suggestion | None:
    """A suggestion for a text that begins like a refusal; None for any other.

    A concern that says what would mend it, and a question that asks, are no refusals.
    """
    beginning = _beginning(text)
    asks = kind is ContributionKind.QUESTION and "?" in text[:HEARD]
    if asks or (kind is ContributionKind.CONCERN and remedy.strip()):
        return None
    for family, pattern in _patterns(language()):
        if kind not in family.unless and pattern.match(beginning):
            return _suggestion(family, kind)
    return None


def _suggestion(family: RefusalKind, kind: ContributionKind | None) -> Suggestion:
    turns = tuple(turn for turn in family.turns if turn is not kind)
    return Suggestion(family.key, _(family.title), _(family.text), turns)


def _beginning(text: str) -> str:
    # Not the words somebody quotes, nor Markdown's signs, nor an emoji in front.
    words = _QUOTED.sub("", text[: 10 * HEARD]).translate(_APOSTROPHES).casefold()
    minus = "-1" if words.lstrip().startswith("-1") else ""
    words = minus or _MARKS.sub("", words)
    return " ".join(words.split())[:HEARD]


@cache
def _patterns(code: str) -> Sequence[tuple[RefusalKind, re.Pattern[str]]]:
    """The families with what recognises them in a language."""
    known = phrases(code)
    start = rf"(?:(?:{_either(known.preambles)})\b[\s,:;.!…–—-]*){{0,3}}"
    return [
        (family, re.compile(rf"{start}(?:{_either(known.refusals[family.key])})(?!-?\w)"))
        for family in FAMILIES
    ]


def _either(several: Iterable[str]) -> str:
    """The regular expression for a list of phrases, longest alternatives first."""
    folded = (phrase.translate(_APOSTROPHES).casefold() for phrase in several)
    return "|".join(map(_phrase, sorted(folded, key=len, reverse=True)))


def _phrase(phrase: str) -> str:
    alone = r"(?=\s*(?:[^\w\s]|$))" if phrase.endswith("!") else ""
    *words, last = phrase.rstrip("!").split()
    return "".join(map(_word_and_space, words)) + _word(last) + alone


def _word(alternatives: str) -> str:
    return f"(?:{'|'.join(map(re.escape, alternatives.split('/')))})"


def _word_and_space(alternatives: str) -> str:
    given = [word for word in alternatives.split("/") if word != "~"]
    optional = "?" if "~" in alternatives else ""
    return rf"(?:{_word('/'.join(given))}[\s,]+){optional}"
