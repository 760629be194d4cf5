"""What changed between two texts is marked in words, to the letter, and without confetti."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.core.text.cleaning import MAX_TEXT
from ideahub.core.text.diff import Piece, added_and_removed, word_diff


def marked(old: str, new: str) -> str:
    marks = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return "".join(marks[kind].format(text) for kind, text in word_diff(old, new))


def check(old: str, new: str) -> list[Piece]:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert ("added", "removed") not in list(pairwise(kinds))
    assert all(a != b for a, b in pairwise(kinds))
    return pieces


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("Plant trees.", "Plant trees.", "Plant trees."),
        ("", "Plant trees.", "[+Plant trees.]"),
        ("Plant trees.", "", "[-Plant trees.]"),
        ("We plant trees.", "We plant trees in spring.", "We plant trees[+ in spring]."),
        ("We plant trees.", "We plant.", "We plant[- trees]."),
        ("Title", "Title\n\nMore", "Title[+\n\nMore]"),
        ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", "One.\n\n[+New.\n\n]Two."),
        ("Don't stop.", "Do stop.", "[-Don't][+Do] stop."),
        ("a  b", "a b", "a[-  ][+ ]b"),
        ("Улица безопасна", "Улица очень безопасна", "Улица[+ очень] безопасна"),
        ("安全な道", "安全な広い道", "安全な[+広い]道"),
    ],
)
def test_changes_are_marked_in_words(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected
    check(old, new)


def test_a_rewritten_sentence_is_not_patched_together_from_small_words() -> None:
    old = "Free buses for pupils under 16 make every school route safe, says the city"
    new = "Give every child a bicycle and a helmet, and paint the lanes; the city pays"
    assert [piece.kind for piece in check(old, new)] == ["removed", "added"]


def test_paragraphs_that_stayed_are_not_touched_by_their_neighbours() -> None:
    old = "First thought here.\n\nThis stays as it is.\n\nLast thought there."
    new = "Something else now.\n\nThis stays as it is.\n\nQuite another end!"
    same = [piece.text for piece in check(old, new) if piece.kind == "same"]
    assert any("This stays as it is.\n\n" in text for text in same)


WORDS = st.text(alphabet="ab .,\n\t'道é\u200d", max_size=60)


@settings(max_examples=500, deadline=None)
@given(WORDS, WORDS)
@pytest.mark.slow
def test_the_pieces_make_both_texts(old: str, new: str) -> None:
    check(old, new)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.integers(0, 60), st.integers(0, 60), WORDS)
def test_an_edit_in_the_middle(text: str, at: int, until: int, put: str) -> None:
    new = text[:at] + put + text[until:]
    check(text, new)
    assert [piece.kind for piece in word_diff(text, text)] == (["same"] if text else [])


def test_counting_what_came_and_went() -> None:
    pieces = word_diff("We plant old oak trees.", "We plant oak trees in spring – now.")
    assert added_and_removed(pieces) == (3, 1)
    assert added_and_removed([]) == (0, 0)


def texts() -> list[tuple[str, str]]:
    chance = random.Random(7)

    def some(parts: list[str], between: str = " ") -> str:
        return between.join(chance.choice(parts) for _ in range(MAX_TEXT))[:MAX_TEXT]

    words = ["".join(chance.choices("abcdefgh", k=chance.randint(1, 9))) for _ in range(800)]
    prose = some(words).split(" ")
    edited = [chance.choice(words) if chance.random() < 0.1 else word for word in prose]
    return [
        (" ".join(prose), " ".join(edited)),
        (some(words), some(words)),
        (some(["a", "b"]), some(["a", "b"])),
        (some(["a", "b"], "\n"), some(["a", "b"], "\n")),
        (some(list("木水火土"), ""), some(list("木水火土"), "")),
        (some(["a!", "b!", "a?"], ""), some(["a!", "b?"], "")),
        (" " * MAX_TEXT, "\t" * MAX_TEXT),
        ("a b " * 5_000, "b a " * 5_000),
    ]


@pytest.mark.parametrize("pair", texts(), ids=lambda pair: repr(pair[0][:12]))
@pytest.mark.slow
def test_the_longest_texts_take_little_time(pair: tuple[str, str]) -> None:
    began = time.process_time()
    check(*pair)
    # Generous: 0.15 s was the longest on a slow machine; a plain table would take minutes.
    assert time.process_time() - began < 3
