"""Offering, accepting and keeping pledges."""

from sqlalchemy.ext.asyncio import AsyncSession


async def lapse_pledges(db: AsyncSession) -> None:
    """Marks accepted pledges whose last day has passed without being kept."""
