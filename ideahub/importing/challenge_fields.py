"""Reads the fields of a challenge in a Challenge.gov feed, which exports name differently."""

import math
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from ideahub.core.text.cleaning import clean_text
from ideahub.importing.foreign_files import BadRecord, Unreadable, key_of

# Our name of a field → its names in exports of the feed, and in JSON feeds in general.
NAMES = {
    "id": ("challenge-id", "id"),
    "title": ("challenge-title", "title", "name"),
    "link": ("permalink", "url", "link"),
    "external-url": ("external-url",),
    "tagline": ("tagline", "summary", "brief-description"),
    "legal-authority": ("legal-authority",),
    "fiscal-year": ("fiscal-year",),
    "types": ("type-of-challenge", "types", "tags"),
    "prize": ("total-prize-offered-cash", "prize-total", "total-prize"),
    "status": ("challenge-status", "status"),
    "agency": ("agency", "agency-name", "federal-agency"),
    "federal-partners": ("partner-agencies-federal", "federal-partners"),
    "other-partners": ("partners-non-federal", "non-federal-partners"),
    "start": ("submission-start", "submission-start-date", "start-date"),
    "end": ("submission-end", "submission-end-date", "end-date"),
    "description": ("description", "content-html"),
    "prizes": ("prizes", "prize-description"),
    "rules": ("rules", "eligibility-requirements"),
    "judging": ("judging", "judging-criteria"),
    "how-to-enter": ("how-to-enter",),
}
LISTS = ("_challenge", "items", "challenges", "results", "data")
LONGEST_FIELD = 1_000_000
DEEPEST = 6


def challenges_in(value: Any) -> list[Any]:
    """The challenges of a feed, which is an object with a list, a list, or one challenge.

    Raises Unreadable for anything else.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        listed = next((value[name] for name in LISTS if isinstance(value.get(name), list)), None)
        if listed is not None:
            return list(listed)
        if "challenge-title" in map(key_of, value):
            return [value]
    raise Unreadable(
        "The file holds no list of challenges; a feed has one under “_challenge” or “items”."
    )


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of a challenge that we know, under our names, and no others: some exports have
    people's names and addresses, which are not imported.

    Raises BadRecord for what is not an object.
    """
    if not isinstance(record, dict):
        raise BadRecord(f"An object was expected, not {type(record).__name__}.")
    # JSON feeds have extensions in an object of their own.
    extension = record.get("_challenge")
    found = {key_of(str(name)): value for name, value in _pairs(record, extension)}
    if "description" not in found and isinstance(found.get("content-text"), str):
        found["description"] = escape(found["content-text"]).replace("\n", "<br>")
    named = {
        ours: next(
            (found[their_name] for their_name in theirs if found.get(their_name) not in (None, "")),
            None,
        )
        for ours, theirs in NAMES.items()
    }
    return {name: value for name, value in named.items() if value is not None}


def _pairs(record: Mapping[Any, Any], extension: Any) -> Iterator[tuple[Any, Any]]:
    yield from record.items()
    if isinstance(extension, dict):
        yield from extension.items()


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """A field as text: numbers are converted, lists joined with semicolons; empty where there is
    none. Raises BadRecord for other values."""
    value = fields.get(name)
    if isinstance(value, list):
        value = "; ".join(text_of({name: item}, name) for item in value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"“{name}” should be text, not {type(value).__name__}.")
    return clean_text(value[:LONGEST_FIELD])


def storable(value: Any, depth: int = 0) -> Any:
    """The value without characters and numbers that a JSON column cannot store, and without what
    is nested deeper than DEEPEST."""
    if isinstance(value, str):
        return clean_text(value[:LONGEST_FIELD])
    if depth > DEEPEST or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, dict):
        return {clean_text(str(name)): storable(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value
