"""Whether those who enter have accepted the rules of the challenge."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import current_rules, who_accepted


async def rules_number(db: AsyncSession, campaign_id: int) -> int | None:
    """The number of the version of the rules that is in force; None where there are none."""
    found = await current_rules(db, campaign_id)
    return found.number if found else None


async def not_accepted_by(
    db: AsyncSession, campaign_id: int, person_ids: Sequence[int]
) -> list[int]:
    """Those of these people who still have to accept the rules: everything material in them."""
    if await current_rules(db, campaign_id) is None:
        return []
    accepted = await who_accepted(db, person_ids, campaign_id)
    return [one for one in person_ids if one not in accepted]
