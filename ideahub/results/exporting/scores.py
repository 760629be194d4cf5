"""The export of scores: per criterion and per judge, the judges by number."""

from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import Entry
from ideahub.judging.models import Assignment, Panel, PanelCriterion, PanelJudge, Score, Scorecard
from ideahub.results.collecting import IS_COUNTED
from ideahub.results.exporting.reading import AT_ONCE, Cells, Export, Key, Portion
from ideahub.results.models import ScoreCorrection

PANEL_ID = bindparam("panel_id", type_=BigInteger)
# The next pairs of an entry and a judge, in the order of an index. All else is joined to these few:
# joined before they are chosen, each portion would read everything.
NEXT = (
    select(Assignment.id)
    .where(
        Assignment.panel_id == PANEL_ID,
        tuple_(Assignment.entry_id, Assignment.id)
        > tuple_(bindparam("entry_id", type_=BigInteger), bindparam("pair_id", type_=BigInteger)),
    )
    .order_by(Assignment.entry_id, Assignment.id)
    .limit(constant(AT_ONCE))
    .subquery("next")
)
PAIRS = (
    select(
        Assignment.entry_id,
        Assignment.id.label("pair_id"),
        Entry.number,
        PanelJudge.label,
        Scorecard.id.label("card_id"),
        # What was sealed by a recusal, or is not final, is in no export.
        (IS_COUNTED & Assignment.ended_at.is_(None)).label("is_counted"),
    )
    .join(NEXT, NEXT.c.id == Assignment.id)
    .join(Entry, Entry.id == Assignment.entry_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .order_by(Assignment.entry_id, Assignment.id)
)
CARD_IDS = any_(bindparam("cards", type_=ARRAY(BigInteger)))
SCORES = (
    select(
        Score.scorecard_id,
        PanelCriterion.id.label("criterion_id"),
        PanelCriterion.name,
        PanelCriterion.weight,
        Score.value,
        Score.comment_for_entrant,
    )
    .join(PanelCriterion, PanelCriterion.id == Score.criterion_id)
    .where(Score.scorecard_id == CARD_IDS)
    .order_by(Score.scorecard_id, PanelCriterion.position, PanelCriterion.id)
)
CORRECTED = (
    select(ScoreCorrection.scorecard_id, ScoreCorrection.criterion_id, ScoreCorrection.new_value)
    .where(ScoreCorrection.scorecard_id == CARD_IDS)
    .order_by(ScoreCorrection.id)
)


def scores_export(panel: Panel) -> Export:
    """Every score that counts, with its correction and the comment for the entrant."""
    columns = [
        _("Entry"),
        _("Judge"),
        _("Criterion"),
        _("Weight in percent"),
        _("Score"),
        _("Corrected to"),
        _("Comment for the entrant"),
    ]
    panel_id = panel.id

    async def read(db: AsyncSession, after: Key | None) -> Portion:
        entry_id, pair_id = after if isinstance(after, tuple) else (0, 0)
        asked = {PANEL_ID.key: panel_id, "entry_id": entry_id, "pair_id": pair_id}
        pairs = await rows_of(db, PAIRS, asked)
        last = (pairs[-1].entry_id, pairs[-1].pair_id) if len(pairs) == AT_ONCE else None
        return Portion(await _scores(db, [pair for pair in pairs if pair.is_counted]), last)

    return Export(columns, [read])


async def _scores(db: AsyncSession, pairs: list[Any]) -> list[Cells]:
    asked = {"cards": [pair.card_id for pair in pairs]}
    corrected = {
        (row.scorecard_id, row.criterion_id): row.new_value
        for row in await rows_of(db, CORRECTED, asked)
    }
    of: dict[int, list[Cells]] = {pair.card_id: [] for pair in pairs}
    about = {pair.card_id: (pair.number, _judge(pair.label)) for pair in pairs}
    for card_id, criterion_id, name, weight, value, comment in await rows_of(db, SCORES, asked):
        new = corrected.get((card_id, criterion_id))
        of[card_id].append([*about[card_id], name, weight, value, new, comment])
    return [cells for scores in of.values() for cells in scores]


def _judge(label: int) -> str:
    return _("Judge %(number)s", number=label)
