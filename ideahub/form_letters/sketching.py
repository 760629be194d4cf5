"""Sketches of texts, by which two texts are compared without reading them again.

The method is min-wise sampling of shingles: A. Z. Broder, "On the resemblance and containment of
documents" (1997). Of the hashes of all runs of WORDS words the SIZE lowest are kept; how many of
them two texts share estimates how many of their runs they share (their Jaccard index). For texts
with no more than SIZE runs it is exact.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import blake2b

WORDS = 3
SIZE = 64
# Of shorter texts, such as "Yes, please", many people write the same by chance.
FEWEST_WORDS = 12
# A word; in scripts that leave no blanks between words, one character.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|\w+?(?:(?="
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])|\b)"
)


def sketch_of(text: str) -> list[int]:
    """The lowest hashes of the text's runs of words, ascending; none for a text that is too short.
    Capitals, accents, punctuation and line breaks make no difference."""
    words = words_of(text)
    if len(words) < FEWEST_WORDS:
        return []
    return sorted(set(_hashes(words)))[:SIZE]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _WORD.findall(plain)


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """How much two sketches have in common: 0 for nothing, 1 for the same text."""
    in_both = set(one) & set(other)
    together = sorted({*one, *other})[:SIZE]
    return sum(1 for each in together if each in in_both) / len(together) if together else 0.0


def _hashes(words: Sequence[str]) -> Iterator[int]:
    for place in range(len(words) - WORDS + 1):
        run = " ".join(words[place : place + WORDS]).encode()
        # 63 bits, which a bigint of the database holds.
        yield int.from_bytes(blake2b(run, digest_size=8).digest(), "big") >> 1
