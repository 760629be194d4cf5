"""What people type into fields, and how it is read."""

from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.web.fields import address_field, code_field, return_field, secret_field
from ideahub.core.limits import Attempt
from ideahub.core.mailing import MailFailed
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany
from ideahub.http.amounts import money as amount_of_money
from ideahub.http.forms import (
    Form,
    amount,
    blank,
    button_form,
    checkbox,
    choice,
    day,
    fill,
    line,
    moment,
    number,
    own_field,
    prefilled,
    repeated,
    restored,
    separated,
    text,
)
from ideahub.organisations.web.fields import domain_field


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
    agreed: bool = checkbox()
    tags: list[str] = repeated(3, 5)


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
        ("1e-999999999", None),
        ("0e-999999999", None),
        ("0e999999999", None),
        ("1" * 200, None),
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


def never(_typed: object) -> object:
    raise AssertionError("This was parsed.")


KINDS = {
    "line": line(10),
    "text": text(20),
    "choice": choice(Colour),
    "number": number(1, 9),
    "amount": amount(),
    "day": day(),
    "moment": moment(),
    "tick": checkbox(),
    "many": repeated(3, 5),
    "own": own_field(never, ""),
    "several": separated(str.split, 10),
    "address": address_field(),
    "domain": domain_field(),
    "code": code_field(),
    "secret": secret_field(),
    "return": return_field(),
    "amount pledged": amount_of_money(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_would_type_is_refused_before_it_is_parsed(kind: str) -> None:
    metadata = {**KINDS[kind].metadata, "parse": never}
    one = make_dataclass("One", [("it", object, field(default=None, metadata=metadata))])
    form: Form[Any] = fill(one, {"it": ["9" * 100_000]})
    assert form.error("it").startswith("Shorten this to ")
    assert form.error("it").endswith("it has 100,000.")
    assert form.value("it") in ("9" * 100_000, ["9" * 100_000])


@pytest.mark.parametrize(
    "typed", ["0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59+14:00"]
)
def test_a_moment_that_would_be_outside_all_years_in_another_zone(typed: str) -> None:
    one = make_dataclass("One", [("it", object, moment())])
    form: Form[Any] = fill(one, {"it": [typed]})
    assert form.error("it") == "Enter a year from 2000 to 2099."


def test_more_values_than_there_is_room_for_are_not_looked_at() -> None:
    many_more = make_dataclass("Many", [("it", list, repeated(3, 5))])
    form: Form[Any] = fill(many_more, {"it": ["a" * 5_000] * 2_000})
    assert form.error("it") == "At most 3, please."
    assert len(form.value("it")) == 2_000


def test_line_ends_and_white_space_around_do_not_count() -> None:
    typed = "\r\n" * 300 + "a" + "\r\n" * 18 + "b" + " " * 300
    form = fill(Everything, {"name": [" " * 500 + "x" * 10], "body": [typed]})
    assert not form.error("name")
    assert form.values.body == "a" + "\n" * 18 + "b"


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


@dataclass
class Typed:
    words: str = line(20)


async def test_what_a_refused_rule_wrote_is_undone_and_the_rest_stays(db: AsyncSession) -> None:
    form = fill(Typed, {"words": ["As it was"]})
    db.add(Attempt(key="before"))
    await db.flush()
    async with form.attempt(db):
        db.add(Attempt(key="by the rule"))
        await db.flush()
        raise Conflict("It has moved on.", field="words")
    assert (await db.scalars(select(Attempt.key))).all() == ["before"]
    assert (form.errors, form.status) == ({"words": "It has moved on."}, 409)
    assert form.value("words") == "As it was"


async def test_a_refusal_without_a_field_belongs_to_the_one_that_is_named(
    db: AsyncSession,
) -> None:
    form = fill(Typed, {})
    async with form.attempt(db, "words"):
        raise TooMany("Wait a little.")
    assert (form.errors, form.status) == ({"words": "Wait a little."}, 429)
    with pytest.raises(Conflict):
        async with fill(Typed, {}).attempt(db):
            raise Conflict("No field can mend this.")


@pytest.mark.parametrize("refused", [NotFound(), Forbidden("Not yours.")])
async def test_what_no_field_can_mend_is_raised(db: AsyncSession, refused: Refused) -> None:
    form = fill(Typed, {})
    with pytest.raises(type(refused)):
        async with form.attempt(db, "words"):
            raise refused
    assert form.ok


async def test_a_rule_with_transactions_of_its_own_needs_no_session() -> None:
    form = fill(Typed, {"words": ["a@b.example"]})
    async with form.attempt(None, "words"):
        raise MailFailed
    assert (list(form.errors), form.status) == (["words"], 503)
    with pytest.raises(Forbidden):
        async with fill(Typed, {}).attempt(None, "words"):
            raise Forbidden("Not yours.")


async def test_a_button_is_refused_like_a_form(db: AsyncSession) -> None:
    pressed = button_form()
    async with pressed.attempt(db, "publication"):
        raise Invalid("It lacks a title.")
    assert (pressed.error("publication"), pressed.status) == ("It lacks a title.", 422)


def split(typed: str) -> list[str]:
    words = typed.split(", ")
    if len(words) > 2:
        raise Invalid("Two are enough.")
    return words


@dataclass
class Listed:
    words: list[str] = separated(split, 20)
    ticked: list[str] = repeated(3, 5)
    note: str = line(20, required=True)


def test_a_line_of_several_values() -> None:
    form = fill(Listed, {"words": [" a,  b "], "note": ["x"]})
    assert (form.values.words, form.value("words")) == (["a", "b"], " a,  b ")
    assert fill(Listed, {}).values.words == []
    assert fill(Listed, {"words": ["a, b, c"]}).error("words") == "Two are enough."
    assert fill(Listed, {"words": ["a" * 21]}).error("words").startswith("Shorten this to 20 ")


def test_a_form_that_was_not_sent_has_no_errors() -> None:
    assert fill(Listed, {}).errors
    assert blank(Listed).ok
    left = restored(Listed, {"note": "n" * 30, "gone": "x"}, words="a")
    assert (left.ok, left.value("note"), left.value("words")) == (True, "n" * 30, "a")
    assert "gone" not in left.typed


def test_what_exists_is_shown_and_what_was_left_goes_before_it() -> None:
    exists = Listed(words=["a", "b"], ticked=["c", "d"], note="e")
    shown = prefilled(exists)
    assert (shown.ok, shown.value("words"), shown.value("ticked")) == (True, "a, b", ["c", "d"])
    left = prefilled(exists, {"note": "", "gone": "x"})
    assert (left.value("note"), left.value("words")) == ("", "a, b")
    assert "gone" not in left.typed
