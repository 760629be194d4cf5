"""Local times as people type them, and the moments they mean: also where clocks are changed."""

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from ideahub.core.dates import clock_words, time_words, zone
from ideahub.core.i18n import N_, _

EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  local by nature
# Second names of the same places, and directories that are no zones.
NOT_OFFERED = {"Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico", "posix", "right"}


class TypedMoment(NamedTuple):
    """A moment, and what to tell whoever typed it where the local time was not plain."""

    at: datetime
    note: str


@cache
def known_zones() -> frozenset[str]:
    """Every zone the system knows by name."""
    return frozenset(available_timezones())


@cache
def offered_zones() -> tuple[str, ...]:
    """The zones to choose from: UTC, then every place, by name."""
    places = (name for name in known_zones() if name.partition("/")[0] not in NOT_OFFERED)
    return ("UTC", *sorted(name for name in places if "/" in name))


def moment_of(local: datetime, timezone: str, *, last: bool = False) -> TypedMoment:
    """The moment a local time means. One that does not exist is moved past the gap. Of one
    that comes twice the first is meant, or with `last` the second: deadlines are kind."""
    place = ZoneInfo(timezone)
    at = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    if at.astimezone(place).replace(tzinfo=None) != local:
        return TypedMoment(at, _gap(local, at, timezone))
    second = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    if second == at:
        return TypedMoment(at, "")
    chosen = second if last else at
    return TypedMoment(chosen, _twice(local, chosen, timezone, last))


def local_time(at: datetime, timezone: str) -> datetime:
    """The moment as clocks in the zone show it, without zone."""
    return at.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)


def typed_time(at: datetime | None, timezone: str) -> str:
    """The moment as a browser's field for local times wants it; empty for none."""
    if at is None:
        return ""
    local = local_time(at, timezone).replace(microsecond=0)
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
