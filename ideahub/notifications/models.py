"""The tables of what people were told, and of how far the events have been read for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered
from ideahub.core.events import Kind


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


Index(
    "ix_notification_unread",
    Notification.person_id,
    postgresql_where=Notification.read_at.is_(None),
)


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
