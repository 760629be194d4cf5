"""The export of scores: per criterion and per judge, the judges by number."""

from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import Entry
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelCriterion,
    PanelJudge,
    Recusal,
    Score,
    Scorecard,
)
from ideahub.results.collecting import IS_COUNTED
from ideahub.results.exporting.reading import AT_ONCE, Cells, Export, Key, Portion
from ideahub.results.models import ScoreCorrection

PANEL_ID = bindparam("panel_id", type_=BigInteger)
# Only what counts: what was sealed by a recusal is in no export.
CARDS = (
    select(Scorecard.id, Entry.number, PanelJudge.label)
    .join(Assignment, Assignment.id == Scorecard.assignment_id)
    .join(Entry, Entry.id == Assignment.entry_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .outerjoin(Recusal, Recusal.assignment_id == Assignment.id)
    .where(
        Assignment.panel_id == PANEL_ID,
        Assignment.ended_at.is_(None),
        IS_COUNTED,
        Scorecard.id > bindparam("after", type_=BigInteger),
    )
    .order_by(Scorecard.id)
    .limit(constant(AT_ONCE))
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
        cards = await rows_of(db, CARDS, {PANEL_ID.key: panel_id, "after": after or 0})
        asked = {"cards": [card.id for card in cards]}
        of = {card.id: card for card in cards}
        corrected = {
            (row.scorecard_id, row.criterion_id): row.new_value
            for row in await rows_of(db, CORRECTED, asked)
        }
        rows = [_cells(of, corrected, row) for row in await rows_of(db, SCORES, asked)]
        return Portion(rows, cards[-1].id if len(cards) == AT_ONCE else None)

    return Export(columns, [read])


def _cells(of: dict[int, Any], corrected: dict[tuple[int, int], Any], row: Any) -> Cells:
    card = of[row.scorecard_id]
    return [
        card.number,
        _("Judge %(number)s", number=card.label),
        row.name,
        row.weight,
        row.value,
        corrected.get((row.scorecard_id, row.criterion_id)),
        row.comment_for_entrant,
    ]
