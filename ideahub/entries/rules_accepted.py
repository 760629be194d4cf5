"""Whether those who enter have accepted the rules of the challenge."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession


async def rules_number(db: AsyncSession, campaign_id: int) -> int | None:
    """The number of the version of the rules that is in force; None where there are none."""
    return None


async def not_accepted_by(
    db: AsyncSession, campaign_id: int, person_ids: Sequence[int]
) -> list[int]:
    """Those of these people who still have to accept the rules."""
    return []
