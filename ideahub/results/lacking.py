"""What a challenge lacks of results: a rule that was declared before anybody scores."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import ahead, due_before
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Lack
from ideahub.judging.models import Panel

UNDECLARED = (
    select(Panel.id, Panel.name, Panel.phase_id)
    .where(
        Panel.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Panel.rule == bindparam("none", value={}, type_=JSONB),
        Panel.fixed_at.is_(None),
        Panel.closed_at.is_(None),
    )
    .order_by(Panel.id)
)


async def rule_lacks(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow]
) -> list[Lack]:
    """The rules of panels that nobody has declared. Without them the usual one holds, so
    publication does not wait for it; from the first assignment on it is fixed."""
    scoring = {phase.id: phase for phase in ahead(phases, Accepts.SCORING)}
    if not scoring:
        return []
    found = await rows_of(db, UNDECLARED, {"campaign_id": campaign.id, "none": {}})
    return [
        Lack(
            panel.name,
            f"/management/{campaign.id}/results/{panel.id}/rule",
            _("Declare how scores become ranks: the usual rule, or another one."),
            due_before(scoring[panel.phase_id]),
        )
        for panel in found
        if panel.phase_id in scoring
    ]
