"""The tables of what people were told, how they want mail, and how far events have been read."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered
from ideahub.core.events import Kind
from ideahub.core.telling import MessageKind

LONGEST_THING = 140


class Notification(Numbered, Dated, Base):
    """A deed that a person was told of, in their language. The key allows one for both."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index("ix_notification_person_id_id", "person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[Kind] = mapped_column(String(40))
    # The page with what they are told of; what the text is about is said by the event.
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300), server_default="")
    read_at: Mapped[datetime | None]
    about: Mapped[MessageKind] = mapped_column(String(20), server_default=MessageKind.ACTIVITY)
    # What they follow, where the event does not say it: "organisation:7"; see Message.thing.
    thing: Mapped[str] = mapped_column(String(LONGEST_THING), server_default="")
    # See Words.
    done_by: Mapped[str] = mapped_column(Text, server_default="")
    did: Mapped[str] = mapped_column(Text, server_default="")
    # They are told of what they can see no longer.
    although_gone: Mapped[bool] = mapped_column(server_default=false())
    # It waits for a digest.
    awaits_mail: Mapped[bool] = mapped_column(server_default=false())
    # When it was put into a mail, and which; a mail is deleted some time after it was sent.
    mailed_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"))


Index(
    "ix_notification_unread",
    Notification.person_id,
    postgresql_where=Notification.read_at.is_(None),
)


Index(
    "ix_notification_mail_id",
    Notification.mail_id,
    postgresql_where=Notification.mail_id.is_not(None),
)


Index(
    "ix_notification_awaits_mail",
    Notification.person_id,
    Notification.id,
    postgresql_where=Notification.awaits_mail,
)


class Rhythm(StrEnum):
    """How a person gets mail about something."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class MailWish(Numbered, Dated, Base):
    """How a person wants mail of a kind (`about`), or about one thing that they follow (`thing`,
    such as "idea:7"), from `created_at` until `ended_at`. `made_by_mail`: by a link in a mail."""

    __tablename__ = "mail_wish"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about: Mapped[str] = mapped_column(String(20), server_default="")
    thing: Mapped[str] = mapped_column(String(LONGEST_THING), server_default="")
    rhythm: Mapped[Rhythm] = mapped_column(String(10))
    made_by_mail: Mapped[bool] = mapped_column(server_default=text("false"))
    ended_at: Mapped[datetime | None]


Index(
    "uq_mail_wish_standing",
    MailWish.person_id,
    MailWish.about,
    MailWish.thing,
    unique=True,
    postgresql_where=MailWish.ended_at.is_(None),
)


class Digest(Base):
    """When a person gets digests: at `hour` of their zone each day, those of a week on `weekday`
    (0 is Monday). At `due_at` it is looked for what waits; NULL where nothing does."""

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    hour: Mapped[int] = mapped_column(server_default=text("8"))
    weekday: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]


Index("ix_digest_due_at", Digest.due_at, postgresql_where=Digest.due_at.is_not(None))


class TellingProgress(Base):
    """How far the events have been read, in the order of transactions and numbers: one row.

    `event_id` is the last event that was told to everyone. Of the one after it, people with numbers
    up to `told_to` have been told what is in the message at `place` among its messages.
    """

    __tablename__ = "telling_progress"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    xact_id: Mapped[int]
    event_id: Mapped[int]
    place: Mapped[int] = mapped_column(server_default=text("0"))
    told_to: Mapped[int] = mapped_column(server_default=text("0"))
