"""Who scored what: the matrix of entries and judges."""

from collections import Counter
from enum import StrEnum

import msgspec

from ideahub.results.computing import ScoreOutput, ScoreState
from ideahub.results.score_inputs import ScoreInputs


class CoverageCell(StrEnum):
    """What became of a pair of entry and judge."""

    COUNTED = "counted"
    LEFT_OUT = "left_out"
    RECUSED = "recused"
    UNASSIGNED = "unassigned"


class CoverageRow(msgspec.Struct, frozen=True):
    """An entry: a cell for each judge, in the order of `CoverageMatrix.judges`."""

    entry: str
    cells: tuple[CoverageCell, ...]
    counted: int
    assigned: int


class JudgeColumn(msgspec.Struct, frozen=True):
    """A judge: how many entries they were to score, and how many of these count."""

    judge: str
    assigned: int
    counted: int
    recused: int


class CoverageMatrix(msgspec.Struct, frozen=True):
    """The rows in the order of the output, the best entry first. `by_count` says, for each number
    of judges whose scores count, how many entries have so many; the fewest first."""

    judges: tuple[JudgeColumn, ...]
    rows: tuple[CoverageRow, ...]
    by_count: tuple[tuple[int, int], ...]


CELLS = {
    ScoreState.COUNTED: CoverageCell.COUNTED,
    ScoreState.LEFT_OUT: CoverageCell.LEFT_OUT,
    ScoreState.RECUSED: CoverageCell.RECUSED,
}


def coverage_matrix(
    inputs: ScoreInputs, output: ScoreOutput, most: int | None = None
) -> CoverageMatrix:
    """The matrix, with rows for the first `most` entries; the sums are of all."""
    cells: Counter[tuple[str, ScoreState]] = Counter(
        (one.judge, one.counted) for entry in output.entries for one in entry.judges
    )
    return CoverageMatrix(
        judges=tuple(
            JudgeColumn(
                judge=judge,
                assigned=sum(cells[judge, state] for state in ScoreState),
                counted=cells[judge, ScoreState.COUNTED],
                recused=cells[judge, ScoreState.RECUSED],
            )
            for judge in inputs.judges
        ),
        rows=tuple(_row(inputs, output, at) for at in range(len(output.entries[:most]))),
        by_count=tuple(sorted(Counter(one.counted for one in output.entries).items())),
    )


def _row(inputs: ScoreInputs, output: ScoreOutput, at: int) -> CoverageRow:
    entry = output.entries[at]
    states = {one.judge: CELLS[one.counted] for one in entry.judges}
    return CoverageRow(
        entry=entry.entry,
        cells=tuple(states.get(judge, CoverageCell.UNASSIGNED) for judge in inputs.judges),
        counted=entry.counted,
        assigned=entry.assigned,
    )
