"""Queries for what was changed in a campaign after its publication."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import CampaignChange
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST

PAGE = 20
BEFORE = bindparam("before", type_=BigInteger)
CHANGES = (
    select(
        CampaignChange.id,
        CampaignChange.created_at,
        CampaignChange.field,
        CampaignChange.old,
        CampaignChange.new,
        CampaignChange.reason,
    )
    .where(
        CampaignChange.campaign_id == bindparam("campaign_id", type_=BigInteger),
        CampaignChange.id < BEFORE,
    )
    .order_by(CampaignChange.id.desc())
    .limit(constant(PAGE + 1))
)


class Change(msgspec.Struct, frozen=True):
    """A change after publication; its values are as in CampaignChange."""

    id: int
    at: datetime
    field: str
    old: Any
    new: Any
    reason: str = ""


class ChangePage(msgspec.Struct, frozen=True):
    """The latest changes first; `before` is where the next page begins, None on the last."""

    changes: list[Change]
    before: int | None


async def changes_of(
    db: AsyncSession, campaign_id: int, *, before: int | None = None
) -> ChangePage:
    """The latest PAGE changes of a campaign, or those before the change with the number `before`.

    It does not check who may see the campaign: the caller has found it through the viewer, and
    rooms were checked when a page joined.
    """
    asked = {"campaign_id": campaign_id, "before": MOST if before is None else before}
    rows = await rows_of(db, CHANGES, asked)
    found = [Change(*row) for row in rows[:PAGE]]
    return ChangePage(found, found[-1].id if len(rows) > PAGE else None)
