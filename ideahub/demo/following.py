"""What people of the demo follow, so that each page of it shows something."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.viewer import Viewer
from ideahub.demo.telling import DemoContext
from ideahub.following.following import follow
from ideahub.following.things import Tag, find_host
from ideahub.organisations.profiles import profile_of

# Who follows whose public deeds, by their keys; and who follows which tag.
PEOPLE = (("clara", "elena"), ("ada", "clara"), ("ben", "elena"))
TAGS = (("clara", "schools"), ("ada", "language"))


async def fill_following(db: AsyncSession, context: DemoContext) -> None:
    """Adds who follows the organisations that ask, other people, and tags."""
    for who, whom in PEOPLE:
        viewer: Viewer = context.viewers[who]
        await follow(db, viewer, await profile_of(db, context.people[whom].id))
    for who, tag in TAGS:
        await follow(db, context.viewers[who], Tag(tag))
    hosts = {
        campaign.organisation_id
        for campaign in context.campaigns.values()
        if campaign.is_published and campaign.audience == Audience.PUBLIC
    }
    for number in sorted(hosts):
        for who in dict(PEOPLE):
            viewer = context.viewers[who]
            await follow(db, viewer, await find_host(db, viewer, number))
