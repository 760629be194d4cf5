"""The figures of a run, computed once by each process: a run never changes."""

import asyncio
from decimal import Decimal

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
from ideahub.results.runs import body_of

# Results whose figures a process keeps.
MOST_KEPT = 32
RUN_ID = bindparam("run_id", type_=BigInteger)
BOUND = (
    select(Panel.divergence_bound)
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


_kept: dict[tuple[int, int, Decimal | None], KeptFigures] = {}


async def kept_figures(db: AsyncSession, run_id: int) -> KeptFigures:
    """The figures of a run. Checks no permission: the caller does."""
    top = await winning_places(db, run_id)
    ((bound,),) = await rows_of(db, BOUND, {RUN_ID.key: run_id})
    key = (run_id, top, bound)
    if found := _kept.get(key):
        return found
    body = await body_of(db, run_id)
    # Seconds for ten thousand entries, in which this process serves others.
    figures = await asyncio.to_thread(
        figures_of, body.rule, body.inputs, body.output, top=top, bound=bound
    )
    while len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[key] = KeptFigures(figures, list(body.inputs.entries), list(body.inputs.judges))
    return _kept[key]


def judge_words(key: str) -> str:
    """The pseudonym of a judge, such as "Judge 3"."""
    return _("Judge %(number)s", number=int(key[1:]))


def entry_words(key: str) -> str:
    """An entry by its number, such as "Entry 12"."""
    return _("Entry %(number)s", number=int(key[1:]))
