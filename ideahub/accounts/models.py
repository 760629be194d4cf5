"""Organisations, the people in them, what they may do where, and where they are signed in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import CITEXT, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.db import Base, Dated, Numbered


class Role(StrEnum):
    """What a grant lets a person do, in an organisation and all below it, or everywhere."""

    MANAGER = "manager"
    LEADER = "leader"
    JUDGE = "judge"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Organisation(Numbered, Dated, Base):
    """A public body or a part of one. A verified mail domain makes its people staff."""

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    mail_domain: Mapped[str | None] = mapped_column(CITEXT, unique=True)
    source_ref: Mapped[str | None] = mapped_column(String(300), unique=True)


class Person(Numbered, Dated, Base):
    """An account. With an organisation: staff. Without: a citizen.

    Imported participants have no address and can never sign in.
    """

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120), server_default="")
    email: Mapped[str | None] = mapped_column(CITEXT, unique=True)
    email_proved_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    # Made by the demo: signing in as this person takes one click, in demo mode only.
    demo: Mapped[bool] = mapped_column(server_default=text("false"))
    source_ref: Mapped[str | None] = mapped_column(String(300), unique=True)


class RoleGrant(Numbered, Base):
    """Who may do what, where (no organisation: everywhere), by whom, from when to when."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_standing",
            "person_id",
            "role",
            "organisation_id",
            unique=True,
            postgresql_where=text("revoked_at is null"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]


class Session(Numbered, Dated, Base):
    """A browser that is signed in. Only the hash of its secret is kept."""

    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    browser: Mapped[str] = mapped_column(String(200), server_default="")
    address: Mapped[str] = mapped_column(String(60), server_default="")
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KnownBrowser(Dated, Base):
    """A browser where a person has signed in before, and when last. Only a hash is kept."""

    __tablename__ = "known_browser"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class EmailCode(Numbered, Dated, Base):
    """A code sent to an address to prove that its holder reads it.

    It works only in the browser that asked for it: strangers cannot use up its tries.
    """

    __tablename__ = "email_code"

    email: Mapped[str] = mapped_column(CITEXT, index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    used_at: Mapped[datetime | None]


class Draft(Numbered, Base):
    """What a person has typed into a form and not sent yet."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "form"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form: Mapped[str] = mapped_column(String(80))
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Attempt(Numbered, Dated, Base):
    """A try that is counted against a limit: signing in, asking for a code, posting."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_created_at", "key", "created_at"),)

    key: Mapped[str] = mapped_column(String(200))
