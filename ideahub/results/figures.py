"""The figures that every result is shown with: coverage, agreement, strictness and stability."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import N_, _
from ideahub.judging.models import Panel
from ideahub.results.agreement import CriterionAgreement, agreement
from ideahub.results.coverage import Cell, CoverageMatrix, coverage_matrix
from ideahub.results.distances import winning_places
from ideahub.results.divergence import DivergentEntry, diverging
from ideahub.results.plainly import agreement_words, caution_words, cautions
from ideahub.results.runs import RunBody, body_of
from ideahub.results.severity import JudgeSeverity, severity
from ideahub.results.stability import Stability, stability

# Rows of the coverage matrix on a page.
MOST_ROWS = 60
# Results whose figures a process keeps: a run never changes.
MOST_KEPT = 32


class Figures(msgspec.Struct, frozen=True):
    """All figures about a run. `labels` are the criteria's names by their keys."""

    labels: dict[str, str]
    coverage: CoverageMatrix
    agreement: list[CriterionAgreement]
    judges: list[JudgeSeverity]
    stability: Stability
    body: RunBody

    def diverging(self, panel: Panel) -> list[DivergentEntry]:
        """The entries on which judges differ more than the panel's bound; none without one."""
        if panel.divergence_bound is None:
            return []
        bound = f"{panel.divergence_bound:f}"
        return diverging(self.body.rule, self.body.output, bound)

    @property
    def cautions(self) -> list[str]:
        """What is to be kept in mind, in sentences."""
        found = cautions(self.body.output, self.agreement, self.judges, self.stability)
        return [caution_words(one) for one in found]


_kept: dict[tuple[int, int], Figures] = {}


async def figures_of(db: AsyncSession, run_id: int) -> Figures:
    """The figures of a run, computed once by each process."""
    top = await winning_places(db, run_id)
    if found := _kept.get((run_id, top)):
        return found
    body = await body_of(db, run_id)
    made = await asyncio.to_thread(_computed, body, top)
    while len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[run_id, top] = made
    return made


def _computed(body: RunBody, top: int) -> Figures:
    return Figures(
        labels={one.key: one.label for one in body.inputs.criteria},
        coverage=coverage_matrix(body.inputs, body.output, MOST_ROWS),
        agreement=agreement(body.inputs),
        judges=severity(body.rule, body.output),
        stability=stability(body.rule, body.inputs, body.output, top),
        body=body,
    )


def judge_words(key: str) -> str:
    """The pseudonym of a judge, such as "Judge 3"."""
    return _("Judge %(number)s", number=int(key[1:]))


def entry_words(key: str) -> str:
    """An entry by its number, such as "Entry 12"."""
    return _("Entry %(number)s", number=int(key[1:]))


def entries_words(keys: Sequence[str]) -> list[str]:
    """The same of several."""
    return [entry_words(key) for key in keys]


CELLS = {
    Cell.COUNTED: N_("scored"),
    Cell.LEFT_OUT: N_("missing"),
    Cell.RECUSED: N_("stepped back"),
    Cell.UNASSIGNED: "",
}


def cell_words(cell: Cell) -> str:
    """What became of a pair of entry and judge; empty where the judge was not to score it."""
    return _(CELLS[cell]) if CELLS[cell] else ""


def figures_context(figures: Figures) -> dict[str, Any]:
    """What the template of the figures needs."""
    return {
        "figures": figures,
        "agreement_words": agreement_words,
        "judge_words": judge_words,
        "entry_words": entry_words,
        "entries_words": entries_words,
        "cell_words": cell_words,
    }
