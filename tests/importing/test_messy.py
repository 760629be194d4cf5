"""Other people's dates, prizes and lists are read with certainty or not at all."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.importing.messy import as_list, parse_prize, parse_when

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "challenge-gov"
EASTERN = "America/New_York"


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(EASTERN))


@pytest.mark.parametrize(
    ("text", "utc", "zone"),
    [
        ("03/18/2019 12:00 AM", "2019-03-18 04:00:00", EASTERN),
        ("02/22/2017 12:00 AM", "2017-02-22 05:00:00", EASTERN),
        ("04/28/2017 12:05 PM", "2017-04-28 16:05:00", EASTERN),
        ("2020/03/19 12 p.m.", "2020-03-19 16:00:00", EASTERN),
        ("2020/02/28 8 a.m.", "2020-02-28 13:00:00", EASTERN),
        ("01/16/2020 9 AM", "2020-01-16 14:00:00", EASTERN),
        ("01/29/2020 11:00AM", "2020-01-29 16:00:00", EASTERN),
        ("12/31/2019 11:59 pm", "2020-01-01 04:59:00", EASTERN),
        ("2021/12/03 11:59 p.m.", "2021-12-04 04:59:00", EASTERN),
        ("2020/6/05 10:00 AM ET", "2020-06-05 14:00:00", EASTERN),
        ("2021/9/16 8:00 AM", "2021-09-16 12:00:00", EASTERN),
        ("08/05/2019  12:59 AM", "2019-08-05 04:59:00", EASTERN),
        ("2022/01/31 8:00 AM ", "2022-01-31 13:00:00", EASTERN),
        ("\u00a002/05/2021 12:00 AM\n", "2021-02-05 05:00:00", EASTERN),
        ("2020/03/19 noon", "2020-03-19 16:00:00", EASTERN),
        ("2020/03/19 12 noon EDT", "2020-03-19 16:00:00", EASTERN),
        ("2020/03/19 midnight", "2020-03-19 04:00:00", EASTERN),
        ("March 19, 2020 at 5 pm (Eastern Time)", "2020-03-19 21:00:00", EASTERN),
        ("Thursday, 19th Sept. 2020, 17:30 EST.", "2020-09-19 21:30:00", EASTERN),
        ("06/05/2020 5:00 PM PT", "2020-06-06 00:00:00", "America/Los_Angeles"),
        ("06/05/2020 5:00 PM Central Daylight Time", "2020-06-05 22:00:00", "America/Chicago"),
        ("06/05/2020 17:00 Mountain", "2020-06-05 23:00:00", "America/Denver"),
        ("06/05/2020 17:00 UTC", "2020-06-05 17:00:00", "UTC"),
        ("2020-06-05T17:00:09.123Z", "2020-06-05 17:00:09", "UTC"),
        ("2020-06-05T17:00:00+02:00", "2020-06-05 15:00:00", "UTC"),
        ("2020-06-05 17:00 UTC-5", "2020-06-05 22:00:00", "UTC"),
        ("5. 6. 2020. 17:00 Europe/Belgrade", "2020-06-05 15:00:00", "Europe/Belgrade"),
        ("5.6.2020 17:00 cest", "2020-06-05 15:00:00", "Europe/Brussels"),
        ("3/8/2020 2:30 AM", "2020-03-08 07:30:00", EASTERN),  # skipped in spring
        ("11/1/2020 1:30 AM", "2020-11-01 05:30:00", EASTERN),  # twice in autumn: the first
    ],
)
def test_dates_with_a_time(text: str, utc: str, zone: str) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert parse_when(text) == (at, zone, False)
    if "midnight" not in text:
        assert parse_when(text, closing=True) == (at, zone, False)


@pytest.mark.parametrize(
    "text", ["03/22/2019", "2019/3/22", "2019-03-22", "22.03.2019", "22 March 2019"]
)
def test_a_day_alone_begins_or_ends_with_it(text: str) -> None:
    assert parse_when(text) == (eastern("2019-03-22 00:00:00"), EASTERN, True)
    assert parse_when(text, closing=True) == (eastern("2019-03-22 23:59:59"), EASTERN, True)


def test_what_is_written_as_12_am_is_taken_at_its_word() -> None:
    numbers = parse_when("03/22/2019 12:00 AM", closing=True)
    assert numbers == (eastern("2019-03-22 00:00:00"), EASTERN, False)
    word = parse_when("03/22/2019 midnight", closing=True)
    assert word == (eastern("2019-03-22 23:59:59"), EASTERN, False)


def test_another_default_zone() -> None:
    at = datetime(2020, 6, 5, 15, tzinfo=UTC)
    assert parse_when("2020-06-05 17:00", "Europe/Belgrade") == (at, "Europe/Belgrade", False)


@pytest.mark.parametrize("text", [None, "", "  ", "\u00a0", "N/A", "TBD", "none", "Unknown", "-"])
def test_unknown_dates_stay_unknown(text: str | None) -> None:
    assert parse_when(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2020",
        "10:00 AM",
        "June 2020",
        "3/4/21",
        "13/05/2020",
        "2020/13/05",
        "02/30/2020",
        "2020/03/19 12",
        "2020/03/19 13:00 PM",
        "2020/03/19 25:00",
        "2020/03/19 10:60 AM",
        "2020/03/19 5 pm XYZ",
        "2020/03/19 5 pm ../etc/passwd",
        "2020/03/19 5 pm America/Argentina",
        "2020/03/19 17:00 +99:00",
        "2020/03/191 pm",
        "9999/12/31 11:59 PM",
        "0001/01/01",
        "1/2/2020-3/2/2020",
        "٢٠٢٠/٠٣/١٩",
        "2020/03/19 5 pm or later",
        "x" * 10000,
    ],
)
def test_what_cannot_be_read_for_sure_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"“.{1,60}” cannot be read as a date and time; write"):
        parse_when(text)


@pytest.mark.parametrize("value", [5, 1.5, True, ["2020-01-01"], {}, b"2020-01-01"])
def test_a_date_is_text(value: object) -> None:
    with pytest.raises(ValueError, match="Text was expected, not"):
        parse_when(value)


@pytest.mark.parametrize(
    ("value", "amount", "currency", "exact"),
    [
        ("$300,000", "300000", "USD", True),
        ("$15,000,000.00", "15000000", "USD", True),
        ("30000", "30000", "USD", True),
        (99999, "99999", "USD", True),
        (2500.5, "2500.5", "USD", True),
        ("Up to $240,000", "240000", "USD", False),
        ("at least $5,000", "5000", "USD", False),
        ("$100,000+", "100000", "USD", False),
        ("A total of $40,000 in cash prizes.", "40000", "USD", True),
        ("$1.5 million", "1500000", "USD", True),
        ("$1.125 million", "1125000", "USD", True),
        ("$2M", "2000000", "USD", True),
        ("$2.5k", "2500", "USD", True),
        ("1,5 million €", "1500000", "EUR", True),
        ("€1.500.000,00", "1500000", "EUR", True),
        ("1.500 €", "1500", "EUR", True),
        ("1 500 000 EUR", "1500000", "EUR", True),
        ("500.000 RSD", "500000", "RSD", True),
        ("£250", "250", "GBP", True),
        ("$10,000 – $50,000", "50000", "USD", False),
        ("$10,000 to $50,000 in prizes", "50000", "USD", False),
    ],
)
def test_prizes_that_are_amounts(value: object, amount: str, currency: str, exact: bool) -> None:
    prize = parse_prize(value)
    assert (prize.amount, prize.currency, prize.exact) == (Decimal(amount), currency, exact)
    assert "E" not in str(prize.amount)
    assert prize.text == str(value).strip()


@pytest.mark.parametrize(
    "value",
    [
        "",
        None,
        "Recognition",
        "five prizes of $20,000",
        "$20,000 each",
        "$20,000 and a trip",
        "$",
        "$1,000,00",
        "$1,000.000",
        "$99999999999999",
        "1e5",
        "-$5",
        "NaN",
        "$10,000 and $5,000",
    ],
)
def test_other_prizes_keep_their_text_without_an_invented_amount(value: object) -> None:
    prize = parse_prize(value)
    assert prize == (None, "", value or "", False)


def test_the_default_currency() -> None:
    assert parse_prize("5000", "EUR").currency == "EUR"
    assert parse_prize("$5000", "EUR").currency == "USD"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ("", []),
        ("Ideas", ["Ideas"]),
        ("Analytics, visualizations, algorithms", ["Analytics, visualizations, algorithms"]),
        ("Software and apps; Ideas;  Scientific ", ["Software and apps", "Ideas", "Scientific"]),
        (["Ideas", " Scientific", "", None, "Ideas"], ["Ideas", "Scientific"]),
        (["a; b", ["c"]], ["a", "b", "c"]),
        (2019, ["2019"]),
    ],
)
def test_lists(value: object, expected: list[str]) -> None:
    assert as_list(value) == expected


@pytest.mark.parametrize("value", [{}, True, b"x", [{"a": 1}]])
def test_what_is_no_list_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected, not"):
        as_list(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)
DATE_LIKE = st.lists(
    st.sampled_from(
        [
            "2020",
            "/",
            "-",
            ".",
            " ",
            "03",
            "19",
            "31",
            "12",
            ":",
            "00",
            "99",
            "am",
            "p.m.",
            "noon",
            "ET",
            "UTC",
            "+",
            "T",
            "Z",
            "June",
            ",",
            "$",
            "€",
            "million",
            "to",
            "(",
            ")",
            "é",
            "\x00",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=1_000, deadline=None)
@pytest.mark.slow
@given(JSON | DATE_LIKE, st.booleans())
def test_nothing_but_a_value_error_escapes(value: object, closing: bool) -> None:
    for parse in (parse_prize, as_list):
        with suppress(ValueError):
            parse(value)
    try:
        moment = parse_when(value, closing=closing)
    except ValueError:
        return
    assert moment is None or 1899 <= moment.at.astimezone(UTC).year <= 2200


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_every_date_prize_and_type_of_the_real_challenges_is_read() -> None:
    records = [
        record
        for feed in sorted(DATA.glob("feed-*.json"))
        for record in json.loads(feed.read_text())["_challenge"]
    ]
    assert len(records) > 100
    for record in records:
        opens = parse_when(record["submission-start"])
        closes = parse_when(record["submission-end"], closing=True)
        assert (opens is None, closes is None) == (
            not record["submission-start"].strip(),
            not record["submission-end"].strip(),
        )
        offered = record["total-prize-offered-cash"].strip()
        assert (parse_prize(offered).amount is None) == (not offered)
        assert all(as_list(record["type-of-challenge"]))


@pytest.mark.parametrize("value", [Decimal("1e999999999"), Decimal("0e-999999999")])
def test_a_prize_with_a_large_exponent_is_not_written_out(value: Decimal) -> None:
    assert parse_prize(value).amount is None
