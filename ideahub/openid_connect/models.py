"""The tables of OpenID Connect: providers, who is known by them, and sign-ins under way."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered
from ideahub.core.viewer import Role

TEXTS = ARRAY(String(200))
NO_TEXTS = "{}"


class OpenIdProvider(Numbered, Dated, Base):
    """Where staff of an organisation sign in, by OpenID Connect.

    Its button is shown from `enabled_at` until `disabled_at`. The secret, and the key that stands
    in its place for `private_key_jwt`, are sealed with the site's keys.
    """

    __tablename__ = "openid_provider"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(lengths.PROVIDER_NAME))
    issuer: Mapped[str] = mapped_column(String(lengths.LINK))
    client_id: Mapped[str] = mapped_column(String(lengths.CLIENT_ID))
    proves_itself_by: Mapped[str] = mapped_column(String(40))
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    scopes: Mapped[str] = mapped_column(String(lengths.SCOPES))
    acr_values: Mapped[str] = mapped_column(String(lengths.SCOPES), server_default="")
    groups_claim: Mapped[str] = mapped_column(String(lengths.CLAIM_NAME))
    # The mail domains whose addresses it may say to be somebody's.
    mail_domains: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    # `tid` of Entra ID or `hd` of Google; without any, both are refused where they are needed.
    tenants: Mapped[list[str]] = mapped_column(TEXTS, server_default=NO_TEXTS)
    # It gives only addresses that it knows to be right, though it does not say `email_verified`.
    vouches_for_addresses: Mapped[bool] = mapped_column(server_default=text("false"))
    # It leaves the claim out for people in no group, so without it they are in none.
    leaves_out_no_groups: Mapped[bool] = mapped_column(server_default=text("false"))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    enabled_at: Mapped[datetime | None]
    enabled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    disabled_at: Mapped[datetime | None]
    disabled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class GroupRole(Numbered, Dated, Base):
    """Members of a provider's group get this role, in an organisation or everywhere (None)."""

    __tablename__ = "openid_group_role"

    provider_id: Mapped[int] = mapped_column(ForeignKey("openid_provider.id"), index=True)
    group: Mapped[str] = mapped_column(String(lengths.GROUP_NAME))
    role: Mapped[Role] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


Index(
    "uq_openid_group_role_standing",
    GroupRole.provider_id,
    GroupRole.group,
    GroupRole.role,
    GroupRole.organisation_id,
    unique=True,
    postgresql_where=GroupRole.removed_at.is_(None),
    postgresql_nulls_not_distinct=True,
)


class Identity(Numbered, Dated, Base):
    """Whom an issuer means by a subject. Never looked up by address, which may pass to another."""

    __tablename__ = "openid_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    issuer: Mapped[str] = mapped_column(String(lengths.LINK))
    subject: Mapped[str] = mapped_column(String(lengths.SUBJECT))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OpenIdSignIn(Numbered, Dated, Base):
    """A sign-in under way at a provider: for one browser, once, for ten minutes.

    Only hashes are stored; the nonce and the PKCE verifier are made from the browser's secret.
    """

    __tablename__ = "openid_sign_in"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    provider_id: Mapped[int] = mapped_column(ForeignKey("openid_provider.id"))
    next: Mapped[str] = mapped_column(String(2000), server_default="")
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class WaitingConnection(Numbered, Dated, Base):
    """Somebody whom a provider knows, and whose address has an account here: until its owner has
    signed in to it as before, and so has proved that both are theirs."""

    __tablename__ = "openid_connection"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("openid_provider.id"))
    # Who they are there, and the page to go to afterwards.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class OpenIdSession(Base):
    """What the provider calls a session of ours, so that it can end it (`sid`, or all of the
    subject), and the sealed ID token, by which we can ask it to end its own, once; None where it
    was handed out, or is of no use any more."""

    __tablename__ = "openid_session"
    __table_args__ = (Index("ix_openid_session_provider_id_sid", "provider_id", "sid"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("openid_identity.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("openid_provider.id"))
    sid: Mapped[str | None] = mapped_column(String(lengths.SUBJECT))
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    sealed_token: Mapped[bytes | None] = mapped_column(LargeBinary)


Index(
    "ix_openid_session_with_token",
    OpenIdSession.session_id,
    postgresql_where=OpenIdSession.sealed_token.is_not(None),
)


class SeenLogoutToken(Base):
    """A logout token that was used, so that nobody sends it a second time."""

    __tablename__ = "openid_logout_token"

    provider_id: Mapped[int] = mapped_column(ForeignKey("openid_provider.id"), primary_key=True)
    jti: Mapped[str] = mapped_column(String(lengths.SUBJECT), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
