"""Reads the phrases that refusals begin with from `refusals/<language>.toml`, which explains its
format."""

from functools import cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).with_name("refusals")
SOURCE = "en"


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of a language: what people say before a refusal, and the beginnings of refusals
    by the key of their RefusalKind."""

    preambles: tuple[str, ...]
    refusals: dict[str, tuple[str, ...]]


@cache
def phrases(language: str) -> Phrases:
    """The phrases of a language, the English ones where it has no file.

    Raises msgspec.ValidationError or tomllib.TOMLDecodeError for a file that is not valid.
    """
    found = languages()
    path = found.get(language, found[SOURCE])
    return msgspec.toml.decode(path.read_bytes(), type=Phrases)


def languages() -> dict[str, Path]:
    """The path of each language's file."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
