"""What people type into fields, and how it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideahub.forms import amount, choice, day, fill, line, many, moment, number, text, tick


class Colour(StrEnum):
    RED = "red"


@dataclass
class Everything:
    name: str = line(10, required=True)
    body: str = text(20)
    colour: Colour | None = choice(Colour)
    count: int | None = number(1, 9)
    money: Decimal | None = amount("1000000")
    below: Decimal | None = amount("1000", negative=True)
    on: date | None = day()
    at: datetime | None = moment()
    agreed: bool = tick()
    tags: list[str] = many(3, 5)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("12,500", "12500"),
        ("1,234,567.50", None),
        ("999,999.50", "999999.50"),
        (" 1 250 ", "1250"),
        ("1 2", None),
        ("0,500", "0.500"),
        ("-1", None),
        ("nan", None),
        ("1e3", "1000"),
        ("Infinity", None),
        ("twelve", None),
        ("1.2.3", None),
    ],
)
def test_amounts_are_read_as_people_mean_them(typed: str, read: str | None) -> None:
    form = fill(Everything, {"name": ["x"], "money": [typed]})
    assert form.ok is (read is not None)
    assert form.values.money == (Decimal(read) if read else None)
    assert form.value("money") == typed


def test_every_field_is_read_by_its_kind() -> None:
    form = fill(
        Everything,
        {
            "name": ["  Ada  Lind "],
            "body": ["one\r\ntwo"],
            "colour": ["red"],
            "count": ["7"],
            "below": ["-3,5"],
            "on": ["2027-03-31"],
            "at": ["2027-03-31T17:00"],
            "agreed": ["yes"],
            "tags": ["a", "", "b"],
        },
    )
    assert form.ok, form.errors
    assert form.values == Everything(
        name="Ada Lind",
        body="one\ntwo",
        colour=Colour.RED,
        count=7,
        below=Decimal("-3.5"),
        on=date(2027, 3, 31),
        at=datetime(2027, 3, 31, 17),  # noqa: DTZ001  the zone is a field of its own
        agreed=True,
        tags=["a", "b"],
    )


@given(
    st.dictionaries(
        st.sampled_from([*Everything.__dataclass_fields__, "unknown"]),
        st.lists(st.text(max_size=40), max_size=5),
    )
)
def test_whatever_is_sent_is_read_or_explained_and_kept(sent: dict[str, list[str]]) -> None:
    form = fill(Everything, sent)
    for name, values in sent.items():
        if name in {"unknown", "tags"}:
            continue
        assert form.value(name) == (values[-1] if values else "")
    assert all(message for message in form.errors.values())
    if form.ok:
        assert 0 < len(form.values.name) <= 10
