"""The tables of custom entry forms, entries, their revisions, files and teams."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class FieldKind(StrEnum):
    """What an entry form can ask for."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    LINK = "link"
    FILE = "file"
    CONSENT = "consent"


class MemberRole(StrEnum):
    """What somebody is in the team of an entry; the captain submits it."""

    CAPTAIN = "captain"
    MEMBER = "member"


class EntryForm(Numbered, Dated, Base):
    """A version of what a phase asks of its entries. Once `frozen_at` is set, an entry was begun
    with it, and nothing of it changes: a change makes the next version."""

    __tablename__ = "entry_form"
    __table_args__ = (UniqueConstraint("phase_id", "version"),)

    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime | None]


class EntryField(Numbered, Base):
    """A question of an entry form. Its `key` stays the same in later versions, so that answers
    can be taken along."""

    __tablename__ = "entry_field"
    __table_args__ = (UniqueConstraint("form_id", "key"),)

    form_id: Mapped[int] = mapped_column(ForeignKey("entry_form.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[FieldKind] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(lengths.FIELD_LABEL))
    help: Mapped[str] = mapped_column(String(lengths.FIELD_HELP), server_default="")
    required: Mapped[bool] = mapped_column(server_default=text("false"))
    # Whether judges see the answer where they read blind.
    shown_blind: Mapped[bool] = mapped_column(server_default=text("true"))
    # Whether everybody can read the answer where the entry is put to a public vote.
    shown_public: Mapped[bool] = mapped_column(server_default=text("false"))
    options: Mapped[list[str]] = mapped_column(
        ARRAY(String(lengths.FIELD_CHOICE)), server_default=text("'{}'")
    )
    # Of a text its longest length in characters; of several choices, how many may be chosen.
    most: Mapped[int | None]
    # Of a number.
    least_value: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    most_value: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))


class Entry(Numbered, Dated, Base):
    """What a person or a team sends to a phase that accepts entries.

    `answers` is what its team is writing now, by the keys of the fields of `form_id`; what counts
    is the frozen revision `submitted_id`. Without it the entry is a draft, which only its members
    see. An entry that a manager made for somebody counts once that person has confirmed it.
    """

    __tablename__ = "entry"
    __table_args__ = (
        # A challenge counts its entries from 1, in the order of their first submission.
        UniqueConstraint("campaign_id", "number"),
        Index("ix_entry_phase_id", "phase_id", "id"),
        Index("ix_entry_idea_id", "idea_id"),
        Index("ix_entry_carried_from_id", "carried_from_id"),
        Index("ix_entry_submitted_id", "submitted_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    form_id: Mapped[int] = mapped_column(ForeignKey("entry_form.id"))
    number: Mapped[int | None]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(lengths.TITLE), server_default="")
    team_name: Mapped[str] = mapped_column(String(lengths.TEAM_NAME), server_default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    # Counts up with each change of `answers`, so that two members do not overwrite each other.
    saved: Mapped[int] = mapped_column(server_default=text("0"))
    saved_at: Mapped[datetime | None]
    submitted_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry_revision.id", use_alter=True)
    )
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Made by a manager for somebody else, whose address it is.
    on_behalf_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    # Made of an idea, as it was in this revision; or carried on from an earlier phase.
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    idea_revision: Mapped[int | None]
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))


# For whoever has made entries for others that are not confirmed yet: few among many.
Index(
    "ix_entry_on_behalf_by",
    Entry.on_behalf_by,
    postgresql_where=Entry.confirmed_at.is_(None),
)


class EntryRevision(Numbered, Base):
    """A frozen state of an entry, as it was submitted. Rows are never changed."""

    __tablename__ = "entry_revision"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    number: Mapped[int]
    form_id: Mapped[int] = mapped_column(ForeignKey("entry_form.id"))
    title: Mapped[str] = mapped_column(String(lengths.TITLE))
    team_name: Mapped[str] = mapped_column(String(lengths.TEAM_NAME), server_default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Who belonged to it then: a list of {"id", "name", "role"}.
    people: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # The answers to the questions of who may enter, as they were asked: a list of {"question",
    # "answer", "required"}.
    eligibility: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb")
    )
    # SHA-256 of its canonical content, in hexadecimal.
    content_hash: Mapped[str] = mapped_column(String(64))
    # By the clock at the moment of writing, not of the transaction's beginning.
    submitted_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    submitted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The number of the version of the rules that was in force; None where there were none.
    rules_number: Mapped[int | None]


class EntryFile(Numbered, Dated, Base):
    """A file that answers a question of an entry form. It stays as long as a revision names it."""

    __tablename__ = "entry_file"
    __table_args__ = (
        UniqueConstraint("token"),
        Index("ix_entry_file_entry_id", "entry_id"),
        CheckConstraint("num_nonnulls(content, stored_as) = 1", name="one_place"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    field_key: Mapped[str] = mapped_column(String(40))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token: Mapped[str] = mapped_column(String(60))
    media_type: Mapped[str] = mapped_column(String(100))
    file_name: Mapped[str] = mapped_column(String(lengths.FILE_NAME))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    stored_as: Mapped[str | None] = mapped_column(ForeignKey("stored_file.name"))
    removed_at: Mapped[datetime | None]


class EntryMember(Numbered, Base):
    """Somebody who belongs to an entry; who has left stays in the record."""

    __tablename__ = "entry_member"
    __table_args__ = (Index("ix_entry_member_person_id", "person_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[MemberRole] = mapped_column(String(20), server_default=MemberRole.MEMBER)
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    left_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


Index(
    "ix_entry_member_now",
    EntryMember.entry_id,
    EntryMember.person_id,
    unique=True,
    postgresql_where=EntryMember.left_at.is_(None),
)


class EntryInvitation(Numbered, Dated, Base):
    """An invitation to the team of an entry, or to confirm an entry made on one's behalf."""

    __tablename__ = "entry_invitation"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        Index("ix_entry_invitation_entry_id", "entry_id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    address: Mapped[str] = mapped_column(String(lengths.ADDRESS))
    # Who was invited by name, as somebody who contributed to the idea; their address is not shown.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[MemberRole] = mapped_column(String(20), server_default=MemberRole.MEMBER)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


# By whom it was sent to; capitals make no difference.
Index("ix_entry_invitation_address", func.lower(EntryInvitation.address))


class EntryContributor(Numbered, Base):
    """Somebody who contributed to the idea that an entry was made of, and is named with it."""

    __tablename__ = "entry_contributor"
    __table_args__ = (UniqueConstraint("entry_id", "person_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # "author", "co-author", or the kind of their contribution.
    role: Mapped[str] = mapped_column(String(40))


class TriageDecision(Numbered, Dated, Base):
    """Whether an entry may be judged, decided by a manager with a reason. The last one counts;
    rows are never changed."""

    __tablename__ = "triage_decision"
    __table_args__ = (Index("ix_triage_decision_entry_id", "entry_id", "id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("entry_revision.id"))
    is_eligible: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
