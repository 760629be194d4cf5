"""What the benchmark makes of its figures, and the rows that it fills in."""

from collections import Counter
from pathlib import Path

import pytest

from ideahub.core.text.rendering import markdown_html
from tests.bench import document
from tests.bench.report import Row, as_markdown, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.rows import Rows, skewed
from tests.bench.signing_in import by_chance, share_longer
from tests.bench.sizes import LIVELY, LIVELY_TALK, LIVELY_VOTES, LONG, LONG_TALK, SMALL


def test_a_ratio_is_taken_within_each_round() -> None:
    assert ratios([1, 30, 2], [10, 100, 10]) == (0.2, 0.1, 0.3)
    assert spread([3, 1, 2]) == (2, 1, 3)


def test_rounds_are_interleaved() -> None:
    order: list[str] = []

    def turn(name: str) -> int:
        order.append(name)
        return len(order)

    found = in_rounds(2, {"a": lambda _n: turn("a"), "b": lambda _n: turn("b")})
    assert order == ["a", "b", "a", "b"]
    assert found == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize(
    ("median", "less_is_better", "verdict"),
    [(0.9, False, "aim"), (0.5, False, "reached"), (0.1, False, "missed"), (2.0, True, "missed")],
)
def test_a_row_says_which_goal_it_reaches(
    median: float, less_is_better: bool, verdict: str
) -> None:
    goals = (1.5, 1.0) if less_is_better else (0.4, 0.7)
    row = Row("work", spread([median]), "", *goals, less_is_better=less_is_better)
    assert row.verdict == verdict
    assert f"| {verdict} |" in as_markdown([row])


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12_345.6, "12,346"), (12.34, "12.3"), (1.234, "1.23"), (0.00123, "0.0012"), (0, "0.00")],
)
def test_figures_are_shown_with_digits_that_matter(value: float, shown: str) -> None:
    assert number(value) == shown


def test_shares_are_skewed_and_add_up() -> None:
    shares = skewed(20_000, 1_000, 240)
    assert sum(shares) == 20_000
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 240 and shares[100] < 60


def test_rows_agree_with_each_other_and_are_the_same_each_time() -> None:
    rows = Rows(SMALL)
    talk, ideas, votes = list(rows.contributions()), list(rows.ideas()), list(rows.cast())
    assert (len(ideas), len(votes), len(talk)) == (SMALL.ideas, SMALL.votes, SMALL.contributions)
    assert len({(idea, person) for idea, person, _when in votes}) == len(votes)
    authors = {idea[0]: idea[2] for idea in ideas}
    assert not [vote for vote in votes if authors[vote[0]] == vote[1]]
    cast, said = Counter(vote[0] for vote in votes), Counter(one[1] for one in talk)
    builds = Counter(one[1] for one in talk if one[3] == "build")
    for idea in ideas:
        assert (cast[idea[0]], said[idea[0]], builds[idea[0]]) == idea[7:10]
    assert (cast[LIVELY], said[LIVELY], said[LONG]) == (LIVELY_VOTES, LIVELY_TALK, LONG_TALK)
    again = Rows(SMALL)
    assert list(again.contributions())[:9] == talk[:9]
    assert list(again.ideas())[:9] == ideas[:9]


async def test_texts_are_as_they_would_be_rendered() -> None:
    rows = Rows(SMALL)
    for idea in list(rows.ideas())[:20]:
        body, html = idea[12:14]
        assert await markdown_html(body) == html


def test_a_section_takes_its_old_place_in_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "performance.md"
    written.write_text(f"Above.\n\n{document.BEGIN}\n{document.END}\nBelow.\n")
    monkeypatch.setattr(document, "DOCUMENT", written)
    monkeypatch.setattr(document, "machine", lambda: {document.LOAD: "0.1, 0.2, 0.3"})
    rows = {name: [Row(f"work {name}", spread([1.0]), "s")] for name in ("old", "new")}
    both = {"pages": ("About pages.", rows["old"]), "judging": ("About judging.", rows["old"])}
    document.write(both, "make bench", whole=True)
    whole = written.read_text()
    document.write({"pages": ("About pages.", rows["new"])}, "make bench pages", whole=False)
    text = written.read_text()
    before, pages = text.split("### judging")[0].split("### pages")
    assert before == whole.split("### pages")[0] and "Measured on" in before
    assert "work new" in pages and "work old" not in pages
    assert "Measured by itself on" in pages and "by `make bench pages`; load" in pages
    assert text.split("### judging")[1] == whole.split("### judging")[1]
    # Once more, it says so once.
    document.write({"pages": ("About pages.", rows["new"])}, "make bench pages", whole=False)
    assert written.read_text() == text
    document.write({"pages": ("About pages.", rows["new"])}, "make bench", whole=True)
    assert "judging" not in written.read_text()
    assert written.read_text().startswith("Above.") and text.endswith("Below.\n")


def test_times_that_are_alike_tell_nothing_and_others_do() -> None:
    assert share_longer([1, 2, 3], [1, 2, 3]) == 0.5
    assert share_longer([5, 6], [1, 2]) == 1
    assert share_longer([1], [2]) == 0
    # As with a coin: four times as many tries, half the doubt.
    assert by_chance(400) == pytest.approx(by_chance(100) / 2, rel=0.01)
