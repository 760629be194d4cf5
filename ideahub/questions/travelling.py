"""What travels of a campaign's questions: its own templates of answers. What was asked stays."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.setting_up import Travel
from ideahub.questions.models import AnswerTemplate


async def _fill(_db: AsyncSession, _campaign: Campaign, _template: Any) -> None:
    # A template of challenges has no answers.
    return None


async def _copy(db: AsyncSession, source: Campaign, target: Campaign, _shift: Any) -> None:
    own = select(AnswerTemplate).where(
        AnswerTemplate.campaign_id == source.id, AnswerTemplate.removed_at.is_(None)
    )
    for one in await db.scalars(own.order_by(AnswerTemplate.id)):
        db.add(
            AnswerTemplate(
                organisation_id=target.organisation_id,
                campaign_id=target.id,
                used_for=one.used_for,
                name=one.name,
                answer=one.answer,
                letter=one.letter,
                verdict=one.verdict,
                reason=one.reason,
                made_by=one.made_by,
            )
        )
    await db.flush()


TRAVEL = Travel(fill_from_template=_fill, copy_from=_copy)
