"""The figures of a run, computed once by each process: a run never changes.

They take seconds for ten thousand entries. Whoever asks first starts them, and no page waits for
them longer than a moment.
"""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.judging.models import Panel
from ideahub.results.collecting import ENTRY
from ideahub.results.distances import winning_places
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


# The hash of the output, how many places win or advance, and the panel's bound.
FiguresKey = tuple[str, int, Decimal | None]
_kept: dict[FiguresKey, Future[ResultFigures]] = {}
# One after the other, so that they leave time for whatever else is asked.
COMPUTING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")


async def kept_figures(db: AsyncSession, run_id: int) -> ResultFigures | None:
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


def _keep(key: FiguresKey, figures: Future[ResultFigures]) -> None:
    while len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[key] = figures


def _compute(stored: tuple[Any, str, str], top: int, bound: Decimal | None) -> ResultFigures:
    body = read_body(*stored)
    return figures_of(body.rule, body.inputs, body.output, top=top, bound=bound)


def words_of(figures: ResultFigures) -> FigureWords:
    """What pages show of them, in the current language."""
    return figure_words(figures, _words_of_key)


def _words_of_key(key: str) -> str:
    return entry_words(key) if key.startswith(ENTRY) else judge_words(key)


def judge_words(key: str) -> str:
    """The pseudonym of a judge, such as "Judge 3"."""
    return _("Judge %(number)s", number=int(key[1:]))


def entry_words(key: str) -> str:
    """An entry by its number, such as "Entry 12"."""
    return _("Entry %(number)s", number=int(key[1:]))
