"""When an owed answer is due, and when those who owe it are reminded."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ideahub.campaigns.local_time import local_time, moment_of

# Before the end of the day on which it is due: some days ahead, and in the morning of that day.
AHEAD = (timedelta(days=4), timedelta(hours=16))
EVERY = timedelta(days=7)


class DueDate(NamedTuple):
    """The last day on which an answer is on time, and the moment at which that day ends."""

    on: date
    at: datetime


def due_after(since: datetime, days: int, timezone: str) -> DueDate:
    """When an answer is due that is owed since this moment: so many days later by the calendar of
    the zone, at the end of that day there."""
    on = local_time(since, timezone).date() + timedelta(days=days)
    end = datetime.combine(on + timedelta(days=1), time())
    return DueDate(on, moment_of(end, timezone).at)


def next_reminder(due_at: datetime, now: datetime) -> datetime:
    """The next moment after `now` at which to remind: before it is due, on the day, then weekly."""
    for before in AHEAD:
        if due_at - before > now:
            return due_at - before
    weeks = max(0, (now - due_at) // EVERY) + 1
    return due_at + weeks * EVERY
