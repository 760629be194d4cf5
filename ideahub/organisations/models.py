"""The tables of organisations, people and granted roles."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Computed, ForeignKey, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered
from ideahub.core.viewer import Role

# What a person is found by; the function is in the migration "Search in every language".
SEARCHED = "search_plain((((name)::text || ' '::text) || COALESCE((email)::text, ''::text)))"


class Unnamed(StrEnum):
    """Why the name of a person is not that of an account: it was chosen for one campaign, for
    somebody who takes part there `HIDDEN` behind it, or for whom a facilitator speaks."""

    HIDDEN = "hidden"
    SPOKEN_FOR = "spoken for"


class Organisation(Numbered, Dated, Base):
    """A public body or a part of one. A verified mail domain makes its people staff."""

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(lengths.ORGANISATION_NAME))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    mail_domain: Mapped[str | None] = mapped_column(CITEXT, unique=True)
    source_ref: Mapped[str | None] = mapped_column(String(300), unique=True)
    # Whether an admin looks at each challenge before it is published, here and in all below.
    reviews_before_publishing: Mapped[bool] = mapped_column(server_default=text("false"))


class Person(Numbered, Dated, Base):
    """An account. With an organisation: staff. Without: a citizen.

    Imported participants have no address and can never sign in.
    """

    __tablename__ = "person"
    __table_args__ = (
        # For the list of people, whose first page would else read everybody; also where a frequent
        # part of a name is searched for.
        Index(
            "ix_person_name",
            "name",
            "id",
            postgresql_include=["searched", "email", "organisation_id"],
        ),
        Index(
            "ix_person_searched",
            "searched",
            postgresql_using="gin",
            postgresql_ops={"searched": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )

    name: Mapped[str] = mapped_column(String(lengths.PERSON_NAME))
    title: Mapped[str] = mapped_column(String(lengths.PERSON_NAME), server_default="")
    email: Mapped[str | None] = mapped_column(CITEXT, unique=True)
    email_proved_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    # The language of pages and mails; None: as the browser asks.
    language: Mapped[str | None] = mapped_column(String(20))
    # The zone in whose mornings they get digests; None: the site's.
    timezone: Mapped[str | None] = mapped_column(String(64))
    # Whether they are named where they support an idea; None: as ideas/supporters.py has it.
    shows_support: Mapped[bool | None]
    # They have accepted to judge somewhere, so their menu leads to what they have to score.
    judges: Mapped[bool] = mapped_column(server_default=text("false"))
    # Until when a moderator has kept them from writing and voting; once that is past, they may.
    suspended_until: Mapped[datetime | None]
    # The same in some campaigns or organisations only: the last of these ends.
    partly_suspended_until: Mapped[datetime | None]
    # Made by the demo: signing in as this person takes one click, in demo mode only.
    demo: Mapped[bool] = mapped_column(server_default=text("false"))
    # Of somebody who takes part without their name; see the feature of the safe space. Nobody can
    # sign in as such a person.
    unnamed: Mapped[Unnamed | None] = mapped_column(String(20))
    # The facilitator who speaks for them.
    through_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # Since then they cannot sign in, get no mail, and their roles do not count; who disabled them
    # and why is in the table of accounts.
    disabled_at: Mapped[datetime | None]
    source_ref: Mapped[str | None] = mapped_column(String(300), unique=True)
    searched: Mapped[str] = mapped_column(Text, Computed(SEARCHED, persisted=True), deferred=True)


class RoleGrant(Numbered, Base):
    """A role that a person holds or held, in an organisation or everywhere (None)."""

    __tablename__ = "role_grant"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    # What else than a person granted it, and revokes it: a group that a provider of sign-ins says.
    source: Mapped[str | None] = mapped_column(String(40))
    # When that source last said so: where it falls silent, the role ends.
    confirmed_at: Mapped[datetime | None]


# Nobody holds the same role in the same organisation twice at a time.
Index(
    "uq_role_grant_standing",
    RoleGrant.person_id,
    RoleGrant.role,
    RoleGrant.organisation_id,
    unique=True,
    postgresql_where=RoleGrant.revoked_at.is_(None),
    postgresql_nulls_not_distinct=True,
)
FROM_SOURCE = RoleGrant.source.is_not(None) & RoleGrant.revoked_at.is_(None)
Index("ix_role_grant_source", RoleGrant.source, postgresql_where=FROM_SOURCE)
Index("ix_role_grant_confirmed_at", RoleGrant.confirmed_at, postgresql_where=FROM_SOURCE)
