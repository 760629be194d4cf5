"""When digests are due: at an hour of the day, or of a day of the week, on the clocks of a zone.

There is one at most on each day of the person, and half a day at least between two, also where
clocks are changed, or the person's hour or zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from ideahub.core.dates import zone
from ideahub.notifications.models import Rhythm

BETWEEN = timedelta(hours=12)
DAY = timedelta(days=1)


class Times(NamedTuple):
    """The hour (0 to 23) and weekday (0 is Monday) in a zone, and when the last digest was sent."""

    timezone: str
    hour: int
    weekday: int
    last: datetime | None = None

    def day_of(self, at: datetime) -> date:
        """The day of the person at this moment."""
        return at.astimezone(zone(self.timezone)).date()

    def on(self, day: date) -> datetime:
        """The moment of the hour on a day. Where the clocks pass over it, a little later; where it
        comes twice, the first time."""
        return datetime.combine(day, time(self.hour), zone(self.timezone)).astimezone(UTC)

    def allows(self, at: datetime) -> bool:
        """Whether a digest may be sent then: none was on this day, nor half a day before."""
        if self.last is None:
            return True
        return self.day_of(at) > self.day_of(self.last) and at - self.last >= BETWEEN


def latest(times: Times, now: datetime, rhythm: Rhythm) -> datetime:
    """The last moment, up to now, at which a digest of this rhythm was due: what was told before
    then is to be in one. What was to be sent at once is due in any case."""
    if rhythm is Rhythm.AT_ONCE:
        return now + DAY
    day = times.day_of(now)
    # The zone may be far: the day's hour may be to come yet.
    while times.on(day) > now or (rhythm is Rhythm.WEEKLY and day.weekday() != times.weekday):
        day -= DAY
    return times.on(day)


def coming(times: Times, now: datetime, rhythm: Rhythm) -> datetime:
    """The next moment after now at which a digest of this rhythm is due and may be sent."""
    day = times.day_of(now)
    while True:
        at = times.on(day)
        is_its_day = rhythm is not Rhythm.WEEKLY or day.weekday() == times.weekday
        if at > now and is_its_day and times.allows(at):
            return at
        day += DAY
