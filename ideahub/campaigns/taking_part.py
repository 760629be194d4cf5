"""Whether people have taken part in a campaign already: then it is not taken back any more."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.setting_up import CountTakenIn

# In the order of the features. Filled by features.py.
TAKEN_IN: list[CountTakenIn] = []


async def taken_in(db: AsyncSession, campaign_id: int) -> int:
    """How much people have sent in: ideas, entries and whatever else features count."""
    return sum([await count(db, campaign_id) for count in TAKEN_IN])
