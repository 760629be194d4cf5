"""Converts between local times as people type them and moments, also where clocks change."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from ideahub.core.dates import clock_words, comes_twice, time_words, zone
from ideahub.core.i18n import N_, _

EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  local by nature
# Folders of the zone database with other names of the same zones, or with no zones.
NOT_OFFERED = {"Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico", "posix", "right"}


class TypedMoment(NamedTuple):
    """A moment, and a sentence about how the local time was understood; empty where it is clear.
    `twice`: the local time comes twice."""

    at: datetime
    note: str
    twice: bool = False


@cache
def known_zones() -> frozenset[str]:
    """The names of all time zones that the system knows."""
    return frozenset(available_timezones())


@cache
def offered_zones() -> tuple[str, ...]:
    """The time zones to choose from: UTC, then those of places, by name."""
    places = (name for name in known_zones() if name.partition("/")[0] not in NOT_OFFERED)
    return ("UTC", *sorted(name for name in places if "/" in name))


def moment_of(local: datetime, timezone: str, *, last: bool = False) -> TypedMoment:
    """The moment of a local time in a zone.

    Where clocks are put forward, a time that does not exist is moved past the gap. Where they are
    put back, a time that comes twice is the first one; with `last` the second, for deadlines.
    """
    place = ZoneInfo(timezone)
    at = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    if at.astimezone(place).replace(tzinfo=None) != local:
        return TypedMoment(at, _gap(local, at, timezone))
    second = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    if second == at:
        return TypedMoment(at, "")
    chosen = second if last else at
    return TypedMoment(chosen, _twice(local, chosen, timezone, last), twice=True)


def moment_again(local: datetime, offset: int, timezone: str, *, last: bool) -> datetime:
    """The moment of a local time by today's rules of its zone; `offset` is how many seconds its
    clocks were taken to be ahead of UTC. So of a time that comes twice the same one is meant as
    before, if it still comes twice."""
    before = (local - timedelta(seconds=offset)).replace(tzinfo=UTC)
    if local_time(before, timezone) == local:
        return before
    return moment_of(local, timezone, last=last).at


def is_second(at: datetime, timezone: str) -> bool | None:
    """Of a moment in an hour that comes twice in its zone: whether it is in the second one; None
    for all others."""
    local = at.astimezone(zone(timezone))
    return bool(local.fold) if comes_twice(local) else None


def local_time(at: datetime, timezone: str) -> datetime:
    """The local time of a moment in a zone, as a naive datetime."""
    return at.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)


def typed_time(at: datetime | None, timezone: str, local: datetime | None = None) -> str:
    """The local time of a moment as the value of an <input type=datetime-local>; empty for None.

    `local` is what was typed, where that is known: it may be one that clocks leave out.
    """
    if at is None:
        return ""
    local = (local or local_time(at, timezone)).replace(microsecond=0)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def _gap(local: datetime, at: datetime, timezone: str) -> str:
    return _(
        "%(typed)s does not exist in %(zone)s: clocks are put forward then. "
        "We understood %(meant)s (%(utc)s UTC).",
        typed=clock_words(local),
        zone=timezone,
        meant=time_words(local_time(at, timezone)),
        utc=time_words(at),
    )


def _twice(local: datetime, at: datetime, timezone: str, last: bool) -> str:
    first = N_(
        "%(typed)s comes twice in %(zone)s: clocks are put back then. We understood the first "
        "time (%(utc)s UTC)."
    )
    second = N_(
        "%(typed)s comes twice in %(zone)s: clocks are put back then. We understood the second "
        "time (%(utc)s UTC)."
    )
    sentence = second if last else first
    return _(sentence, typed=clock_words(local), zone=timezone, utc=time_words(at))
