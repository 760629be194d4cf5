"""Phases opening and closing by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession


async def announce_phases(db: AsyncSession) -> None:
    """Tells everyone of phases that have opened or closed since the last tick."""
