"""A safe space with a facilitator and somebody for whom she speaks."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.safe_space.facilitating import name_facilitator
from ideahub.safe_space.finding import VoiceStanding, find_space, find_voice
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.models import Voice, VoiceLink
from ideahub.safe_space.settings import Space, change_space
from ideahub.safe_space.voices import speak_for
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

# Nothing that anybody but those who look is ever shown has one of these words.
CANARY = RealPerson(
    name="Philippa Quenby", contact="+49 231 5550177", note="Lives at the Marlpit shelter."
)
CANARIES = ("Philippa", "Quenby", "5550177", "Marlpit")


@dataclass
class SafePlace:
    """An idea box where Ben speaks for “Blue heron”, and an idea of Ada's in it."""

    box: Campaign
    idea: Idea
    heron: int


async def make_safe_place(db: AsyncSession, cast: Cast, **columns: Any) -> SafePlace:
    """The idea box, as its manager Mia and the facilitator Ben set it up."""
    box = await make_campaign(db, cast.city, **columns)
    mia = await viewer_of(db, cast.mia)
    await change_space(db, mia, box, Space(lets_hide=True, lets_speak_for=True, days=90))
    await name_facilitator(db, mia, box, cast.ben.email or "")
    ben = await viewer_of(db, cast.ben)
    heron = await speak_for(db, ben, await find_space(db, ben, box.id), "Blue heron", CANARY)
    return SafePlace(box, await make_idea(db, box, cast.ada), heron)


async def standing_of(db: AsyncSession, person: Any, number: int) -> VoiceStanding:
    """What the person is to the voice."""
    return await find_voice(db, await viewer_of(db, person), number)


async def link_of(db: AsyncSession, number: int) -> VoiceLink:
    """The sealed row of the voice, as it stands now."""
    query = select(VoiceLink).where(VoiceLink.voice_id == number)
    return (await db.scalars(query.execution_options(populate_existing=True))).one()


async def voice_row(db: AsyncSession, number: int) -> Voice:
    """The row of the voice, as it stands now."""
    return await db.get_one(Voice, number, populate_existing=True)


async def newest_voice(db: AsyncSession) -> int:
    """The number of the name that was chosen last."""
    return (await db.scalars(select(Voice.id).order_by(Voice.id.desc()))).first() or 0
