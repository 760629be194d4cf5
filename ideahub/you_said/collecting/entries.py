"""What came of entries: awards, and only how many were not chosen."""

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel
from ideahub.results.models import Award, PanelResult
from ideahub.you_said.collecting.listed import in_time
from ideahub.you_said.collecting.taking_part import COUNTED_ENTRIES
from ideahub.you_said.scope import CAMPAIGNS, Scope
from ideahub.you_said.sentences import Section, Sentence, SentenceKind, people_told

MOST = 12
_is_award = and_(Award.confirmed_at.is_not(None), Award.revoked_at.is_(None))
AWARDS = (
    select(Award.campaign_id, func.count().label("awards"))
    .where(Award.campaign_id == CAMPAIGNS, _is_award, in_time(Award.confirmed_at))
    .group_by(Award.campaign_id)
    .order_by(func.count().desc(), Award.campaign_id)
    .limit(constant(MOST))
)
_final = (
    select(Panel.campaign_id)
    .join(PanelResult, PanelResult.panel_id == Panel.id)
    .where(
        Panel.campaign_id == CAMPAIGNS,
        PanelResult.replaced_at.is_(None),
        in_time(PanelResult.final_at),
    )
)
_awarded = select(Award.entry_id).where(Award.campaign_id == CAMPAIGNS, _is_award)
NOT_CHOSEN = (
    select(Entry.campaign_id, func.count().label("entries"))
    .where(COUNTED_ENTRIES, Entry.campaign_id.in_(_final), Entry.id.not_in(_awarded))
    .group_by(Entry.campaign_id)
    .order_by(func.count().desc(), Entry.campaign_id)
    .limit(constant(MOST))
)


async def entry_outcomes(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """How many awards there are in each challenge, and how many entries were not chosen."""
    awards = await rows_of(db, AWARDS, scope.bound)
    others = await rows_of(db, NOT_CHOSEN, scope.bound)
    return [
        *(_told(row, SentenceKind.AWARDED, Section.DONE, awards=row.awards) for row in awards),
        # Whose few entries were not chosen would be known.
        *(
            _told(row, SentenceKind.NOT_CHOSEN, Section.NOT_DONE, entries=people_told(row.entries))
            for row in others
        ),
    ]


def _told(row: Any, kind: SentenceKind, section: Section, **numbers: int) -> Sentence:
    number = row.campaign_id
    at = f"/challenges/{number}/results"
    return Sentence(section=section, kind=kind, path=at, campaign=number, numbers=numbers)
