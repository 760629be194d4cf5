"""The tables of the safe space. Only `voice_link` says who somebody is, and it is sealed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class LinkEnd(StrEnum):
    """Why what led to a person was deleted."""

    ASKED = "asked"
    TIME = "time"


class SafeSpace(Numbered, Dated, Base):
    """A version of what a campaign allows; the newest one holds."""

    __tablename__ = "safe_space"
    __table_args__ = (Index("ix_safe_space_campaign_id", "campaign_id", "id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    # Whether people who are signed in may contribute without their name.
    lets_hide: Mapped[bool] = mapped_column(server_default=text("false"))
    # Whether facilitators may speak for people who cannot be named.
    lets_speak_for: Mapped[bool] = mapped_column(server_default=text("false"))
    # How long it is kept who somebody is.
    days: Mapped[int] = mapped_column(server_default=text("365"))
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Facilitator(Numbered, Dated, Base):
    """A person who may speak in a campaign for those who cannot be named, from when until when."""

    __tablename__ = "facilitator"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


# Nobody is named twice at a time.
Index(
    "uq_facilitator_standing",
    Facilitator.campaign_id,
    Facilitator.person_id,
    unique=True,
    postgresql_where=Facilitator.ended_at.is_(None),
)


class Voice(Numbered, Dated, Base):
    """Somebody who takes part in one campaign under a name that was chosen for it.

    `person_id` is a row of `person` with that name alone, so that nothing which names an author can
    lead further. `signature` finds the voice of somebody who is signed in: it is made of their
    number with the site's key, and says nothing without it.
    """

    __tablename__ = "voice"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("signature"))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signature: Mapped[str | None] = mapped_column(String(40))


class VoiceLink(Numbered, Dated, Base):
    """Who the person behind a voice is, sealed with the site's key."""

    __tablename__ = "voice_link"
    __table_args__ = (UniqueConstraint("voice_id"),)

    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The facilitator who wrote it; None: the site, for somebody who was signed in.
    written_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_until: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    deleted_why: Mapped[LinkEnd | None] = mapped_column(String(20))


# For the clock, which deletes those whose time is over.
Index(
    "ix_voice_link_kept_until", VoiceLink.kept_until, postgresql_where=VoiceLink.sealed.is_not(None)
)


class NameBar(Numbered, Base):
    """Until when somebody may choose no other name in a campaign, as theirs was suspended when what
    led from it to them was deleted. It says neither who they are nor what the name was: there is no
    moment of its own, and the end is that of a day."""

    __tablename__ = "name_bar"

    signature: Mapped[str] = mapped_column(String(40), index=True)
    until: Mapped[datetime] = mapped_column(index=True)


class LinkLook(Numbered, Dated, Base):
    """That somebody looked at who the person behind a voice is, and why. What they saw is stored
    nowhere. `press` is of the form: pressed twice, it is one look."""

    __tablename__ = "link_look"
    __table_args__ = (
        UniqueConstraint("looked_by", "press"),
        Index("ix_link_look_voice_id", "voice_id", "id"),
    )

    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id"))
    looked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    press: Mapped[str] = mapped_column(String(40))
