"""How all processes learn that events were committed: by PostgreSQL itself, or by a bus.

PostgreSQL's NOTIFY in the same transaction needs nothing else, but halves the commits of a second.
A bus is told after the commit. One announcement that is lost loses nothing: whoever listens also
looks into the table of events every second.
"""

from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

_BY_ANNOUNCER, _IS_TO_ANNOUNCE = "by an announcer", "is to announce"


class Announcer(Protocol):
    """Tells every process that there are new events."""

    def announce(self) -> None:
        """Is called after a commit; neither waits nor raises."""


def by_announcer() -> dict[Any, Any]:
    """What a session has to know whose events an announcer announces."""
    return {_BY_ANNOUNCER: True}


def announces_itself(db: AsyncSession) -> bool:
    """Whether a new event has to send its own NOTIFY; otherwise it is announced after the commit
    of this session."""
    if not db.info.get(_BY_ANNOUNCER):
        return True
    db.info[_IS_TO_ANNOUNCE] = True
    return False


def is_to_announce(db: AsyncSession) -> bool:
    """Whether events were added that have to be announced now that they are committed."""
    return bool(db.info.pop(_IS_TO_ANNOUNCE, False))
