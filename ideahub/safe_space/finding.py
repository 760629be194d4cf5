"""Queries that find a chosen name, and what the viewer is to it and in its campaign."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, any_, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import String

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import MANAGES, VISIBLE_CAMPAIGNS, find_and_manages
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.organisations.models import Person, Unnamed
from ideahub.safe_space.facilitating import STANDS, is_facilitator
from ideahub.safe_space.identity import signatures_of
from ideahub.safe_space.models import Facilitator, Voice, VoiceLink
from ideahub.safe_space.names import VOICES, VoiceView
from ideahub.safe_space.settings import Space, space_of

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

    @property
    def url(self) -> str:
        """The address of the page about it. One's own has no number: addresses are kept beside
        accounts, in logs and with forms that wait for somebody to sign in."""
        return own_url(self.voice.campaign_id) if self.is_own else self.voice.url


def own_url(campaign_id: int) -> str:
    """The address of the page about one's own chosen name."""
    return f"/safe-space/{campaign_id}/own-name"


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


async def find_own(db: AsyncSession, viewer: Viewer, campaign_id: int) -> VoiceStanding:
    """The viewer's own chosen name in the campaign; raises SignInNeeded, and NotFound where they
    have none or cannot see the campaign."""
    viewer.must_sign_in()
    own = await own_voice(db, viewer, campaign_id) if campaign_id <= MOST else None
    if own is None:
        raise NotFound
    return await find_voice(db, viewer, own.id)


async def _standing(db: AsyncSession, viewer: Viewer, campaign_id: int) -> SpaceStanding:
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    space = await space_of(db, campaign.id)
    facilitates = await is_facilitator(db, viewer, campaign.id)
    return SpaceStanding(campaign, space, manages, facilitates)
