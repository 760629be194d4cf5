"""The figures of a result as a page shows them: rows of tables and charts, and sentences."""

from collections.abc import Sequence

import msgspec

from ideahub.core.i18n import _, in_a_row, side_by_side
from ideahub.results.charting import Named, SpanRow, severity_rows, stability_rows
from ideahub.results.divergence import DivergentEntry
from ideahub.results.figures import MOST_ROWS, ResultFigures
from ideahub.results.plainly import agreement_words, caution_words
from ideahub.results.step_words import shown_number

Row = Sequence[str | int]


class FigureWords(msgspec.Struct, frozen=True):
    """All that results/_figures.html shows, in the current language."""

    cautions: list[str]
    agreements: list[tuple[str, str, str]]
    coverage_title: str
    judge_labels: list[str]
    coverage_rows: list[tuple[str, list[str]]]
    judge_figures: list[Row]
    severity_rows: list[SpanRow]
    severity_figures: list[Row]
    stability_rows: list[SpanRow]
    stability_border: float
    stability_figures: list[Row]
    divergent: list[str]
    more_divergent: int


def figure_words(figures: ResultFigures, named: Named) -> FigureWords:
    """The figures in words; `named` says what to call an entry or a judge."""
    spans, border = stability_rows(figures.stability, named, MOST_ROWS)
    return FigureWords(
        cautions=[caution_words(caution) for caution in figures.cautions],
        agreements=[
            (
                figures.labels[one.criterion],
                shown_number(one.alpha.shown) if one.alpha else "",
                agreement_words(one),
            )
            for one in figures.agreements
        ],
        coverage_title=_coverage_title(figures),
        judge_labels=[str(at) for at, _one in enumerate(figures.coverage.judges, 1)],
        coverage_rows=[
            (named(row.entry), [cell.value for cell in row.cells]) for row in figures.coverage.rows
        ],
        judge_figures=[
            # The number is the one above the judge's column.
            (
                side_by_side([str(at), named(one.judge)]),
                *(one.assigned, one.counted, one.recused),
            )
            for at, one in enumerate(figures.coverage.judges, 1)
        ],
        severity_rows=severity_rows(figures.judges, named),
        severity_figures=_severity_figures(figures, named),
        stability_rows=spans,
        stability_border=border,
        stability_figures=_stability_figures(figures, named),
        divergent=[_divergent_words(one, named) for one in figures.divergent[:MOST_ROWS]],
        more_divergent=max(len(figures.divergent) - MOST_ROWS, 0),
    )


def _coverage_title(figures: ResultFigures) -> str:
    shown = len(figures.coverage.rows)
    if shown == figures.entries:
        return _("Who scored what, the best entry first")
    return _(
        "Who scored what: the best %(shown)s of %(entries)s entries",
        shown=shown,
        entries=figures.entries,
    )


def _severity_figures(figures: ResultFigures, named: Named) -> list[Row]:
    return [
        (
            named(one.judge),
            one.entries,
            *(
                shown_number(number.shown) if number else "–"
                for number in (one.mean, one.others_mean, one.difference)
            ),
            *(
                "–" if number is None else shown_number(number)
                for number in (one.spread, one.others_spread)
            ),
        )
        for one in figures.judges
    ]


def _stability_figures(figures: ResultFigures, named: Named) -> list[Row]:
    return [
        (
            named(one.judge),
            one.moved,
            one.furthest,
            _listed(one.entering, named),
            _listed(one.leaving, named),
            "–" if one.tau is None else shown_number(one.tau),
        )
        for one in figures.stability.runs
    ]


def _listed(keys: Sequence[str], named: Named) -> str:
    return in_a_row([named(key) for key in keys]) or "–"


def _divergent_words(one: DivergentEntry, named: Named) -> str:
    return _(
        "%(entry)s: %(lowest_judge)s gave it %(lowest)s, %(highest_judge)s %(highest)s. That is "
        "%(apart)s apart.",
        entry=named(one.entry),
        lowest_judge=named(one.lowest_judge),
        lowest=shown_number(one.lowest.shown),
        highest_judge=named(one.highest_judge),
        highest=shown_number(one.highest.shown),
        apart=shown_number(one.apart.shown),
    )
