"""What a challenge lacks of entries: questions to entrants that somebody has thought about."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import ahead, due_before
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Lack
from ideahub.entries.models import EntryForm

MADE = (
    select(EntryForm.phase_id)
    .where(EntryForm.phase_id == any_(bindparam("phase_ids", type_=ARRAY(BigInteger))))
    .distinct()
)


async def form_lacks(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow]
) -> list[Lack]:
    """The forms that nobody has made; until then entries answer the usual question, so publication
    does not wait for them."""
    able = ahead(phases, Accepts.ENTRIES)
    if not able:
        return []
    made = {row.phase_id for row in await rows_of(db, MADE, {"phase_ids": [p.id for p in able]})}
    return [
        Lack(
            _("What you ask of entrants"),
            f"/management/{campaign.id}/form?phase={phase.id}",
            _("“%(phase)s” asks only the usual question. Save it, or ask more.", phase=phase.name),
            due_before(phase),
        )
        for phase in able
        if phase.id not in made
    ]
