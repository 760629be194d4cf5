"""Recognises texts that begin like a refusal, and suggests a better kind of contribution."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from ideahub.conversation.models import ContributionKind
from ideahub.conversation.refusal_phrases import phrases
from ideahub.conversation.refusals_heard import REFUSAL_KINDS, RefusalKind
from ideahub.core.i18n import _
from ideahub.core.languages import language

# How many characters at the beginning of a text are searched for a refusal.
BEGINNING = 200

_QUOTED = re.compile(r"^[^\S\n]*>.*\n?", re.MULTILINE)
_MARKS = re.compile(r"^[\s\W_]+")
_APOSTROPHES = str.maketrans("’‘`´ʼ", "'''''")


class Suggestion(msgspec.Struct, frozen=True):
    """What to say instead of a refusal, and the kinds that it could become. The text can still be
    posted unchanged."""

    key: str
    title: str
    text: str
    turns: tuple[ContributionKind, ...]


def sounds_like_refusal(
    text: str, kind: ContributionKind | None, remedy: str = ""
) -> Suggestion | None:
    """A suggestion for a text that begins like a refusal in the current language; None for others.

    A concern with a remedy, and a question with a question mark, are no refusals.
    """
    beginning = _beginning(text)
    asks = kind is ContributionKind.QUESTION and "?" in text[:BEGINNING]
    if asks or (kind is ContributionKind.CONCERN and remedy.strip()):
        return None
    for refusal, pattern in _patterns(language()):
        if kind not in refusal.unless and pattern.match(beginning):
            return _suggestion(refusal, kind)
    return None


def _suggestion(refusal: RefusalKind, kind: ContributionKind | None) -> Suggestion:
    turns = tuple(turn for turn in refusal.turns if turn is not kind)
    return Suggestion(refusal.key, _(refusal.title), _(refusal.text), turns)


def _beginning(text: str) -> str:
    # Without quoted lines, and without Markdown's signs or an emoji in front.
    words = _QUOTED.sub("", text[: 10 * BEGINNING]).translate(_APOSTROPHES).casefold()
    minus = "-1" if words.lstrip().startswith("-1") else ""
    words = minus or _MARKS.sub("", words)
    return " ".join(words.split())[:BEGINNING]


@cache
def _patterns(code: str) -> Sequence[tuple[RefusalKind, re.Pattern[str]]]:
    """The kinds of refusals, each with the pattern of its phrases in a language."""
    known = phrases(code)
    start = rf"(?:(?:{_either(known.preambles)})\b[\s,:;.!…–—-]*){{0,3}}"
    return [
        (refusal, re.compile(rf"{start}(?:{_either(known.refusals[refusal.key])})(?!-?\w)"))
        for refusal in REFUSAL_KINDS
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
