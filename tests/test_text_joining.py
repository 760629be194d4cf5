"""Two people's changes of one text, put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideahub.core.text.joining import joined

OLD = "Children walk together in a line, with two adults.\n\nIt rains.\n"


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        (OLD.replace("two", "three"), OLD.replace("rains", "snows"), "both words"),
        (OLD + "\nTheirs.", OLD + "\nMine.", "both paragraphs"),
        ("Small " + OLD, OLD.replace("It rains.\n", ""), "one taken out"),
    ],
)
def test_changes_at_different_places_are_both_made(theirs: str, mine: str, both: str) -> None:
    expected = {
        "both words": OLD.replace("two", "three").replace("rains", "snows"),
        "both paragraphs": OLD + "\nTheirs.\nMine.",
        "one taken out": "Small " + OLD.replace("It rains.\n", ""),
    }
    assert joined(OLD, theirs, mine) == expected[both]


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        (OLD.replace("two", "three"), OLD.replace("two", "four")),
        (OLD.replace("with two adults", ""), OLD.replace("two", "four")),
        ("Something else entirely, by them.", "Another text altogether, by me."),
    ],
)
def test_changes_of_the_same_words_are_left_to_people(theirs: str, mine: str) -> None:
    assert joined(OLD, theirs, mine) is None


TEXT = st.text("ab \n.", max_size=40)


@given(TEXT, TEXT)
def test_whoever_changed_nothing_takes_the_other(old: str, new: str) -> None:
    assert joined(old, new, old) == new
    assert joined(old, old, new) == new
    assert joined(old, new, new) == new


@given(TEXT, TEXT, TEXT)
def test_what_was_added_at_other_places_is_there(old: str, first: str, second: str) -> None:
    """An old text between two others, each added by one of them."""
    theirs, mine = f"{first} X {old} Y", f"X {old} Y {second}"
    both = joined(f"X {old} Y", theirs, mine)
    assert both is None or (first.strip() in both and second.strip() in both)
