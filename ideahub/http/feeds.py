"""Feeds: what happened in a campaign, as Atom, for readers that look again by themselves.

Each feature finds its own entries; the feature of campaigns puts them together.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession


class FeedEntry(NamedTuple):
    """One thing that happened. `name` is unique in the campaign, and stays the same for ever, such
    as "answer-7"; `path` is the page about it; `html` is safe HTML. `changed_at` is when it last
    changed, else `at`."""

    name: str
    path: str
    title: str
    html: str
    at: datetime
    changed_at: datetime | None = None

    @property
    def updated(self) -> datetime:
        """When it last changed."""
        return self.changed_at or self.at


# Finds the newest entries of a campaign that the viewer may see, in any order: those that change
# what the newest MOST_ENTRIES of all are.
FeedSource = Callable[[AsyncSession, Any], Awaitable[Sequence[FeedEntry]]]
MOST_ENTRIES = 50


async def newest_entries(
    db: AsyncSession, sources: Sequence[FeedSource], subject: Any
) -> list[FeedEntry]:
    """The newest entries of all sources, the newest first."""
    found = [entry for source in sources for entry in await source(db, subject)]
    return sorted(found, key=lambda entry: (entry.updated, entry.name), reverse=True)[:MOST_ENTRIES]
