"""Queries for what was said under a chosen name, and who looked at whose it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.ideas.models import Idea, Vote
from ideahub.organisations.models import Person
from ideahub.safe_space.facilitating import CAMPAIGN_ID
from ideahub.safe_space.models import LinkLook, Voice
from ideahub.safe_space.names import Speaker, VoiceView

MOST_LOOKS, MOST_SAID = 100, 100
_looks = (
    select(
        LinkLook.voice_id,
        Person.name.label("voice"),
        Speaker.name.label("looked_by"),
        LinkLook.reason,
        LinkLook.created_at,
    )
    .join(Voice, Voice.id == LinkLook.voice_id)
    .join(Person, Person.id == Voice.person_id)
    .join(Speaker, Speaker.id == LinkLook.looked_by)
    .order_by(LinkLook.id.desc())
    .limit(constant(MOST_LOOKS))
)
LOOKS_AT = _looks.where(LinkLook.voice_id == bindparam("voice_id", type_=BigInteger))
LOOKS_IN = _looks.where(Voice.campaign_id == CAMPAIGN_ID)
_person_id = bindparam("person_id", type_=BigInteger)
IDEAS = (
    select(Idea.id, Idea.title, Idea.created_at, Idea.is_listed.label("is_listed"))
    .where(Idea.author_id == _person_id)
    .order_by(Idea.id.desc())
    .limit(constant(MOST_SAID))
)
CONTRIBUTIONS = (
    select(
        Contribution.id,
        Idea.title,
        Contribution.body,
        Contribution.created_at,
        Contribution.is_listed.label("is_listed"),
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .where(Contribution.author_id == _person_id)
    .order_by(Contribution.id.desc())
    .limit(constant(MOST_SAID))
)
SUPPORTED = (
    select(Idea.id, Idea.title, Vote.created_at)
    .join(Idea, Idea.id == Vote.idea_id)
    .where(Vote.person_id == _person_id)
    .order_by(Vote.created_at.desc())
    .limit(constant(MOST_SAID))
)
SUPPORTING = select(Vote.person_id).where(
    Vote.idea_id == bindparam("idea_id", type_=BigInteger),
    Vote.person_id == any_(bindparam("people", type_=ARRAY(BigInteger))),
)


async def looks_at(db: AsyncSession, voice_id: int) -> Sequence[Any]:
    """Who looked at who it is, when and why, the newest first."""
    return await rows_of(db, LOOKS_AT, {"voice_id": voice_id})


async def looks_in(db: AsyncSession, campaign_id: int) -> Sequence[Any]:
    """The looks of a whole campaign."""
    return await rows_of(db, LOOKS_IN, {"campaign_id": campaign_id})


async def said_by(db: AsyncSession, voice: VoiceView) -> dict[str, Sequence[Any]]:
    """The ideas, contributions and support of a voice."""
    asked = {"person_id": voice.person_id}
    return {
        "ideas": await rows_of(db, IDEAS, asked),
        "contributions": await rows_of(db, CONTRIBUTIONS, asked),
        "supported": await rows_of(db, SUPPORTED, asked) if voice.is_spoken_for else (),
    }


async def supporting(db: AsyncSession, idea_id: int, voices: Sequence[VoiceView]) -> set[int]:
    """The numbers of those of the voices that support the idea."""
    people = {voice.person_id: voice.id for voice in voices}
    found = await rows_of(db, SUPPORTING, {"idea_id": idea_id, "people": list(people)})
    return {people[person_id] for (person_id,) in found}
