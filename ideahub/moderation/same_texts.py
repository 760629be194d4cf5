"""Recognises texts with the same words, whatever their capitals, accents and signs."""

import re
import unicodedata
from hashlib import blake2b

_WORDS = re.compile(r"\w+")
# Shorter ones, such as "I agree", are said by many.
LEAST_WORDS = 6


def fingerprint_of(words: str) -> str:
    """The same for texts with the same words in the same order; empty for a short text."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    found = _WORDS.findall(bare)
    if len(found) < LEAST_WORDS:
        return ""
    return blake2b(" ".join(found).encode(), digest_size=16).hexdigest()
