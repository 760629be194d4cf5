"""The spam score of a text: points for simple features, each of which moderators are shown.

A score is never a verdict: from THRESHOLD on a new text waits for a moderator, and is not refused.
docs/moderation.md says how often it is wrong about real ideas.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from ideahub.core.i18n import N_, _
from ideahub.moderation.word_lists import UNSPACED

# What each feature weighs. To change how strict it is, change these numbers.
WEIGHTS = {
    "word list": 10,
    "link of a new account": 10,
    "one link of a new account": 4,
    "many links": 5,
    "mostly links": 5,
    "mixed alphabets": 4,
    "repeats itself": 4,
    "same by others": 3,
    "in a hurry": 3,
    "capitals": 3,
    "new account": 1,
}
THRESHOLD = 8
REASONS = {
    "word list": N_("It has words of the list: %(found)s."),
    "link of a new account": N_("A new account without published texts links to: %(found)s."),
    "one link of a new account": N_("A new account links to %(found)s, among words of its own."),
    "many links": N_("It has %(found)s links."),
    "mostly links": N_("It has few words beside its links."),
    "mixed alphabets": N_("Letters of several alphabets in one word: %(found)s."),
    "repeats itself": N_("It says the same again and again."),
    "same by others": N_("The same words were sent by others: %(found)s."),
    "in a hurry": N_("Its author sent %(found)s texts in ten minutes."),
    "capitals": N_("Most of it is in capitals."),
    "new account": N_("The account is new, and nothing of it was published."),
}
MANY_LINKS, FEW_WORDS_FOR_A_LINK, OWN_WORDS_FOR_A_LINK = 3, 8, 10
LEAST_LETTERS, LEAST_WORDS = 30, 20
HURRIED = 6
SHOWN = 5
# Also without a scheme, where the name ends as those of sites mostly do.
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]]+"
    r"|\b[\w-]+\.(?:com|net|org|ru|info|xyz|top|shop|biz)\b(?!@)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


class Signal(msgspec.Struct, frozen=True):
    """A feature that a text has, with its points and what was found."""

    name: str
    points: int
    found: str = ""

    @property
    def sentence(self) -> str:
        """What moderators read, in the current language."""
        return _(REASONS[self.name], found=self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a new text beside its words. `listed` are its words that a list names,
    `others` the number of other people who sent the same."""

    is_new_account: bool = False
    listed: Sequence[str] = ()
    others: int = 0
    sent_lately: int = 0


def signals_of(words: str, about: Circumstances) -> list[Signal]:
    """The features that the text has, the weightiest first."""
    links = links_in(words)
    found = {
        "word list": ", ".join(about.listed[:SHOWN]),
        _link_of_a_new_account(words, links): ", ".join(links[:SHOWN])
        if about.is_new_account
        else "",
        "many links": str(len(links)) if len(links) >= MANY_LINKS else "",
        "mostly links": _few_words_for(words, links),
        "mixed alphabets": ", ".join(mixed_words(words)[:SHOWN]),
        "repeats itself": _repeats(words),
        "same by others": str(about.others) if about.others else "",
        "in a hurry": str(about.sent_lately) if about.sent_lately >= HURRIED else "",
        "capitals": _capitals(words),
        "new account": "yes" if about.is_new_account else "",
    }
    return [Signal(name, WEIGHTS[name], value[:200]) for name, value in found.items() if value]


def score_of(signals: Sequence[Signal]) -> int:
    """The sum of their points."""
    return sum(signal.points for signal in signals)


def links_in(words: str) -> list[str]:
    """The links in a text, also those without a scheme."""
    return [found.group().rstrip(".,;:!?") for found in _LINK.finditer(words)]


def mixed_words(words: str) -> list[str]:
    """The words with letters of Latin and of another alphabet whose letters look alike."""
    return [word for word in _WORD.findall(words) if len(_alphabets(word)) > 1]


def _alphabets(word: str) -> set[str]:
    alike = ("LATIN", "CYRILLIC", "GREEK")
    names = (unicodedata.name(sign, "") for sign in word if sign.isalpha() and sign != "µ")
    return {name.split()[0] for name in names if name.startswith(alike)}


def _link_of_a_new_account(words: str, links: Sequence[str]) -> str:
    """Which of the two features it is: an honest first text may lead to one page, and says enough
    by itself."""
    says_enough = len(links) == 1 and _words_beside(words) >= OWN_WORDS_FOR_A_LINK
    return "one link of a new account" if says_enough else "link of a new account"


def _few_words_for(words: str, links: Sequence[str]) -> str:
    return "yes" if links and _words_beside(words) < FEW_WORDS_FOR_A_LINK * len(links) else ""


def _words_beside(words: str) -> int:
    """How many words there are beside the links; two letters of a script without spaces are one."""
    bare = _LINK.sub(" ", words)
    unspaced = len(UNSPACED.findall(bare))
    return len(_WORD.findall(UNSPACED.sub(" ", bare))) + unspaced // 2


def _repeats(words: str) -> str:
    said = [word.casefold() for word in _WORD.findall(words)]
    if len(said) < LEAST_WORDS:
        return ""
    lines = Counter(line.strip().casefold() for line in words.splitlines() if len(line) > SHOWN)
    most = max(lines.values(), default=0)
    return "yes" if len(set(said)) * 4 < len(said) <= 400 or most >= MANY_LINKS else ""


def _capitals(words: str) -> str:
    letters = [sign for sign in words if sign.isalpha() and sign.lower() != sign.upper()]
    large = _share(letters, str.isupper)
    return "yes" if len(letters) >= LEAST_LETTERS and large > 0.7 else ""


def _share(signs: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, signs)) / len(signs) if signs else 0.0
