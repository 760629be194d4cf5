"""The list of all entries of a campaign's FAQ, for those who manage it: also hidden and merged."""

import msgspec
from sqlalchemy import BigInteger, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST as HIGHEST
from ideahub.questions.models import FaqEntry
from ideahub.questions.queries import ALL, IN_CAMPAIGN, FaqEntryView, entry_view

PAGE = 50
NEWEST_FIRST = (
    ALL.where(IN_CAMPAIGN, FaqEntry.id < bindparam("before", type_=BigInteger))
    .order_by(FaqEntry.id.desc())
    .limit(constant(PAGE + 1))
)
CHOSEN = ALL.where(
    IN_CAMPAIGN, FaqEntry.id == any_(bindparam("numbers", type_=ARRAY(BigInteger)))
).order_by(FaqEntry.id)


class PublishedPage(msgspec.Struct, frozen=True):
    """A page of entries; `before` is where the next page begins, None on the last."""

    entries: list[FaqEntryView]
    before: int | None


async def published_entries(
    db: AsyncSession, campaign_id: int, before: int | None = None
) -> PublishedPage:
    """The newest entries, or those before the one with this number."""
    asked = {"campaign_id": campaign_id, "before": HIGHEST if before is None else before}
    rows = await rows_of(db, NEWEST_FIRST, asked)
    found = [entry_view(row) for row in rows[:PAGE]]
    return PublishedPage(found, found[-1].id if len(rows) > PAGE else None)


async def listed_entries(
    db: AsyncSession, campaign_id: int, numbers: list[int]
) -> list[FaqEntryView]:
    """Those of the campaign's entries with these numbers that everyone reads, the oldest first."""
    rows = await rows_of(db, CHOSEN, {"campaign_id": campaign_id, "numbers": numbers})
    return [entry for row in rows if (entry := entry_view(row)).is_listed]
