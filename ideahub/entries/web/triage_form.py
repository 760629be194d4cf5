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

    @property
    def numbers(self) -> list[int]:
        """The entries that were chosen."""
        return [int(one) for one in self.entries if one.isdecimal() and int(one) <= MOST]
