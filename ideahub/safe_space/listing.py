"""Queries that list a campaign's chosen names, for those who write under them or oversee them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person, Unnamed
from ideahub.safe_space.facilitating import CAMPAIGN_ID
from ideahub.safe_space.finding import SpaceStanding, own_voice
from ideahub.safe_space.models import Voice
from ideahub.safe_space.names import VOICES, VoiceView

SPOKEN_FOR = VOICES.where(
    Voice.campaign_id == CAMPAIGN_ID, Person.unnamed == constant(Unnamed.SPOKEN_FOR)
).order_by(Voice.id)
IN_CAMPAIGN = VOICES.where(Voice.campaign_id == CAMPAIGN_ID).order_by(Voice.id)


async def speakable(db: AsyncSession, viewer: Viewer, standing: SpaceStanding) -> list[VoiceView]:
    """As whom the viewer can say something in the campaign now: their own chosen name, and those
    for whom they speak."""
    own = await own_voice(db, viewer, standing.campaign.id) if standing.space.lets_hide else None
    others: Sequence[VoiceView] = ()
    if standing.facilitates and standing.space.lets_speak_for:
        others = [
            voice
            for voice in await spoken_for(db, standing.campaign.id)
            if viewer.is_person(voice.through_id)
        ]
    return [*([own] if own else []), *others]


async def spoken_for(db: AsyncSession, campaign_id: int) -> list[VoiceView]:
    """Those for whom facilitators speak in the campaign; not who they are."""
    found = await rows_of(db, SPOKEN_FOR, {"campaign_id": campaign_id})
    return [VoiceView(*row) for row in found]


async def voices_in(db: AsyncSession, campaign_id: int) -> list[VoiceView]:
    """All who take part in the campaign without their name, for its managers."""
    found = await rows_of(db, IN_CAMPAIGN, {"campaign_id": campaign_id})
    return [VoiceView(*row) for row in found]
