"""Queries for what a person follows, as far as they may see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Executable, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, page_of
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind
from ideahub.core.paging import MOST
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import (
    CampaignFollow,
    OrganisationFollow,
    PersonFollow,
    TagFollow,
    idea_follower,
)
from ideahub.following.things import Host, Tag
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.organisations.models import Organisation, Person

PAGE, MOST_OTHERS = 20, 50
# The time of the newest deed on an idea; following it does not count as a change, nor does
# showing one's name beside one's support.
CHANGED_AT = (
    select(func.max(Event.created_at))
    .where(
        Event.idea_id == Idea.id,
        Event.kind.not_in([Kind.IDEA_FOLLOWED, Kind.IDEA_UNFOLLOWED, Kind.VOTE_NAMED]),
    )
    .correlate(Idea)
    .scalar_subquery()
)
_changed_at = func.coalesce(CHANGED_AT, Idea.created_at).label("changed_at")
# Of whoever supports hundreds of ideas only a page is looked at, so it is paged by number.
FOLLOWED_IDEAS = (
    select(Idea.id, Idea.title, Idea.stage, idea_follower.c.why, _changed_at)
    .select_from(idea_follower)
    .join(Idea, Idea.id == idea_follower.c.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        idea_follower.c.person_id == VIEWER_ID,
        idea_follower.c.idea_id < bindparam("before", type_=BigInteger),
        VISIBLE_IDEAS,
    )
    .order_by(Idea.id.desc())
    .limit(constant(PAGE + 1))
)
FOLLOWED_CAMPAIGNS = (
    select(Campaign.id, Campaign.kind, Campaign.title, Campaign.question)
    .join(CampaignFollow, CampaignFollow.campaign_id == Campaign.id)
    .where(CampaignFollow.person_id == VIEWER_ID, VISIBLE_CAMPAIGNS)
    .order_by(CampaignFollow.created_at.desc(), Campaign.id.desc())
    .limit(constant(MOST_OTHERS))
)
FOLLOWED_HOSTS = (
    select(Organisation.id, Organisation.name)
    .join(OrganisationFollow, OrganisationFollow.organisation_id == Organisation.id)
    .where(OrganisationFollow.person_id == VIEWER_ID)
    .order_by(Organisation.name, Organisation.id)
    .limit(constant(MOST_OTHERS))
)
FOLLOWED_PEOPLE = (
    select(Person.id, Person.name)
    .join(PersonFollow, PersonFollow.followed_id == Person.id)
    .where(PersonFollow.person_id == VIEWER_ID)
    .order_by(Person.name, Person.id)
    .limit(constant(MOST_OTHERS))
)
FOLLOWED_TAGS = (
    select(TagFollow.tag)
    .where(TagFollow.person_id == VIEWER_ID)
    .order_by(TagFollow.tag)
    .limit(constant(MOST_OTHERS))
)


class FollowedIdea(msgspec.Struct, frozen=True):
    """An idea that a person follows, why they do, and the time of the last deed on it."""

    id: int
    title: str
    stage: Stage
    why: str
    changed_at: datetime

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/ideas/{self.id}"


class FollowedCampaign(msgspec.Struct, frozen=True):
    """A campaign that a person follows."""

    id: int
    kind: str
    title: str
    question: str

    @property
    def name(self) -> str:
        """What it is called: its title, or the question where it has none."""
        return self.title or self.question

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_of(self.kind, self.id)


class FollowedPerson(msgspec.Struct, frozen=True):
    """A person whose public deeds somebody follows."""

    id: int
    name: str

    @property
    def url(self) -> str:
        """The address of their page."""
        return f"/profiles/{self.id}"


class FollowedIdeas(NamedTuple):
    """A page of ideas, those posted last first; `before` is where the next one begins."""

    ideas: Sequence[FollowedIdea]
    before: int | None


async def followed_ideas(
    db: AsyncSession, viewer: Viewer, before: int | None = None
) -> FollowedIdeas:
    """PAGE ideas that the viewer follows and may see, or those before the one with this number."""
    asked = {**viewer.bound, "before": MOST if before is None else before}
    rows = await rows_of(db, FOLLOWED_IDEAS, asked)
    found = [FollowedIdea(*row) for row in rows[:PAGE]]
    return FollowedIdeas(found, found[-1].id if len(rows) > PAGE else None)


async def followed_campaigns(db: AsyncSession, viewer: Viewer) -> list[FollowedCampaign]:
    """At most MOST_OTHERS that the viewer follows and may see, the last followed first."""
    return [FollowedCampaign(*row) for row in await rows_of(db, FOLLOWED_CAMPAIGNS, viewer.bound)]


async def _by_name(db: AsyncSession, viewer: Viewer, some: Executable) -> Sequence[Any]:
    return await rows_of(db, some, {VIEWER_ID.key: viewer.id})


async def followed_hosts(db: AsyncSession, viewer: Viewer) -> list[Host]:
    """At most MOST_OTHERS organisations that the viewer follows, by name."""
    return [Host(*row) for row in await _by_name(db, viewer, FOLLOWED_HOSTS)]


async def followed_people(db: AsyncSession, viewer: Viewer) -> list[FollowedPerson]:
    """At most MOST_OTHERS people whom the viewer follows, by name."""
    return [FollowedPerson(*row) for row in await _by_name(db, viewer, FOLLOWED_PEOPLE)]


async def followed_tags(db: AsyncSession, viewer: Viewer) -> list[Tag]:
    """At most MOST_OTHERS tags that the viewer follows, by their letters."""
    return [Tag(*row) for row in await _by_name(db, viewer, FOLLOWED_TAGS)]


class FollowedCounts(NamedTuple):
    """How many things somebody follows."""

    ideas: int
    campaigns: int
    others: int


def _number(rows: Any, person_id: Any) -> Any:
    return select(func.count()).select_from(rows).where(person_id == VIEWER_ID).scalar_subquery()


COUNTS = select(
    _number(idea_follower, idea_follower.c.person_id),
    _number(CampaignFollow, CampaignFollow.person_id),
    _number(OrganisationFollow, OrganisationFollow.person_id)
    + _number(PersonFollow, PersonFollow.person_id)
    + _number(TagFollow, TagFollow.person_id),
)


async def count_followed(db: AsyncSession, viewer: Viewer) -> FollowedCounts:
    """How many things the viewer follows, also those that they may not see at present."""
    (counts,) = await rows_of(db, COUNTS, {VIEWER_ID.key: viewer.id})
    return FollowedCounts(*counts)
