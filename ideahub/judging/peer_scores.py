"""What the other judges gave to the entries that a judge has scored; only once that judge has
finished all of theirs, and chose to look."""

from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Assignment, Panel, PanelJudge, Score, Scorecard
from ideahub.judging.queries import OwnPanel, QueueEntry
from ideahub.judging.visibility import IS_FINAL, STANDS, may_see_panel_scores
from ideahub.organisations.models import Person

OWN = any_(bindparam("own", type_=ARRAY(BigInteger)))
# The entries of these assignments, which are the judge's own.
ENTRIES = select(Assignment.id, Assignment.entry_id).where(Assignment.id == OWN, STANDS, IS_FINAL)
_entries = select(Assignment.entry_id).where(Assignment.id == OWN, STANDS, IS_FINAL)
GIVEN = (
    select(
        Assignment.entry_id,
        PanelJudge.id.label("judge_id"),
        PanelJudge.label,
        Person.name,
        Score.criterion_id,
        Score.value,
        Score.comment_for_entrant,
        Score.comment_internal,
    )
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(Person, Person.id == PanelJudge.person_id)
    .join(Scorecard, Scorecard.assignment_id == Assignment.id)
    .join(Score, Score.scorecard_id == Scorecard.id)
    .where(
        Assignment.panel_id == bindparam("panel_id", type_=BigInteger),
        Assignment.entry_id.in_(_entries),
        STANDS,
        IS_FINAL,
    )
    .order_by(PanelJudge.label)
)


class PeerScore(msgspec.Struct, frozen=True):
    """What a judge gave on one criterion, with their comments."""

    value: Decimal | None
    for_entrant: str
    internal: str


class JudgesCard(msgspec.Struct, frozen=True):
    """A final scorecard beside others: by criterion what this judge gave. Without a name they are
    judge 1, judge 2 and so on."""

    label: int
    name: str
    is_own: bool
    scores: dict[int, PeerScore]


class ComparedEntry(msgspec.Struct, frozen=True):
    """An entry that the judge has scored, with what all who have finished it gave."""

    own: QueueEntry
    cards: list[JudgesCard]


async def must_see_peers(db: AsyncSession, viewer: Viewer, own: OwnPanel) -> None:
    """Raises NotFound for a judge who may not see what others gave, or did not choose to."""
    panel = await db.get_one(Panel, own.panel.id)
    if own.scores_opened_at is None or not await may_see_panel_scores(db, viewer, panel):
        raise NotFound


async def compared(
    db: AsyncSession, own: OwnPanel, entries: list[QueueEntry]
) -> list[ComparedEntry]:
    """What all gave to these entries of the judge, in their order; for whoever `must_see_peers`."""
    asked = {"own": [one.id for one in entries], "panel_id": own.panel.id}
    numbers: dict[int, int] = dict(map(tuple, await rows_of(db, ENTRIES, asked)))
    cards: dict[int, dict[int, JudgesCard]] = {}
    for row in await rows_of(db, GIVEN, asked):
        name = row.name if own.panel.names_judges else ""
        card = cards.setdefault(row.entry_id, {}).setdefault(
            row.judge_id, JudgesCard(row.label, name, row.judge_id == own.judge_id, {})
        )
        card.scores[row.criterion_id] = PeerScore(
            row.value, row.comment_for_entrant, row.comment_internal
        )
    return [
        ComparedEntry(one, list(cards.get(numbers[one.id], {}).values()))
        for one in entries
        if one.id in numbers
    ]
