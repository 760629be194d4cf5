"""Rows of one form: read by their names, moved and removed by buttons, and put back."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ideahub.http.forms import blank, line
from ideahub.http.rows import (
    Rows,
    about_to_go,
    asked_for,
    kept_fields,
    place_in,
    remove_or_move,
)


@dataclass
class Stop:
    """A row with two fields."""

    id: str = line(20)
    name: str = line(40)


STOPS = Rows("stop", Stop, 5)
DEEDS = st.one_of(
    st.builds("{}-{}".format, st.sampled_from(["up", "down", "remove"]), st.integers(-1, 9)),
    st.sampled_from(["save", "up-", "down-²", "remove-x", "add-ideas", "-0", "up-0-1"]),
)


def test_rows_are_read_in_their_order_with_one_too_many_to_be_refused() -> None:
    sent = {f"stop-{index}-name": [f"Stop {index}"] for index in (7, 5, 2, 0)}
    rows = STOPS.read(sent | {"other-0-name": ["Not ours"], "stop-1": ["No field"]})
    assert [row.values.name for row in rows] == ["Stop 0", "Stop 2", "Stop 5"]


def test_a_draft_has_no_errors_yet() -> None:
    (row,) = STOPS.drafted({"stop-0-name": "x" * 99})
    assert (row.ok, row.value("name")) == (True, "x" * 99)
    (row,) = STOPS.read({"stop-0-name": ["x" * 99]})
    assert not row.ok


@given(st.lists(DEEDS, max_size=12))
def test_no_row_is_lost_but_by_removing_it(deeds: list[str]) -> None:
    rows = list("abcde")
    removed: list[str] = []
    for deed in deeds:
        before = len(rows)
        gone = remove_or_move(rows, deed)
        removed += [gone] if gone else []
        assert before - len(rows) == (gone is not None)
    assert sorted(rows + removed) == list("abcde")


@given(st.lists(st.integers(), max_size=6), st.text(max_size=4))
def test_a_place_is_that_of_a_row_or_none(rows: list[int], typed: str) -> None:
    place = place_in(rows, typed)
    assert place is None or 0 <= place < len(rows)


@given(st.text("abc é", max_size=9).map(str.strip))
def test_what_was_removed_can_be_put_back_as_it_was(name: str) -> None:
    rows = [blank(Stop, id="4", name=name)]
    row = about_to_go(rows, "remove-0")
    assert row is rows[0]
    assert about_to_go(rows, "up-0") is None
    query = list(kept_fields(row, {"id"}).items())
    back = STOPS.gone(asked_for(query), {"id"})
    # As a new one: it is not the stored row any more.
    assert (back.values.id, back.value("name")) == ("", name)
