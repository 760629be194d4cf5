"""The figures of a result on a page: charts whose marks are in place, each with its table."""

import asyncio
import re
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.http.pages import render
from ideahub.results import kept_figures
from ideahub.results.charting import MARGIN, WIDTH, severity_rows, stability_rows
from ideahub.results.computing import run
from ideahub.results.figure_words import figure_words
from ideahub.results.figures import MOST_ROWS, ResultFigures, figures_of
from ideahub.results.score_inputs import Pair, Score, ScoredCriterion, make_inputs
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule
from tests.conftest import Browse
from tests.results.judged import judged
from tests.results.panels import POINTS, MadeUpPanel, made_up_panels
from tests.support.cast import Cast

RULE = ScoringRule(method=PanelMethod.MEAN, missing=MissingScores.LEAVE_OUT_JUDGE)


def figures(
    table: dict[str, dict[str, Score]], recused: set[Pair] | None = None, top: int = 1
) -> ResultFigures:
    """The figures of entries with what judges gave them on one criterion."""
    scores = {
        (entry, judge): [score] for entry, row in table.items() for judge, score in row.items()
    }
    judges = {judge for row in table.values() for judge in row}
    criterion = ScoredCriterion("c", "Benefit", "100", POINTS)
    inputs = make_inputs([criterion], table, judges, scores, scores, recused or set())
    return figures_of(RULE, inputs, run(RULE, inputs), top=top, bound="30")


TABLE: dict[str, dict[str, Score]] = {
    "A": {"J": 6, "K": 10, "L": 6},
    "B": {"J": 7, "K": 2, "L": 7},
    "C": {"J": 1, "K": 0, "L": None},
    "D": {"J": 0, "K": 0},
}


def called(names: dict[str, str]) -> Callable[[str], str]:
    """What says these names, and else the key itself."""
    return lambda key: names.get(key, key)


def test_the_page_shows_them_in_words_and_charts() -> None:
    said = figure_words(
        figures(TABLE, {("D", "K")}), called({"A": "Avenue <of> trees", "K": "Judge 2"})
    )
    html = render("results/_figures.html", said=said)
    assert "Avenue &lt;of&gt; trees" in html and "<of>" not in html
    assert "1 scorecard was not complete and is left out, as the rule says." in html
    assert "Fewer than 5 entries have scores of two judges" in html
    assert 'aria-label="1 of 2 count"' in html
    # B: K gave 20, and J and L 70.
    assert "B: Judge 2 gave it 20.00, L 70.00. That is 50.00 apart." in html
    assert html.count("Show the figures") == 3
    # Nothing of it needs a style that our policy refuses.
    assert "style=" not in html


async def test_no_page_waits_for_them(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await judged(db, cast)
    mia, may_go_on = await browse(cast.mia), Event()

    def slowly(*asked: Any, **options: Any) -> ResultFigures:
        assert may_go_on.wait(60)
        return figures_of(*asked, **options)

    monkeypatch.setattr(kept_figures, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(kept_figures, "figures_of", slowly)
    run = (await mia.post(f"{made.at}/runs")).headers["location"]
    page = (await mia.get(run)).text
    assert "These figures are being computed." in page and "Krippendorff" not in page
    # It asks for itself again; whoever has no scripts follows the link.
    assert re.search(r'id="figures"[^>]+hx-get="[^"]+/runs/1"[^>]+hx-select="#figures"', page)
    may_go_on.set()
    await asyncio.wrap_future(kept_figures.COMPUTING.submit(int))
    page = (await mia.get(run)).text
    assert "being computed" not in page and "Krippendorff" in page


def test_each_cell_has_its_place() -> None:
    html = render("results/_figures.html", said=figure_words(figures(TABLE, {("D", "K")}), str))
    [_a, _b, c, d] = re.findall(r'<svg class="cells".*?</svg>', html, re.DOTALL)
    flat = [re.sub(r"\s+", " ", row) for row in (c, d)]
    assert re.findall(r'cell-(\w+)" d="\s*M(\d+)', flat[0]) == [
        ("counted", "7"),
        ("left_out", "72"),
    ]
    assert re.findall(r'cell-(\w+)" d="\s*M(\d+)', flat[1]) == [
        *[("counted", "7"), ("recused", "41"), ("unassigned", "80")]
    ]


def test_marks_lie_where_the_numbers_are() -> None:
    found = figures(TABLE)
    j, k, _l = severity_rows(found.judges, called({"J": "Judge 1"}))
    # J's mean of A, B, C and D is 35; that of the others, of 80, 45, 0 and 0, is 31.25.
    assert (j.label, j.words) == ("Judge 1", "+3.75")
    assert j.at == MARGIN + 0.35 * (WIDTH - 2 * MARGIN)
    assert k.beside is not None and k.words.startswith("−")
    rows, border = stability_rows(found.stability, str, MOST_ROWS)
    assert [row.words for row in rows] == ["1 to 2", "1 to 2", "always 3", "3 to 4"]
    first, second = rows[:2]
    assert first.at < border < second.at and first.low < first.high
    assert (rows[0].low, rows[-1].at) == (MARGIN, WIDTH - MARGIN)


def test_a_long_result_is_shown_in_part_and_says_so() -> None:
    found = figures({f"E{at:03}": {"J": at % 11, "K": (at * 3) % 11} for at in range(200)})
    said = figure_words(found, str)
    assert said.coverage_title == "Who scored what: the best 20 of 200 entries"
    assert len(said.coverage_rows) == len(said.stability_rows) == MOST_ROWS
    assert sum(int(row[1]) for row in said.judge_figures) == 400
    assert len(said.divergent) == MOST_ROWS < len(found.divergent)
    html = render("results/_figures.html", said=said)
    assert f"And {len(found.divergent) - MOST_ROWS} more." in html


@pytest.mark.parametrize("table", [{}, {"A": {"J": None}}, {"A": {"J": 3}}])
def test_next_to_nothing_can_be_shown(table: dict[str, dict[str, Score]]) -> None:
    html = render("results/_figures.html", said=figure_words(figures(table), str))
    assert "There are fewer than 3 judges." in html


@settings(deadline=None)
@given(made_up_panels())
def test_every_result_can_be_shown(panel: MadeUpPanel) -> None:
    output = run(panel.rule, panel.inputs)
    found = figures_of(panel.rule, panel.inputs, output, top=2, bound=None)
    html = render("results/_figures.html", said=figure_words(found, str))
    places = [float(place) for place in re.findall(r' (?:cx|x1|x2)="([\d.]+)"', html)]
    assert all(0 <= place <= WIDTH for place in places)
