"""The form in which managers decide whether entries may be judged."""

from dataclasses import dataclass

from ideahub.core import lengths
from ideahub.core.paging import MOST
from ideahub.http.forms import line, repeated, text


@dataclass
class TriageForm:
    """What is decided about the chosen entries."""

    entries: list[str] = repeated(200, 20)
    eligible: str = line(10)
    reason: str = text(lengths.REASON)
    # The page that the form stood on, when that is the page of one entry.
    back: str = line(40)
    # Which version of each entry the page showed, such as "12-1".
    seen: list[str] = repeated(200, 40)

    @property
    def numbers(self) -> list[int]:
        """The entries that were chosen."""
        return [int(one) for one in self.entries if one.isdecimal() and int(one) <= MOST]

    @property
    def versions(self) -> dict[int, int]:
        """The versions that the page showed, by the number of the entry."""
        pairs = (one.partition("-") for one in self.seen)
        return {int(a): int(b) for a, _dash, b in pairs if a.isdecimal() and b.isdecimal()}
