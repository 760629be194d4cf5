"""How long ago something was, and how long something still lasts, in whole units: places that count
days agree, and no deadline that is near seems later than it is."""

from datetime import UTC, datetime, timedelta

import pytest

from ideahub.core import dates

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(seconds=100), "1 minute ago"),
        (timedelta(minutes=59, seconds=50), "59 minutes ago"),
        (timedelta(hours=1, minutes=40), "1 hour ago"),
        (timedelta(hours=23, minutes=50), "23 hours ago"),
        (timedelta(days=1, hours=23), "1 day ago"),
        (timedelta(days=3, hours=14), "3 days ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "22 Nov 2026"),
    ],
)
def test_what_has_passed_is_counted_in_whole_units(passed: timedelta, words: str) -> None:
    assert f">{words}</time>" in dates.ago(NOW - passed, NOW)


@pytest.mark.parametrize("days", range(1, 7))
def test_the_days_since_something_are_the_same_wherever_they_are_told(days: int) -> None:
    passed = timedelta(days=days, hours=20)
    assert f">{dates.span(passed.days)} ago</time>" in dates.ago(NOW - passed, NOW)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=119, seconds=50), "119 minutes"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(days=3, hours=14), "3 days"),
        (timedelta(days=13, hours=23), "13 days"),
    ],
)
def test_what_is_left_is_never_told_longer_than_it_is(left: timedelta, words: str) -> None:
    assert dates.until(NOW + left, NOW) == words


@pytest.mark.parametrize(
    ("days", "words"), [(14, "2 weeks"), (20, "3 weeks"), (38, "5 weeks"), (92, "3 months")]
)
def test_what_is_far_is_told_in_the_nearest_week_or_month(days: int, words: str) -> None:
    assert dates.until(NOW + timedelta(days=days, hours=5), NOW) == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=29, milliseconds=10), "30 seconds"),
        (timedelta(minutes=14, seconds=59), "15 minutes"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=2, minutes=1), "3 hours"),
    ],
)
def test_whoever_waits_as_long_as_is_said_need_not_wait_again(time: timedelta, words: str) -> None:
    assert dates.wait(time) == words


def test_a_moment_is_told_with_the_day_of_its_zone() -> None:
    """Shortly after midnight in Berlin it is still the day before by UTC."""
    at = datetime(2026, 11, 29, 23, 40, tzinfo=UTC)
    assert dates.moment_words(at, "Europe/Berlin").startswith("30 Nov 2026, 00:40")
    assert dates.moment_words(at, "America/New_York").startswith("29 Nov 2026, 18:40")
