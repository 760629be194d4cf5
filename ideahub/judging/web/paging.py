"""The pages of a judge's own list, which is in their own order."""

from ideahub.core.refusals import NotFound
from ideahub.judging.queries import QueueEntry

LONGEST = 9


def part_of(entries: list[QueueEntry], after: str, at_once: int) -> tuple[list[QueueEntry], str]:
    """The entries after this place, at most so many, and the place after which it goes on; empty
    at the end. Raises NotFound for what is no place."""
    if after and not (after.isdecimal() and len(after) <= LONGEST):
        raise NotFound
    later = [one for one in entries if one.place > int(after or 0)]
    shown = later[:at_once]
    return shown, str(shown[-1].place) if len(later) > at_once else ""
