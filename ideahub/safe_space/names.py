"""Names that were chosen for a campaign, as rules and pages see them; not whose they are."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from ideahub.organisations.models import Person, Unnamed
from ideahub.safe_space.facilitating import STANDS
from ideahub.safe_space.models import Facilitator, LinkEnd, Voice, VoiceLink

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
        """The address of the page about it, for facilitators and managers."""
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
