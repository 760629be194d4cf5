"""What travels of a campaign's reply clock: its rule. Templates have none."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.setting_up import Travel
from ideahub.responses.reply_rules import copy_rule, rule_of


async def _fill(_db: AsyncSession, _campaign: Campaign, _template: Any) -> None:
    # A template knows no leaders, who are people of an organisation.
    return None


async def _copy(db: AsyncSession, source: Campaign, target: Campaign, _shift: Any) -> None:
    await copy_rule(db, source, target)


async def _contents(db: AsyncSession, campaign: Campaign) -> Sequence[Any]:
    rule = await rule_of(db, campaign.id)
    return [rule.kept] if rule else []


TRAVEL = Travel(fill_from_template=_fill, copy_from=_copy, contents=_contents)
