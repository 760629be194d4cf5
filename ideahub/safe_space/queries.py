"""Queries for names that were chosen for a campaign, as far as the viewer may know of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Select, and_, any_, bindparam, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.types import String

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import MANAGES, VISIBLE_CAMPAIGNS, find_and_manages
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea, Vote
from ideahub.organisations.models import Person, Unnamed
from ideahub.safe_space.facilitating import CAMPAIGN_ID, STANDS, is_facilitator
from ideahub.safe_space.identity import signatures_of
from ideahub.safe_space.models import Facilitator, LinkEnd, LinkLook, Voice, VoiceLink
from ideahub.safe_space.settings import Space, space_of

MOST_LOOKS, MOST_SAID = 100, 100
Speaker = aliased(Person, name="speaker")
_has_speaker = exists().where(
    Facilitator.campaign_id == Voice.campaign_id,
    Facilitator.person_id == Person.through_id,
    STANDS,
)
VOICES: Select[*tuple[Any, ...]] = (
    select(
        Voice.id,
        Voice.campaign_id,
        Voice.person_id,
        Person.name,
        Person.unnamed,
        Person.suspended_until,
        Person.partly_suspended_until,
        Person.through_id,
        Speaker.name.label("through"),
        Voice.created_at,
        VoiceLink.written_by,
        VoiceLink.kept_until,
        VoiceLink.deleted_at,
        VoiceLink.deleted_why,
        _has_speaker.label("has_speaker"),
    )
    .join(Person, Person.id == Voice.person_id)
    .join(VoiceLink, VoiceLink.voice_id == Voice.id)
    .outerjoin(Speaker, Speaker.id == Person.through_id)
)
_voice_id = bindparam("voice_id", type_=BigInteger)
PLACE = select(Voice.campaign_id, Voice.signature).where(Voice.id == _voice_id)
_signatures = any_(bindparam("signatures", type_=ARRAY(String)))
_facilitates = exists().where(
    Facilitator.campaign_id == Voice.campaign_id, Facilitator.person_id == VIEWER_ID, STANDS
)
# For whoever is behind it, managers and, of those who are spoken for, facilitators.
FIND = VOICES.join(Campaign, Campaign.id == Voice.campaign_id).where(
    Voice.id == _voice_id,
    VISIBLE_CAMPAIGNS,
    or_(
        Voice.signature == _signatures,
        MANAGES,
        and_(Person.unnamed == constant(Unnamed.SPOKEN_FOR), _facilitates),
    ),
)
WHOSE = (
    select(Voice.campaign_id, Voice.signature, Person.through_id, VoiceLink.written_by)
    .join(Person, Person.id == Voice.person_id)
    .join(VoiceLink, VoiceLink.voice_id == Voice.id)
    .where(Voice.person_id == bindparam("person_id", type_=BigInteger))
)
BY_SIGNATURE = VOICES.where(Voice.signature == _signatures)
SPOKEN_FOR = VOICES.where(
    Voice.campaign_id == CAMPAIGN_ID, Person.unnamed == constant(Unnamed.SPOKEN_FOR)
).order_by(Voice.id)
IN_CAMPAIGN = VOICES.where(Voice.campaign_id == CAMPAIGN_ID).order_by(Voice.id)
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
LOOKS_AT = _looks.where(LinkLook.voice_id == _voice_id)
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
SUPPORT_WITHOUT_NAMES = (
    select(func.count())
    .select_from(Vote)
    .join(Person, Person.id == Vote.person_id)
    .where(
        Vote.idea_id == bindparam("idea_id", type_=BigInteger),
        Person.unnamed == constant(Unnamed.SPOKEN_FOR),
    )
)


class VoiceView(msgspec.Struct, frozen=True):
    """Somebody who takes part without their name, and whether it is kept who they are."""

    id: int
    campaign_id: int
    person_id: int
    name: str
    unnamed: Unnamed
    suspended_until: datetime | None
    # From where it takes part: from this campaign, or an organisation that it is in.
    partly_suspended_until: datetime | None
    through_id: int | None
    through: str | None
    created_at: datetime
    written_by: int | None
    kept_until: datetime
    deleted_at: datetime | None
    deleted_why: LinkEnd | None
    has_speaker: bool

    @property
    def url(self) -> str:
        """The address of the page about it."""
        return f"/safe-space/names/{self.id}"

    @property
    def silent_until(self) -> datetime | None:
        """Until when it can neither write nor vote, as a moderator decided; that may be past."""
        ends = [end for end in (self.suspended_until, self.partly_suspended_until) if end]
        return max(ends, default=None)

    @property
    def is_spoken_for(self) -> bool:
        """Whether a facilitator speaks for them."""
        return self.unnamed == Unnamed.SPOKEN_FOR


class SpaceStanding(NamedTuple):
    """What the viewer is in a campaign's safe space."""

    campaign: Campaign
    space: Space
    manages: bool
    facilitates: bool


