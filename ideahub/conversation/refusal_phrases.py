"""How refusals begin, in each language: read from `refusals/<language>.toml`, which says how."""

from functools import cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).with_name("refusals")
SOURCE = "en"


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people say before they come to the point, and by the reason how they refuse."""

    preambles: tuple[str, ...]
    refusals: dict[str, tuple[str, ...]]


@cache
def phrases(language: str) -> Phrases:
    """The phrases of a language, English ones where it has no file.

    Raises msgspec.ValidationError or tomllib.TOMLDecodeError for a file that is not as it should.
    """
    found = languages()
    path = found.get(language, found[SOURCE])
    return msgspec.toml.decode(path.read_bytes(), type=Phrases)


def languages() -> dict[str, Path]:
    """The languages that have a file, and where it lies."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
