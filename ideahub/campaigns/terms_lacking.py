"""What the terms of a challenge lack: rules, where something depends on what people agree to."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import ahead
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.terms_models import EligibilityQuestion, Prize, RulesDraft, RulesVersion
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Lack

CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
HAS = select(
    exists().where(RulesVersion.campaign_id == CAMPAIGN_ID)
    | exists().where(
        RulesDraft.campaign_id == CAMPAIGN_ID, func.length(RulesDraft.text) > constant(0)
    ),
    exists().where(EligibilityQuestion.campaign_id == CAMPAIGN_ID, EligibilityQuestion.blocking),
    exists().where(Prize.campaign_id == CAMPAIGN_ID, Prize.amount.is_not(None)),
)


async def terms_lacks(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow]
) -> list[Lack]:
    """The rules, where there are none and entries can be kept out, or money be won. Publication
    waits for them: who reads the challenge then has to know what holds."""
    if not ahead(phases, Accepts.ENTRIES):
        return []
    ((has_rules, keeps_out, pays),) = await rows_of(db, HAS, {"campaign_id": campaign.id})
    if has_rules or not (keeps_out or pays):
        return []
    sentence = (
        _("Write the rules: there are questions that decide who may enter.")
        if keeps_out
        else _("Write the rules: money can be won, and whoever enters accepts them.")
    )
    return [Lack(_("Rules"), f"/management/{campaign.id}/rules", sentence)]
