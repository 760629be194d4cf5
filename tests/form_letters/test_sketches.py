"""Sketches say how alike two texts are, as a comparison of all their runs of words does."""

from hypothesis import given
from hypothesis import strategies as st

from ideahub.form_letters.sketching import (
    FEWEST_WORDS,
    SIZE,
    WORDS,
    likeness,
    sketch_of,
    words_of,
)

SOME = st.lists(st.sampled_from("abcdefgh"), min_size=FEWEST_WORDS, max_size=60)


def jaccard(one: str, other: str) -> float:
    """Straightforward: the runs in both, of those in either."""
    runs = []
    for text in (one, other):
        words = words_of(text)
        runs.append({tuple(words[n : n + WORDS]) for n in range(len(words) - WORDS + 1)})
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


@given(SOME, SOME)
def test_texts_of_few_runs_are_compared_exactly(one: list[str], other: list[str]) -> None:
    first, second = " ".join(one), " ".join(other)
    if len(set(sketch_of(first)) | set(sketch_of(second))) <= SIZE:
        assert likeness(sketch_of(first), sketch_of(second)) == jaccard(first, second)


def test_capitals_accents_and_punctuation_make_no_difference() -> None:
    text = "Près de l’école, les enfants traversent une rue sans passage : il en faut un. " * 2
    plain = text.upper().replace(":", "—").replace("É", "E").replace("È", "E")
    assert sketch_of(text) == sketch_of(plain)


def test_an_estimate_of_long_texts_is_near() -> None:
    words = [f"word{number}" for number in range(1_000)]
    one, other = " ".join(words), " ".join(words[:800] + words[850:])
    assert abs(likeness(sketch_of(one), sketch_of(other)) - jaccard(one, other)) < 0.15


def test_scripts_without_blanks_are_compared_by_their_signs() -> None:
    one = "夜行バスは北部地区に住む人々にとって欠かせない交通手段です。"
    other = "夜行バスは北部地区に住む人びとにとって欠かせない交通手段です。"
    assert 0.6 < likeness(sketch_of(one), sketch_of(other)) < 1
    assert words_of("Bus夜行bus") == ["bus", "夜", "行", "bus"]


def test_short_texts_have_none() -> None:
    assert sketch_of("Yes, please do that at once.") == []
    assert likeness([], []) == 0.0
