"""Local times and moments go there and back in every zone, also where clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import (
    is_second,
    moment_again,
    moment_of,
    offered_zones,
    typed_time,
)
from ideahub.campaigns.models import CampaignKind
from ideahub.core.dates import ahead, moment_words, on_clock
from tests.campaigns.setting_up import begin, phase, phases
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign

ZONES = st.sampled_from(offered_zones())
LOCAL = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001
    lambda local: local.replace(microsecond=0)
)
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
BERLIN = "Europe/Berlin"
# When clocks are put forward and back there: the beginning of each change in local time.
FORWARD, BACK = datetime(2027, 3, 28, 2), datetime(2027, 10, 31, 2)  # noqa: DTZ001
MINUTES = st.integers(0, 59).map(lambda minutes: timedelta(minutes=minutes))


@given(at=MOMENTS, timezone=ZONES)
def test_a_moment_has_one_local_time_that_leads_back_to_it(at: datetime, timezone: str) -> None:
    local, offset = on_clock(at, timezone)
    assert (local - timedelta(seconds=offset)).replace(tzinfo=UTC) == at
    assert ahead(local, at) == offset
    second = is_second(at, timezone)
    meant = moment_of(local, timezone, last=bool(second))
    assert meant.at == at
    assert meant.twice == (second is not None) == bool(meant.note)


@given(local=LOCAL, timezone=ZONES, last=st.booleans())
def test_a_typed_time_is_clear_or_says_how_it_was_understood(
    local: datetime, timezone: str, last: bool
) -> None:
    meant = moment_of(local, timezone, last=last)
    shown, _offset = on_clock(meant.at, timezone)
    if not meant.note:
        assert shown == local
        assert moment_of(local, timezone, last=not last).at == meant.at
    elif meant.twice:
        assert shown == local
        assert is_second(meant.at, timezone) is last
    else:
        # It lies in a gap: the clocks show later than what was typed.
        assert shown > local
        assert moment_of(local, timezone, last=not last).at == meant.at


@given(minutes=MINUTES, last=st.booleans())
def test_every_minute_of_the_gap_is_moved_by_the_hour(minutes: timedelta, last: bool) -> None:
    meant = moment_of(FORWARD + minutes, BERLIN, last=last)
    assert on_clock(meant.at, BERLIN)[0] == FORWARD + minutes + timedelta(hours=1)
    assert "does not exist" in meant.note


@given(minutes=MINUTES)
def test_every_minute_of_the_hour_that_comes_twice_is_two(minutes: timedelta) -> None:
    first, second = (moment_of(BACK + minutes, BERLIN, last=last) for last in (False, True))
    assert second.at - first.at == timedelta(hours=1)
    assert "first time" in first.note and "second time" in second.note
    assert "the first time, UTC+2" in moment_words(first.at, BERLIN)
    assert "the second time, UTC+1" in moment_words(second.at, BERLIN)


@given(at=MOMENTS, timezone=ZONES)
def test_what_a_page_says_is_the_clock_and_which_one_only_where_there_are_two(
    at: datetime, timezone: str
) -> None:
    words, local = moment_words(at, timezone), at.astimezone(ZoneInfo(timezone))
    assert words.startswith(f"{local.day} {local:%b %Y, %H:%M}".replace("Sep ", "Sept "))
    assert ("UTC+" in words or "UTC−" in words) == (is_second(at, timezone) is not None)


@given(at=MOMENTS, timezone=ZONES, last=st.booleans())
def test_under_the_same_rules_no_moment_moves(at: datetime, timezone: str, last: bool) -> None:
    assert moment_again(*on_clock(at, timezone), timezone, last=last) == at


@given(local=LOCAL, timezone=ZONES, last=st.booleans())
def test_nor_that_of_a_typed_time(local: datetime, timezone: str, last: bool) -> None:
    at = moment_of(local, timezone, last=last).at
    assert moment_again(local, ahead(local, at), timezone, last=last) == at


@given(local=LOCAL, timezone=ZONES, last=st.booleans(), hours=st.integers(-14, 14))
def test_under_other_rules_the_clocks_show_what_was_planned(
    local: datetime, timezone: str, last: bool, hours: int
) -> None:
    meant = moment_of(local, timezone, last=last)
    again = moment_again(local, hours * 3600, timezone, last=last)
    if meant.twice or not meant.note:
        assert on_clock(again, timezone)[0] == local
    else:
        assert again == meant.at


@given(at=MOMENTS)
def test_a_form_shows_the_typed_time_even_where_clocks_leave_it_out(at: datetime) -> None:
    gap = FORWARD + timedelta(minutes=30)
    assert typed_time(moment_of(gap, BERLIN).at, BERLIN, gap) == "2027-03-28T02:30"
    assert typed_time(at, "UTC") == at.replace(microsecond=0, tzinfo=None).isoformat(
        timespec="seconds" if at.second else "minutes"
    )


def test_the_day_is_that_of_the_zone() -> None:
    assert moment_words(datetime(2026, 11, 29, 23, 28, tzinfo=UTC), BERLIN) == (
        "30 Nov 2026, 00:28 (Berlin time)"
    )
    assert moment_words(datetime(2026, 11, 30, 4, 59, tzinfo=UTC), "America/New_York") == (
        "29 Nov 2026, 23:59 (New York time)"
    )


def test_offsets_of_half_hours_are_said() -> None:
    # Lord Howe puts its clocks back by half an hour.
    at = datetime(2027, 4, 3, 15, 10, tzinfo=UTC)
    assert "the second time, UTC+10:30" in moment_words(at, "Australia/Lord_Howe")
    assert "UTC−" in moment_words(datetime(2027, 11, 7, 5, 30, tzinfo=UTC), "America/New_York")


async def test_a_time_in_the_gap_is_kept_as_typed_and_explained_at_its_field(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    await mia.post(at, phase(opens="2027-03-28T02:30", closes="2027-06-01T12:00"))
    (one,) = await phases(db)
    assert one.opens_local == FORWARD + timedelta(minutes=30)
    assert one.opens_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert one.opens_offset == 3600
    for _visit in range(2):
        page = (await mia.get(at)).text
        assert 'value="2027-03-28T02:30"' in page
        assert "28 Mar 2027, 02:30 does not exist in Europe/Berlin" in page
        assert "We understood 03:30 (01:30 UTC)" in page
    preview = await mia.post(f"{at}/schedule", phase(opens="2027-03-28T02:40"))
    assert "28 Mar 2027, 02:40 does not exist in Europe/Berlin" in preview.text


@pytest.mark.parametrize(("which", "hour"), [("first", 0), ("second", 1), ("", 1), ("third", 1)])
async def test_a_manager_chooses_which_of_the_two_hours(
    db: AsyncSession, cast: Cast, browse: Browse, which: str, hour: int
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    await mia.post(at, phase(closes="2027-10-31T02:30", closes_which=which))
    (one,) = await phases(db)
    assert one.closes_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
    assert one.closes_offset == (7200 if hour == 0 else 3600)
    page = (await mia.get(at)).text
    chosen = "second" if hour else "first"
    assert f'<option value="{chosen}" selected>' in page
    assert f"We understood the {chosen} time" in page
    # Which one it is stands wherever the phase is told of.
    assert f"31 Oct 2027, 02:30, the {chosen} time" in page


async def test_whoever_makes_a_phase_by_its_moments_has_its_local_times(
    db: AsyncSession, cast: Cast
) -> None:
    await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
    (one,) = await phases(db)
    assert one.opens_at and one.opens_local == one.opens_at.replace(tzinfo=None)
    assert (one.opens_offset, one.closes_local, one.closes_offset) == (0, None, None)
    one.timezone = BERLIN
    one.closes_at = datetime(2027, 7, 1, 10, tzinfo=UTC)
    await db.flush()
    await db.refresh(one)
    assert one.closes_local == datetime(2027, 7, 1, 12)  # noqa: DTZ001
    assert one.closes_offset == 7200
    assert one.opens_local == on_clock(one.opens_at, BERLIN)[0]
