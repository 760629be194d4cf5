"""Dates as people read them, always with their zone, in the language of the request."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, format_timedelta
from markupsafe import Markup

from ideahub.core.i18n import _, language


def zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC where the system does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moment(at: datetime, timezone: str = "UTC") -> Markup:
    """A <time> with day, hour, minute and the zone's name."""
    local = at.astimezone(zone(timezone))
    shown = format_datetime(local, "d MMM y, HH:mm", locale=language.get())
    return _time(at, f"{shown} ({_zone_name(timezone)})")


def day(at: datetime | date) -> Markup:
    """A <time> with the day alone."""
    return _time(at, format_date(at, "d MMM y", locale=language.get()))


def ago(at: datetime, now: datetime | None = None) -> Markup:
    """A <time> that says how long ago, up to a week; the day after that."""
    passed = (now or datetime.now(UTC)) - at
    if passed.days >= 7:
        return day(at)
    if passed.total_seconds() < 60:
        return _time(at, _("just now"))
    shown = format_timedelta(-passed, add_direction=True, locale=language.get())
    return _time(at, shown)


def until(at: datetime, now: datetime | None = None) -> str:
    """How long from now, in words: "3 days"."""
    return format_timedelta(at - (now or datetime.now(UTC)), locale=language.get())


def span(days: int) -> str:
    """So many days in words, the longest unit of which there are two: "3 days", "8 years"."""
    return format_timedelta(
        timedelta(days=days), granularity="day", threshold=2, locale=language.get()
    )


def _zone_name(timezone: str) -> str:
    if timezone == "UTC":
        return timezone
    return _("%s time") % timezone.rpartition("/")[2].replace("_", " ")


def _time(at: datetime | date, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), shown)
