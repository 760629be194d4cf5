"""Dates and times as people read them, in the language of the request."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import (
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
)
from markupsafe import Markup, escape

from ideahub.core.i18n import _, as_markup
from ideahub.core.languages import language, locale, locale_of

DAY = "yMMMd"
MONTH = "yMMMM"
# A longer time is told in months or years.
MOST_DAYS = 60
WHOLE_UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))


def zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC where the system does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moment(at: datetime, timezone: str = "UTC") -> Markup:
    """A <time> with day, hour, minute and the zone's name."""
    return _time(at, moment_words(at, timezone))


def moment_words(at: datetime, timezone: str = "UTC") -> str:
    """The same as `moment`, as plain text, for where no element can stand: attributes, mails."""
    shown = local_words(at, timezone)
    if timezone == "UTC":
        # Translators: %(moment)s is such as "25 Nov 2026, 18:00"
        return _("%(moment)s (UTC)", moment=shown)
    return _("%(moment)s (%(city)s time)", moment=shown, city=_city(timezone))


def zone_words(timezone: str) -> str:
    """The name of a zone as `moment_words` says it, without a moment: "Berlin time"."""
    return "UTC" if timezone == "UTC" else _("%(city)s time", city=_city(timezone))


def local_words(at: datetime, timezone: str) -> str:
    """Day, hour and minute of a moment in a zone, without the zone's name; where clocks are put
    back and the hour comes twice, also which of the two it is."""
    local = at.astimezone(zone(timezone))
    # Without its zone: of a moment the day in UTC would be told.
    shown = clock_words(local.replace(tzinfo=None))
    if not comes_twice(local):
        return shown
    if local.fold:
        # Translators: %(moment)s is such as "31 Oct 2027, 02:30", %(offset)s such as "UTC+1"
        return _(
            "%(moment)s, the second time, %(offset)s", moment=shown, offset=offset_words(local)
        )
    return _("%(moment)s, the first time, %(offset)s", moment=shown, offset=offset_words(local))


def comes_twice(local: datetime) -> bool:
    """Whether this local time of a zone, which exists, comes twice there."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def offset_words(local: datetime) -> str:
    """How far the clocks of its zone are from UTC at a local time: "UTC+1", "UTC+5:30"."""
    seconds = int((local.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "\N{MINUS SIGN}" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def on_clock(at: datetime, timezone: str) -> tuple[datetime, int]:
    """The local time of a moment in a zone, and how many seconds its clocks are ahead of UTC."""
    local = at.astimezone(zone(timezone))
    return local.replace(tzinfo=None, fold=0), ahead(local, at)


def ahead(local: datetime, at: datetime) -> int:
    """How many seconds a local time is ahead of the moment in UTC that it stands for."""
    passed = local.replace(tzinfo=None) - at.astimezone(UTC).replace(tzinfo=None)
    return round(passed.total_seconds())


def _city(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")


def clock_words(local: datetime) -> str:
    """Day, hour and minute of a local time, without the name of its zone."""
    pattern = _moment_pattern(language())
    # The day of its zone: of a moment with a zone `day_words` would say that of UTC.
    return pattern.replace("{0}", time_words(local)).replace("{1}", day_words(local.date()))


def time_words(local: datetime) -> str:
    """Hour and minute of a local time, without the name of its zone."""
    return _time_words(language(), local.time().replace(second=0, microsecond=0))


@lru_cache(maxsize=4096)
def _time_words(code: str, at: time) -> str:
    return format_time(at, "short", locale=_dated_as(code))


@cache
def _moment_pattern(code: str) -> str:
    return str(get_datetime_format("medium", _dated_as(code)))


def day(at: datetime | date, timezone: str = "UTC") -> Markup:
    """A <time> with the day only."""
    return _time(at, day_words(at, timezone))


def day_words(at: datetime | date, timezone: str = "UTC") -> str:
    """The same as `day`, as plain text, for where no element can stand: attributes, mails."""
    # Babel takes the day of a moment to be that of UTC.
    if isinstance(at, datetime):
        at = (at.astimezone(zone(timezone)) if at.tzinfo else at).date()
    return _day_words(language(), at)


@lru_cache(maxsize=4096)
def _day_words(code: str, day: date) -> str:
    return format_skeleton(DAY, day, locale=_dated_as(code))


def month(first: date) -> str:
    """The month of a day, with its year."""
    return format_skeleton(MONTH, first, locale=_dated_as(language()))


def ago(at: datetime, now: datetime | None = None) -> Markup:
    """A <time> that says how long ago, up to a week; the day after that."""
    passed = (now or datetime.now(UTC)) - at
    if passed.days >= 7:
        return day(at)
    if passed.total_seconds() < 60:
        return _time(at, _("just now"))
    whole = _whole(passed, least=1)
    return _time(at, _ago_words(language(), whole))


@lru_cache(maxsize=4096)
def _ago_words(code: str, passed: timedelta) -> str:
    return format_timedelta(-passed, threshold=1, add_direction=True, locale=locale_of(code))


def until(at: datetime, now: datetime | None = None) -> str:
    """How long it is from now to `at`, in words, in the largest unit of which it has at least two:
    "3 days"."""
    whole = _whole(at - (now or datetime.now(UTC)), least=2)
    return _long_words(language(), whole)


@lru_cache(maxsize=4096)
def _long_words(code: str, whole: timedelta) -> str:
    return format_timedelta(whole, threshold=2, locale=locale_of(code))


def wait(time: timedelta) -> str:
    """How long somebody has to wait, in words, rounded up: after it they need not wait again."""
    whole = time + (-time) % _unit(time, least=2)
    return format_timedelta(whole, threshold=2, locale=locale())


def span(days: int) -> str:
    """A number of days in words: up to two months in days, so that people can count with it; then
    in the largest unit of which it has at least two: "8 years"."""
    least = 2 if days > MOST_DAYS else MOST_DAYS
    shown = timedelta(days=days)
    return format_timedelta(shown, granularity="day", threshold=least, locale=locale())


def _whole(time: timedelta, *, least: int) -> timedelta:
    # Babel would make 4 days of 3½: a place that counts days would disagree, and a deadline would
    # seem later than it is.
    return time - time % _unit(time, least=least)


def _unit(time: timedelta, *, least: int) -> timedelta:
    units = (unit for unit in WHOLE_UNITS if time >= least * unit)
    return next(units, timedelta(seconds=1))


@cache
def _dated_as(code: str) -> Locale:
    found = locale_of(code)
    # Babel takes English for American English; these pages have the day before the month.
    return Locale("en", "GB") if str(found) == "en" else found


def _time(at: datetime | date, shown: str) -> Markup:
    exact = at.isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()
    return as_markup(f'<time datetime="{exact.replace("+00:00", "Z")}">{escape(shown)}</time>')
