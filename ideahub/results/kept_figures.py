"""The figures of a run, computed once by each process: a run never changes.

They take seconds for ten thousand entries. Whoever asks first starts them, and no page waits for
them longer than a moment.
"""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.judging.models import Panel
from ideahub.results.distances import winning_places
from ideahub.results.divergence import DivergentEntry
from ideahub.results.figure_words import FigureWords, figure_words
from ideahub.results.figures import ResultFigures, figures_of
from ideahub.results.models import ScoreRun
from ideahub.results.runs import BODY, read_body

# Results whose figures a process keeps.
MOST_KEPT = 32
PATIENCE_SECONDS = 1.0
RUN_ID = bindparam("run_id", type_=BigInteger)
BOUND = (
    select(Panel.divergence_bound, ScoreRun.output_hash)
    .join(ScoreRun, ScoreRun.panel_id == Panel.id)
    .where(ScoreRun.id == RUN_ID)
)


class KeptFigures(msgspec.Struct, frozen=True):
    """The figures of a run, and what entries and judges are called in them."""

    figures: ResultFigures
    entries: list[str]
    judges: list[str]

    @property
    def words(self) -> FigureWords:
        """What pages show of them, in the current language."""
        names = {key: entry_words(key) for key in self.entries}
        return figure_words(self.figures, names | {key: judge_words(key) for key in self.judges})

    @property
    def divergent(self) -> list[DivergentEntry]:
        """The entries on which judges differ more than the panel's bound."""
        return self.figures.divergent


# The hash of the output, how many places win or advance, and the panel's bound.
FiguresKey = tuple[str, int, Decimal | None]
_kept: dict[FiguresKey, Future[KeptFigures]] = {}
# One after the other, so that they leave time for whatever else is asked.
COMPUTING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")


async def kept_figures(db: AsyncSession, run_id: int) -> KeptFigures | None:
    """The figures of a run; None where they are still being computed. Checks no permission: the
    caller does."""
    top = await winning_places(db, run_id)
    ((bound, output_hash),) = await rows_of(db, BOUND, {RUN_ID.key: run_id})
    key = (output_hash, top, bound)
    if key not in _kept:
        ((rule, inputs, output),) = await rows_of(db, BODY, {RUN_ID.key: run_id})
        _keep(key, COMPUTING.submit(_compute, (rule, inputs, output), top, bound))
    waiting = asyncio.wrap_future(_kept[key])
    done, _late = await asyncio.wait({waiting}, timeout=PATIENCE_SECONDS)
    return waiting.result() if done else None


def _keep(key: FiguresKey, figures: Future[KeptFigures]) -> None:
    while len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[key] = figures


def _compute(stored: tuple[Any, str, str], top: int, bound: Decimal | None) -> KeptFigures:
    body = read_body(*stored)
    figures = figures_of(body.rule, body.inputs, body.output, top=top, bound=bound)
    return KeptFigures(figures, list(body.inputs.entries), list(body.inputs.judges))


def judge_words(key: str) -> str:
    """The pseudonym of a judge, such as "Judge 3"."""
    return _("Judge %(number)s", number=int(key[1:]))


def entry_words(key: str) -> str:
    """An entry by its number, such as "Entry 12"."""
    return _("Entry %(number)s", number=int(key[1:]))
