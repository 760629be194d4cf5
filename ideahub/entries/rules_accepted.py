"""Whether those who enter have accepted the rules of the challenge."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer


async def rules_number(db: AsyncSession, campaign_id: int) -> int | None:
    """The number of the version of the rules that is in force; None where there are none."""
    return None


async def not_accepted_by(
    db: AsyncSession, campaign_id: int, person_ids: Sequence[int]
) -> list[int]:
    """Those of these people who still have to accept the rules."""
    return []


async def accept_rules(
    db: AsyncSession, viewer: Viewer, campaign_id: int, *, accepts: bool
) -> None:
    """Notes that the viewer accepts the rules that are in force; raises Invalid where they do not,
    and did not before."""
