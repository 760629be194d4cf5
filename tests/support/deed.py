"""Something that somebody can do, and who may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Deed:
    """An address as its route has it, what is sent there, and who may."""

    path: str
    may: set[str]
    fields: Mapping[str, str | list[str]] = field(default_factory=dict)
    files: dict[str, Any] | None = None
    # The name in `numbers` of the thing, where there are two of a kind.
    named: dict[str, str] = field(default_factory=dict)