class VoiceStanding(NamedTuple):
    """A voice, and what the viewer is to it: `speaks` is whether they may say something as it,
    `looks` whether they may look at who it is, `is_own` whether it is themselves."""

    voice: VoiceView
    standing: SpaceStanding
    is_own: bool
    speaks: bool
    looks: bool


async def find_space(db: AsyncSession, viewer: Viewer, campaign_id: int) -> SpaceStanding:
    """What the viewer is in the campaign's safe space; raises SignInNeeded, and NotFound where
    there is none for them."""
    viewer.must_sign_in()
    standing = await _standing(db, viewer, campaign_id)
    if not (standing.manages or standing.facilitates or standing.space.lets_hide):
        raise NotFound
    return standing


async def own_voice(db: AsyncSession, viewer: Viewer, campaign_id: int) -> VoiceView | None:
    """The name behind which the viewer takes part in the campaign, if they chose one."""
    signatures = signatures_of(db, campaign_id, viewer.person_id)
    found = await rows_of(db, BY_SIGNATURE, {"signatures": signatures})
    return VoiceView(*found[0]) if found else None


async def writes_as(db: AsyncSession, viewer: Viewer, person_id: int) -> bool:
    """Whether the viewer hides behind the chosen name that this person is, speaks for them, or was
    the first who did."""
    found = await rows_of(db, WHOSE, {"person_id": person_id})
    if not found:
        return False
    whose = found[0]
    if viewer.is_person(whose.through_id) or viewer.is_person(whose.written_by):
        return True
    if whose.signature is None:
        return False
    return whose.signature in signatures_of(db, whose.campaign_id, viewer.person_id)


async def find_voice(db: AsyncSession, viewer: Viewer, voice_id: int) -> VoiceStanding:
    """The voice, for whoever is behind it, and for facilitators and managers of its campaign, who
    are not told who that is; raises SignInNeeded, and NotFound for everybody else, after as many
    queries as where there is none."""
    asked: dict[str, Any] = {"voice_id": voice_id}
    place = await rows_of(db, PLACE, asked) if voice_id <= MOST else ()
    signatures = signatures_of(db, place[0].campaign_id if place else 0, viewer.person_id)
    is_own = bool(place) and place[0].signature in signatures
    asked |= {"signatures": signatures, **viewer.bound}
    found = await rows_of(db, FIND, asked) if voice_id <= MOST else ()
    if not found:
        raise NotFound
    voice = VoiceView(*found[0])
    standing = await _standing(db, viewer, voice.campaign_id)
    speaks = standing.facilitates and viewer.is_person(voice.through_id)
    wrote_it = standing.facilitates and viewer.is_person(voice.written_by)
    return VoiceStanding(
        voice=voice,
        standing=standing,
        is_own=is_own,
        speaks=is_own or speaks,
        looks=not is_own and (standing.manages or wrote_it),
    )


async def _standing(db: AsyncSession, viewer: Viewer, campaign_id: int) -> SpaceStanding:
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    space = await space_of(db, campaign.id)
    facilitates = await is_facilitator(db, viewer, campaign.id)
    return SpaceStanding(campaign, space, manages, facilitates)


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


async def support_without_names(db: AsyncSession, idea_id: int) -> int:
    """How many support an idea through a facilitator."""
    ((count,),) = await rows_of(db, SUPPORT_WITHOUT_NAMES, {"idea_id": idea_id})
    return int(count)


async def supporting(db: AsyncSession, idea_id: int, voices: Sequence[VoiceView]) -> set[int]:
    """The numbers of those of the voices that support the idea."""
    people = {voice.person_id: voice.id for voice in voices}
    found = await rows_of(db, SUPPORTING, {"idea_id": idea_id, "people": list(people)})
    return {people[person_id] for (person_id,) in found}
