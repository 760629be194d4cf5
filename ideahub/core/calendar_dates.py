"""Dates for people's calendars: what a date is, and who knows the dates of a campaign."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession


class CalendarDate(NamedTuple):
    """A moment in a calendar. `key` names it within its campaign, and never changes. `cancelled`:
    calendars that have it already show that it does not take place."""

    key: str
    at: datetime
    summary: str
    details: str = ""
    cancelled: bool = False


# The dates of the campaign with this number, in the current language. The campaign was found
# through the viewer; every viewer is told the same.
CalendarDates = Callable[[AsyncSession, int], Awaitable[Sequence[CalendarDate]]]
# Filled from the features by features.py.
CALENDAR_DATES: list[CalendarDates] = []
