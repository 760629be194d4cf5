"""What a challenge with a public vote still lacks before it can be published."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import ahead, due_before
from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import PhaseNow
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Lack
from ideahub.entries.models import EntryField, EntryForm

PUBLIC_QUESTION = select(
    exists()
    .where(Phase.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .where(EntryForm.phase_id == Phase.id)
    .where(EntryField.form_id == EntryForm.id, EntryField.shown_public)
)


async def has_public_question(db: AsyncSession, campaign_id: int) -> bool:
    """Whether any entry form of the challenge has a question whose answers everybody reads."""
    ((found,),) = await rows_of(db, PUBLIC_QUESTION, {"campaign_id": campaign_id})
    return bool(found)


async def lacks_for_vote(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow]
) -> Sequence[Lack]:
    """What the vote lacks: entries to vote for, and something to read of them."""
    if campaign.kind != CampaignKind.CHALLENGE or not ahead(phases, Accepts.PUBLIC_VOTING):
        return []
    at = f"/management/{campaign.id}"
    entering = [phase for phase in phases if Accepts.ENTRIES in phase.accepts]
    if not entering:
        sentence = _("People are to vote for entries, but no phase takes entries. Add one.")
        return [Lack(_("Phases"), f"{at}/phases", sentence)]
    if await has_public_question(db, campaign.id):
        return []
    sentence = _(
        "People are to vote for entries, but would read nothing of them. Mark at least one "
        "question of the entry form as shown to everyone in a public vote."
    )
    return [Lack(_("Entry form"), f"{at}/form", sentence, due_before(entering[0]))]
