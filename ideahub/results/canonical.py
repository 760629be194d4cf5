"""The one way in which rule, inputs and output are written as bytes, and their SHA-256.

JSON in UTF-8 without blanks, keys sorted, a line end at the end. There are no fractions among its
numbers: they are texts, so that no reader rounds them.
"""

from hashlib import sha256
from typing import Any

import msgspec


def canonical(thing: Any) -> bytes:
    """The bytes of a structure of ours, or of lists, dicts, texts and whole numbers.

    Raises TypeError where there is a float in it, and for what JSON does not know. Assumes that no
    field of a structure is one; a test looks at each.
    """
    _refuse_floats(thing)
    return msgspec.json.encode(thing, order="sorted") + b"\n"


def digest(thing: Any) -> str:
    """The SHA-256 of the canonical bytes, in hexadecimal."""
    return sha256(canonical(thing)).hexdigest()


def _refuse_floats(thing: Any) -> None:
    waiting = [thing]
    while waiting:
        match waiting.pop():
            case float():
                raise TypeError("a float is not exact")
            case dict() as some:
                waiting += some.values()
            case list() | tuple() as several:
                waiting += several
