"""What travels into a new campaign, from a template or from a campaign of another year.

Campaigns themselves bring their texts and phases; features.py adds what the others bring.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import local_time, moment_of
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.core.setting_up import Travel

# In the order of the features. Filled by features.py.
TRAVELS: list[Travel] = []


class Shift(NamedTuple):
    """By how many whole days the dates of a copy lie after those of its source."""

    days: int

    def moved(self, at: datetime | None, timezone: str, *, last: bool = False) -> datetime | None:
        """The moment at the same time of day in the zone, so many days later; `last` as in
        `moment_of`. None stays None."""
        if at is None:
            return None
        return moment_of(
            local_time(at, timezone) + timedelta(days=self.days), timezone, last=last
        ).at

    def on_clock(
        self, at: datetime | None, timezone: str, typed: datetime | None
    ) -> datetime | None:
        """The local time so many days later; `typed` is the one from which the moment was made,
        where that is known. None where there is no moment."""
        local = typed or (local_time(at, timezone) if at else None)
        return local + timedelta(days=self.days) if local else None


async def fill_further(db: AsyncSession, campaign: Campaign, template: CampaignTemplate) -> None:
    """Lets each feature fill the draft from the template."""
    for travel in TRAVELS:
        await travel.fill_from_template(db, campaign, template)


async def forget_further(db: AsyncSession, campaign_id: int) -> None:
    """Lets each feature delete what it has of a draft that is deleted for good."""
    for travel in TRAVELS:
        if travel.forget:
            await travel.forget(db, campaign_id)


async def copy_further(db: AsyncSession, source: Campaign, target: Campaign, shift: Shift) -> None:
    """Lets each feature copy what travels from the source."""
    for travel in TRAVELS:
        await travel.copy_from(db, source, target, shift)
