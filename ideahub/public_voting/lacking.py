"""What a challenge with a public vote still lacks before it can be published."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.core.db import constants, rows_of
from ideahub.core.i18n import _
from ideahub.core.setting_up import Lack
from ideahub.entries.models import EntryField, EntryForm

OF_CAMPAIGN = Phase.campaign_id == bindparam("campaign_id", type_=BigInteger)
_public_question = (
    exists()
    .where(OF_CAMPAIGN, EntryForm.phase_id == Phase.id)
    .where(EntryField.form_id == EntryForm.id, EntryField.shown_public)
)
PUBLIC_QUESTION = select(_public_question)
STATE = select(
    exists().where(OF_CAMPAIGN, Phase.accepts.contains(constants(Accepts.PUBLIC_VOTING))),
    exists().where(OF_CAMPAIGN, Phase.accepts.contains(constants(Accepts.ENTRIES))),
    _public_question,
)


async def has_public_question(db: AsyncSession, campaign_id: int) -> bool:
    """Whether any entry form of the challenge has a question whose answers everybody reads."""
    ((found,),) = await rows_of(db, PUBLIC_QUESTION, {"campaign_id": campaign_id})
    return bool(found)


async def lacks_for_vote(db: AsyncSession, campaign: Campaign) -> Sequence[Lack]:
    """What the vote lacks: entries to vote for, and something to read of them."""
    if campaign.kind != CampaignKind.CHALLENGE:
        return []
    ((votes, takes_entries, is_read),) = await rows_of(db, STATE, {"campaign_id": campaign.id})
    at = f"/management/{campaign.id}"
    if not votes or (takes_entries and is_read):
        return []
    if not takes_entries:
        sentence = _("People are to vote for entries, but no phase takes entries. Add one.")
        return [Lack(_("Phases"), f"{at}/phases", sentence)]
    sentence = _(
        "People are to vote for entries, but would read nothing of them. Mark at least one "
        "question of the entry form as shown to everyone in a public vote."
    )
    return [Lack(_("Entry form"), f"{at}/form", sentence)]
