"""Of which campaigns and of which time a summary tells."""

from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import zone
from ideahub.core.db import rows_of
from ideahub.organisations.models import Organisation
from ideahub.you_said.models import OutcomeSummary

CAMPAIGNS = any_(bindparam("campaigns", type_=ARRAY(BigInteger)))
BEGINNING = bindparam("beginning", type_=TIMESTAMP(timezone=True))
END = bindparam("end", type_=TIMESTAMP(timezone=True))
# Where the page says how many of what there were, by idea or by challenge.
COUNTED = "#counted"
EVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_top = (
    select(Organisation.id)
    .where(Organisation.id == bindparam("organisation_id", type_=BigInteger))
    .cte("within", recursive=True)
)
_within = _top.union(select(Organisation.id).join(_top, Organisation.parent_id == _top.c.id))
# Only what everyone can see, so that the page tells nobody of an internal call.
PUBLIC_CAMPAIGNS = (
    select(Campaign.id)
    .where(Campaign.organisation_id.in_(select(_within.c.id)), Campaign.is_public)
    .order_by(Campaign.id)
)


class Quarter(NamedTuple):
    """A quarter of a year, from 1 to 4."""

    year: int
    number: int

    @property
    def starts_on(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )

    @property
    def before(self) -> "Quarter":
        """The one before it."""
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    def bounds(self, timezone: str) -> tuple[datetime, datetime]:
        """When it begins and when the next one does, by the clocks of the zone."""
        days = self.starts_on, self.next.starts_on
        begins, ends = (datetime.combine(one, time(), zone(timezone)) for one in days)
        return begins, ends


def quarter_of(day: date) -> Quarter:
    """The quarter in which the day is."""
    return Quarter(day.year, (day.month + 2) // 3)


class Scope(NamedTuple):
    """The campaigns that a summary is about, and the time; `quarter` is None for all the time of
    one campaign. `page` is the page of the campaign, or of the organisation."""

    campaigns: list[int]
    beginning: datetime
    end: datetime
    quarter: Quarter | None
    page: str

    @property
    def place(self) -> str:
        """The list of the ideas that it tells of; of a quarter the table of its figures by
        challenge, on the page itself."""
        return COUNTED if self.quarter else f"/ideas?within={self.campaigns[0]}"

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters of statements."""
        return {"campaigns": self.campaigns, "beginning": self.beginning, "end": self.end}


async def scope_of(db: AsyncSession, summary: OutcomeSummary) -> Scope:
    """What the summary is about, as it is now."""
    if summary.campaign_id is not None:
        campaign = await db.get_one(Campaign, summary.campaign_id)
        return Scope([campaign.id], *EVER, None, campaign.url)
    assert summary.starts_on is not None
    quarter = quarter_of(summary.starts_on)
    found = await rows_of(db, PUBLIC_CAMPAIGNS, {"organisation_id": summary.organisation_id})
    page = f"/organisations/{summary.organisation_id}"
    numbers = [row.id for row in found]
    return Scope(numbers, *quarter.bounds(summary.timezone), quarter, page)


async def now_in(db: AsyncSession) -> datetime:
    """The moment by the database's clock."""
    found: datetime = (await db.execute(select(func.statement_timestamp()))).scalar_one()
    return found
