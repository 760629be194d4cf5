"""Answers of each kind: what is read, what is refused with which words, and that nothing typed is
lost."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import Invalid
from ideahub.entries.answering import MOST_DIGITS, read_answer, typed_answer
from ideahub.entries.form_versions import FieldView
from ideahub.entries.models import Entry, FieldKind
from tests.conftest import Browse
from tests.entries.entering import EVERY_KIND, LONG, ask, begin, hidden, make_contest
from tests.support.cast import Cast


def field(kind: FieldKind, **values: Any) -> FieldView:
    """A question of this kind."""
    return FieldView("q1", kind, "Why?", **values)


OPTIONS = ("North", "South", "East")


@pytest.mark.parametrize(
    ("asked", "typed", "answer"),
    [
        (field(FieldKind.SHORT_TEXT), "  two   words ", "two words"),
        (field(FieldKind.LONG_TEXT), "a\r\nb\n\n", "a\nb"),
        (field(FieldKind.NUMBER), " 12,5 ", "12.5"),
        (field(FieldKind.NUMBER), "1,200", "1200"),
        (field(FieldKind.NUMBER), "1 200 000", "1200000"),
        (field(FieldKind.NUMBER), "-0.50", "-0.5"),
        (field(FieldKind.NUMBER), "100.00", "100"),
        (field(FieldKind.NUMBER), "1e3", "1000"),
        (field(FieldKind.CHOICE, options=OPTIONS), "South", "South"),
        (field(FieldKind.CHOICES, options=OPTIONS), ["East", "North"], ["North", "East"]),
        (field(FieldKind.YES_NO), "no", False),
        (field(FieldKind.CONSENT), "yes", True),
        (field(FieldKind.LINK), "example.org/a?b=c", "https://example.org/a?b=c"),
        (field(FieldKind.LINK), "http://xn--bcher-kva.example", "http://xn--bcher-kva.example"),
        *((field(kind), " ", None) for kind in FieldKind if kind is not FieldKind.CHOICES),
        (field(FieldKind.CHOICES, options=OPTIONS), [], None),
    ],
)
def test_what_is_read(asked: FieldView, typed: Any, answer: Any) -> None:
    assert read_answer(asked, typed) == answer
    if answer is not None:
        assert read_answer(asked, typed_answer(asked, answer)) == answer


@pytest.mark.parametrize(
    ("asked", "typed", "said"),
    [
        (field(FieldKind.SHORT_TEXT), "x" * 501, "Shorten this to 500"),
        (field(FieldKind.LONG_TEXT), "x" * 20_001, "Shorten this to 20,000"),
        (field(FieldKind.LONG_TEXT, most=10), "x" * 11, "Shorten this to 10"),
        (field(FieldKind.NUMBER), "twelve", "Enter a number"),
        (field(FieldKind.NUMBER), "NaN", "Enter a number"),
        (field(FieldKind.NUMBER), "Infinity", "Enter a number"),
        (field(FieldKind.NUMBER), "9" * 61, "Enter a number"),
        (field(FieldKind.NUMBER), "1e999999999", "fewer digits"),
        (field(FieldKind.NUMBER), "1e-999999999", "at most 6 decimals"),
        (field(FieldKind.NUMBER), "0.1234567", "at most 6 decimals"),
        (field(FieldKind.NUMBER), "1e14", "fewer digits"),
        (field(FieldKind.NUMBER, least_value=Decimal(1)), "0", "Enter 1 or more."),
        (field(FieldKind.NUMBER, most_value=Decimal(9)), "9.1", "Enter 9 or less."),
        (
            field(FieldKind.NUMBER, least_value=Decimal(1), most_value=Decimal(9)),
            "10",
            "from 1 to 9",
        ),
        (field(FieldKind.CHOICE, options=OPTIONS), "West", "Choose one of the options."),
        (field(FieldKind.CHOICES, options=OPTIONS), ["North", "West"], "Choose from what"),
        (field(FieldKind.CHOICES, options=OPTIONS, most=1), ["North", "East"], "at most 1 option"),
        (field(FieldKind.YES_NO), "maybe", "Answer with yes or no."),
        (field(FieldKind.CONSENT), "maybe", "Tick the box"),
        (field(FieldKind.LINK), "javascript:alert(1)", "address of a page"),
        (field(FieldKind.LINK), "ftp://example.org", "address of a page"),
        (field(FieldKind.LINK), "https://a:b@example.org", "address of a page"),
        (field(FieldKind.LINK), "not a link", "address of a page"),
        (field(FieldKind.LINK), "https://[::1", "address of a page"),
        (field(FieldKind.FILE), "plan.pdf", "Choose a file."),
    ],
)
def test_what_is_refused(asked: FieldView, typed: Any, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_answer(asked, typed)
    assert said in refused.value.reason.replace("\u2068", "").replace("\u2069", "")


@given(st.sampled_from(list(FieldKind)), st.one_of(st.text(), st.lists(st.text(), max_size=4)))
def test_whatever_is_typed_is_read_or_refused(kind: FieldKind, typed: str | list[str]) -> None:
    asked = field(kind, options=OPTIONS)
    try:
        answer = read_answer(asked, typed)
    except Invalid:
        return
    assert answer is None or read_answer(asked, typed_answer(asked, answer)) == answer
    if kind is FieldKind.NUMBER and answer is not None:
        assert abs(Decimal(answer)) < 10**MOST_DIGITS


WRONG = ["x" * 501, "x" * 20_001, "many", "West", ["Young", "Dogs"], "maybe", "a b", "", "perhaps"]


async def test_wrong_answers_of_every_kind_are_shown_at_their_fields(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    keys = await ask(db, cast, campaign, phase, EVERY_KIND)
    entry_id = await begin(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{entry_id}/draft"
    typed = hidden((await cem.get(at)).text) | dict(zip(keys, WRONG, strict=True))
    for do in ("save", "submit"):
        answer = await cem.post(at, typed | {"title": "Kept as typed", "do": do})
        assert answer.status_code == 422
        assert "Kept as typed" in answer.text
        assert "x" * 20_001 in answer.text
        for key in keys:
            # Nothing can be wrong with an empty file question.
            assert (f'href="#{key}"' in answer.text) is (key != keys[7]), key
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert (row.title, row.answers, row.saved) == ("", {}, 0)


async def test_twenty_thousand_characters_are_saved_and_read(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    keys = await ask(db, cast, campaign, phase, [LONG, LONG, LONG])
    entry_id = await begin(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{entry_id}/draft"
    # Letters that take several bytes each.
    long = dict.fromkeys(keys, "ждёт " * 4000)
    typed = hidden((await cem.get(at)).text) | long | {"title": "Long"}
    assert (await cem.post(at, typed | {"do": "save"})).status_code == 303
    page = (await cem.get(at)).text
    again = typed | {"saved": hidden(page)["saved"], "do": "submit"}
    answer = await cem.post(at, again)
    assert answer.status_code == 303, answer.text[-2000:]
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert all(len(row.answers[key]) == 19_999 for key in keys)


async def test_what_is_typed_is_kept_as_a_draft_and_shown_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    keys = await ask(db, cast, campaign, phase, EVERY_KIND)
    entry_id = await begin(db, cast.cem, phase)
    cem, at = await browse(cast.cem), f"/entries/{entry_id}/draft"
    before = hidden((await cem.get(at)).text)
    typed = before | {"title": "Half", keys[1]: "Half a sentence", keys[4]: ["Young", "All"]}
    typed |= {keys[2]: "about 40", keys[8]: "yes", keys[3]: "South"}
    assert (await cem.post(f"/drafts/entry-{entry_id}", typed)).status_code in (200, 204)
    page = (await cem.get(at)).text
    assert "We kept what you typed last time" in page
    for shown in ("Half a sentence", 'value="about 40"', 'value="Half"'):
        assert shown in page, shown
    assert page.count(" checked") == 4
