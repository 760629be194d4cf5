"""What travels of a campaign's terms: prizes with their milestones, questions about who may enter,
and partners. Documents do not: they would be last year's."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.terms_models import (
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    PrizeMilestone,
)
from ideahub.campaigns.travelling import Shift
from ideahub.core.setting_up import Travel

OF_CAMPAIGN = (Prize, EligibilityQuestion, CampaignPartner)
# What says which row it is, and so is another in a copy.
OWN = {"id", "campaign_id", "prize_id"}


async def _fill(_db: AsyncSession, _campaign: Campaign, _template: CampaignTemplate) -> None:
    """Nothing: no template promises a prize."""


async def _copy(db: AsyncSession, source: Campaign, target: Campaign, shift: Shift) -> None:
    for table in OF_CAMPAIGN:
        for row in await _rows(db, table, source):
            again = table(campaign_id=target.id, **_moved(row, shift))
            db.add(again)
            await db.flush()
            if isinstance(row, Prize):
                for milestone in await _milestones(db, [row]):
                    db.add(PrizeMilestone(prize_id=again.id, **_moved(milestone, shift)))
    await db.flush()


async def _contents(db: AsyncSession, campaign: Campaign) -> Sequence[Any]:
    values: list[Any] = []
    for table in OF_CAMPAIGN:
        rows = await _rows(db, table, campaign)
        values += [value for row in rows for value in _columns(row).values()]
        if table is Prize:
            milestones = await _milestones(db, rows)
            values += [value for row in milestones for value in _columns(row).values()]
    return values


async def _rows(db: AsyncSession, table: Any, campaign: Campaign) -> Sequence[Any]:
    own = select(table).where(table.campaign_id == campaign.id).order_by(table.position)
    return (await db.scalars(own)).all()


async def _milestones(db: AsyncSession, prizes: Iterable[Prize]) -> Sequence[PrizeMilestone]:
    numbers = [prize.id for prize in prizes]
    own = select(PrizeMilestone).where(PrizeMilestone.prize_id.in_(numbers))
    ordered = own.order_by(PrizeMilestone.prize_id, PrizeMilestone.position)
    return (await db.scalars(ordered)).all()


def _columns(row: Any) -> dict[str, Any]:
    names = [column.name for column in row.__table__.columns if column.name not in OWN]
    return {name: getattr(row, name) for name in names}


def _moved(row: Any, shift: Shift) -> dict[str, Any]:
    """The columns of a row, with its days so many days later."""
    later = timedelta(days=shift.days)
    return {
        name: value + later if isinstance(value, date) else value
        for name, value in _columns(row).items()
    }


TERMS_TRAVEL = Travel(fill_from_template=_fill, copy_from=_copy, contents=_contents)
