"""The tables of sessions, known browsers, and codes that prove addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered


class Session(Numbered, Dated, Base):
    """A browser that is or was signed in. Only the hash of its secret is stored."""

    __tablename__ = "session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    browser: Mapped[str] = mapped_column(String(200), server_default="")
    address: Mapped[str] = mapped_column(String(60), server_default="")
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KnownBrowser(Dated, Base):
    """A browser on which a person has signed in, last at `seen_at`. Only a hash is stored."""

    __tablename__ = "known_browser"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class EmailCode(Numbered, Dated, Base):
    """A code that was sent to an address, to prove that the person reads mail there.

    It works only in the browser that asked for it, so that strangers cannot use up its tries. When
    it was used for joining, `code_hash` and `expires_at` become those of the ticket.
    """

    __tablename__ = "email_code"

    email: Mapped[str] = mapped_column(CITEXT, index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    used_at: Mapped[datetime | None]
