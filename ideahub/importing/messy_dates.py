"""Parses dates as exports of other platforms write them.

What is not certain is refused, not guessed: a wrong deadline is worse than none.

Our own: dateutil ignores a zone it does not know, dateparser reads ET as winter time in July.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from ideahub.core.text.cleaning import clean_line, shortened

EASTERN = "America/New_York"
_UNKNOWN = frozenset({"", "-", "–", "n/a", "none", "null", "tba", "tbd", "unknown"})


class ParsedDate(NamedTuple):
    """A moment in UTC, and the zone of the local time that was given."""

    at: datetime
    zone: str
    # Whether only a day was given; the time is then its beginning or, for a closing, its end.
    date_only: bool


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
ZONES = {
    **dict.fromkeys(("et", "est", "edt", "eastern"), EASTERN),
    **dict.fromkeys(("ct", "cst", "cdt", "central"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt", "mountain"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("akt", "akst", "akdt", "alaska"), "America/Anchorage"),
    **dict.fromkeys(("hst", "hawaii"), "Pacific/Honolulu"),
    **dict.fromkeys(("utc", "gmt", "z"), "UTC"),
    **dict.fromkeys(("cet", "cest"), "Europe/Brussels"),
    **dict.fromkeys(("eet", "eest"), "Europe/Helsinki"),
}

_MONTH = r"(?P<{}>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATES = (
    r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})",
    r"(?P<m2>\d{1,2})(?P<s2>[-/])(?P<d2>\d{1,2})(?P=s2)(?P<y2>\d{4})",
    # Where dates are written with full stops, the day always comes first.
    r"(?P<d3>\d{1,2})\. ?(?P<m3>\d{1,2})\. ?(?P<y3>\d{4})\.?",
    rf"{_MONTH.format('m4')} (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>\d{{4}})",
    rf"(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?\.? {_MONTH.format('m5')},? (?P<y5>\d{{4}})",
)
_TIME = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\.?)?"
)
_ZONE = (
    r"\(?[a-z][a-z_]*(?:/[a-z_+-]+){0,2}(?: (?:standard |daylight )?time)?\)?"
    r"|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?"
)
_WHEN = re.compile(
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?(?:{'|'.join(_DATES)})"
    rf"(?:(?:,? at |,? @ ?|, ?| |t)(?:(?:12(?::00)? )?(?P<word>noon|midnight)|{_TIME}))?"
    rf"(?:,? ?(?P<zone>{_ZONE}))?\.?",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", re.ASCII)


def parse_when(
    text: object, default_zone: str = EASTERN, *, closing: bool = False
) -> ParsedDate | None:
    """The moment in the text; None where it is empty or says that it is unknown.

    Without a zone in the text it is one in `default_zone`. A day without a time, and the word
    "midnight", is the day's first second or, for a closing, its last. Raises ValueError with a
    sentence where it is not certain.
    """
    line = line_of(text)
    if line.lower() in _UNKNOWN:
        return None
    found = _WHEN.fullmatch(line.lower())
    try:
        moment = _moment(found, default_zone, closing) if found else None
    except (ValueError, KeyError, OverflowError):
        moment = None
    if moment is None:
        shown = shortened(line, 60)
        raise ValueError(
            f"“{shown}” cannot be read as a date and time; write it like 2027-03-31 17:00 ET."
        )
    return moment


def line_of(text: object) -> str:
    """The value, cleaned by `clean_line`; empty for None. Raises ValueError if it is not text."""
    if text is not None and not isinstance(text, str):
        raise ValueError(f"Text was expected, not {type(text).__name__}.")
    return clean_line(text or "")


def _moment(found: re.Match[str], default_zone: str, closing: bool) -> ParsedDate:
    zone = _zone(found["zone"] or default_zone)
    date_only = not (found["word"] or found["hour"])
    at_end = closing and (date_only or found["word"] == "midnight")
    hour, minute, second = (23, 59, 59) if at_end else _time(found)
    year, month, day = _date(found)
    if not 1900 <= year < 2200:
        raise ValueError(year)
    at = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    name = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    return ParsedDate(at.astimezone(UTC), name, date_only)


def _date(found: re.Match[str]) -> tuple[int, int, int]:
    form = next(number for number in range(1, 6) if found[f"y{number}"])
    month = found[f"m{form}"]
    number = int(month) if month.isdecimal() else MONTHS.index(month[:3]) + 1
    return int(found[f"y{form}"]), number, int(found[f"d{form}"])


def _time(found: re.Match[str]) -> tuple[int, int, int]:
    if found["word"] or not found["hour"]:
        return (12 if found["word"] == "noon" else 0), 0, 0
    hour, half = int(found["hour"]), found["half"]
    if half:
        if hour > 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "p" else 0)
    elif not found["minute"]:
        raise ValueError(hour)
    return hour, int(found["minute"] or 0), int(found["second"] or 0)


def _zone(name: str) -> tzinfo:
    offset = _OFFSET.fullmatch(name)
    if offset:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-ahead if offset[1] == "-" else ahead)
    plain = re.sub(r" (?:(?:standard|daylight) )?time$", "", name.lower().strip("()"))
    return ZoneInfo(ZONES.get(plain) or _zone_names()[plain])


@cache
def _zone_names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
