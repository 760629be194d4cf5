"""What travels of a campaign's terms into a copy: prizes, questions to whoever enters, partners.

Documents do not: they belong to their year.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.ordered_rows import PlannedRow, put_in_order
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.terms_models import (
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    PrizeMilestone,
)
from ideahub.campaigns.travelling import Shift
from ideahub.core.db import table_of
from ideahub.core.setting_up import Travel

# What is the copy's own.
OWN = {"id", "campaign_id", "prize_id", "position"}


async def _fill(db: AsyncSession, campaign: Campaign, template: CampaignTemplate) -> None:
    """Templates name no prizes and no partners."""


async def _copy(db: AsyncSession, source: Campaign, target: Campaign, shift: Shift) -> None:
    owner = {"campaign_id": target.id}
    for table in (EligibilityQuestion, CampaignPartner):
        rows = await _rows(db, table, "campaign_id", source.id)
        await put_in_order(db, table, owner, [_planned(row, shift) for row in rows])
    prizes = await _rows(db, Prize, "campaign_id", source.id)
    copies = await put_in_order(db, Prize, owner, [_planned(row, shift) for row in prizes])
    for prize, copy in zip(prizes, copies, strict=True):
        parts = await _rows(db, PrizeMilestone, "prize_id", prize.id)
        planned = [_planned(row, shift) for row in parts]
        await put_in_order(db, PrizeMilestone, {"prize_id": copy.id}, planned)


async def _contents(db: AsyncSession, campaign: Campaign) -> Sequence[object]:
    terms = await terms_of(db, campaign.id)
    return [*terms.prizes, *terms.questions, *terms.partners, *terms.documents]


async def _rows(db: AsyncSession, table: Any, column: str, number: int) -> Sequence[Any]:
    own = select(table).where(getattr(table, column) == number)
    return list(await db.scalars(own.order_by(table.position)))


def _planned(row: Any, shift: Shift) -> PlannedRow:
    names = [column.key for column in table_of(type(row)).columns if column.key not in OWN]
    values = {name: getattr(row, name) for name in names}
    moved = {
        name: value + timedelta(days=shift.days)
        for name, value in values.items()
        if isinstance(value, date)
    }
    return PlannedRow(None, values | moved)


TERMS_TRAVEL = Travel(fill_from_template=_fill, copy_from=_copy, contents=_contents)
