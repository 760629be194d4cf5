"""One topic for each of the spellings that the feeds of Challenge.gov have of it."""

import re
from collections.abc import Iterable

# The types of challenges that Challenge.gov knew.
KNOWN = (
    "Analytics, visualizations, algorithms",
    "Business plans",
    "Creative (multimedia & design)",
    "Ideas",
    "Nominations",
    "Scientific",
    "Software and apps",
    "Technology demonstration and hardware",
)
SHORT = {"creative": KNOWN[2], "technology demonstration": KNOWN[7]}
_WORD = re.compile(r"\w+")

Key = tuple[str, ...]


def tidy_types(named: Iterable[str]) -> list[str]:
    """The topics, each once and as Challenge.gov spells it; several of its topics in one text, with
    commas between, are taken apart. What it does not know stays as it is."""
    by_key: dict[Key, str] = {}
    for text in named:
        for topic in _apart(text) or [text]:
            by_key.setdefault(_key(topic), topic)
    return list(by_key.values())


def _key(text: str) -> Key:
    """Its words without case, "and" and the plural's s."""
    words = _WORD.findall(text.casefold())
    return tuple(word.removesuffix("s") for word in words if word != "and")


_BY_KEY = {_key(text): name for text, name in ((*zip(KNOWN, KNOWN, strict=True), *SHORT.items()))}
_LONGEST_FIRST = sorted(_BY_KEY, key=len, reverse=True)


def _apart(text: str) -> list[str]:
    """The known topics of which the text consists; empty where it has other words."""
    left, found = _key(text), []
    while left:
        known = next((key for key in _LONGEST_FIRST if left[: len(key)] == key), None)
        if known is None:
            return []
        found.append(_BY_KEY[known])
        left = left[len(known) :]
    return found
