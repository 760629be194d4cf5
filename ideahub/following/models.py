"""The tables of who follows what, and of when people were last on the page of an idea."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, column, func, table
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated


class Follow(Dated, Base):
    """A person follows an idea since `created_at`. The key allows one row for both.

    With `stopped_at` they do not, whatever else they have to do with the idea; pressing “Follow”
    again begins anew.
    """

    __tablename__ = "follow"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    stopped_at: Mapped[datetime | None]


class CampaignFollow(Dated, Base):
    """A person follows a campaign since `created_at`. The key allows one row for both."""

    __tablename__ = "campaign_follow"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class OrganisationFollow(Dated, Base):
    """A person follows an organisation since `created_at`. The key allows one row for both."""

    __tablename__ = "organisation_follow"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class PersonFollow(Dated, Base):
    """The person `person_id` follows the public deeds of another since `created_at`."""

    __tablename__ = "person_follow"

    followed_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class TagFollow(Dated, Base):
    """A person follows new ideas with a tag since `created_at`."""

    __tablename__ = "tag_follow"

    tag: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class IdeaVisit(Base):
    """When a person was on an idea's page. At `seen_at` they opened it last; what happened after
    `since` is new to them, NULL on their first visit."""

    __tablename__ = "idea_visit"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


# Who follows an idea: by themselves, or as an author, builder, sponsor or supporter of it; who
# stopped is not among them. `why` is what they have most to do with it: "author", "builder",
# "sponsor", "supporter" or "own". It is a view, made by a migration.
idea_follower = table(
    "idea_follower",
    column("idea_id", BigInteger),
    column("person_id", BigInteger),
    column("since", DateTime(timezone=True)),
    column("why", Text),
)
