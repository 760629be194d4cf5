"""The tables of sessions, known browsers, and of what people prove by who they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
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
    # When its person last proved who they are.
    proved_at: Mapped[datetime | None]


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


class Passkey(Numbered, Dated, Base):
    """A key pair of a device, by which a person signs in; the device keeps the secret half.

    `handle` is what the device knows the person by, the same for all their passkeys. `signatures`
    is what the device last said that it has made: it only grows, if the device counts at all; where
    it did not, somebody may have copied the key, which is noted in `doubted_at`.
    """

    __tablename__ = "passkey"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    handle: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[str] = mapped_column(String(lengths.PASSKEY_NAME))
    signatures: Mapped[int] = mapped_column(server_default=text("0"))
    used_at: Mapped[datetime | None]
    doubted_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class PasskeyChallenge(Numbered, Dated, Base):
    """Random bytes that a passkey has to sign, once, in the browser that asked for them.

    Only hashes are stored. `person_id` is who asked, where somebody was signed in.
    """

    __tablename__ = "passkey_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuthenticatorApp(Numbered, Dated, Base):
    """An app that shows a person a new code each half minute, made from a secret that both know.

    The secret is sealed with the site's key. It counts once it was `confirmed_at` by a code.
    `last_step` is the half minute of the last code that was used: no code works twice.
    `wrong_in_a_row` counts wrong codes since then; of many its owner was told at `told_at`.
    """

    __tablename__ = "authenticator_app"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(server_default=text("0"))
    wrong_in_a_row: Mapped[int] = mapped_column(server_default=text("0"))
    told_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


# A person has one app at a time.
Index(
    "uq_authenticator_app_standing",
    AuthenticatorApp.person_id,
    unique=True,
    postgresql_where=AuthenticatorApp.confirmed_at.is_not(None)
    & AuthenticatorApp.removed_at.is_(None),
)


class RecoveryCode(Numbered, Dated, Base):
    """A code that a person has on paper, for when the app is lost; it works once. Only a keyed hash
    is stored. Codes that were replaced by new ones keep their rows."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(40))
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class HalfSignIn(Numbered, Dated, Base):
    """Somebody who has proved one thing, and still has to type a code of their app.

    It is no session: it permits nothing but to go on, once, in the same browser.
    """

    __tablename__ = "half_sign_in"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # What they proved was their address, by a code from a mail.
    by_mail: Mapped[bool] = mapped_column(server_default=text("false"))
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    used_at: Mapped[datetime | None]


class PersonDisabling(Numbered, Base):
    """That an admin kept a person from signing in, from when until when, and why."""

    __tablename__ = "person_disabling"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    disabled_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    enabled_at: Mapped[datetime | None]
    enabled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


Index(
    "uq_person_disabling_standing",
    PersonDisabling.person_id,
    unique=True,
    postgresql_where=PersonDisabling.enabled_at.is_(None),
)
