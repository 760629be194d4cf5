"""The things that a person follows or has chosen mail for, with their titles."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.queries import (
    followed_campaigns,
    followed_hosts,
    followed_ideas,
    followed_people,
    followed_tags,
)
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.notifications.models import MailWish
from ideahub.organisations.models import Organisation, Person

NUMBERS = bindparam("numbers", type_=ARRAY(BigInteger))
TITLES = {
    "idea": select(Idea.id, Idea.title)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == any_(NUMBERS), VISIBLE_IDEAS),
    "campaign": select(Campaign.id, Campaign.title).where(
        Campaign.id == any_(NUMBERS), VISIBLE_CAMPAIGNS
    ),
    "organisation": select(Organisation.id, Organisation.name).where(
        Organisation.id == any_(NUMBERS)
    ),
    "person": select(Person.id, Person.name).where(Person.id == any_(NUMBERS)),
}
CHOSEN = select(MailWish.thing).where(
    MailWish.person_id == VIEWER_ID, MailWish.thing != "", MailWish.ended_at.is_(None)
)


async def titles_of(db: AsyncSession, viewer: Viewer, things: Sequence[str]) -> dict[str, str]:
    """The titles of those of the things that the viewer may see; tags are their own."""
    found: dict[str, str] = {}
    for kind, statement in TITLES.items():
        numbers = [int(key) for named, _, key in _split(things) if named == kind and key.isdigit()]
        if numbers:
            rows = await rows_of(db, statement, {**viewer.bound, "numbers": numbers})
            found |= {f"{kind}:{number}": title for number, title in rows}
    return found | {f"tag:{key}": key for named, _, key in _split(things) if named == "tag"}


def _split(things: Sequence[str]) -> list[tuple[str, str, str]]:
    return [one.partition(":") for one in things]


async def own_things(db: AsyncSession, viewer: Viewer) -> dict[str, str]:
    """What the viewer follows, and what else they have chosen mail for, with the titles."""
    followed = {f"idea:{one.id}": one.title for one in (await followed_ideas(db, viewer)).ideas}
    for one in await followed_campaigns(db, viewer):
        followed[f"campaign:{one.id}"] = one.name
    followed |= {f"organisation:{one.id}": one.name for one in await followed_hosts(db, viewer)}
    followed |= {f"person:{one.id}": one.name for one in await followed_people(db, viewer)}
    followed |= {f"tag:{one.id}": one.id for one in await followed_tags(db, viewer)}
    chosen = [thing for (thing,) in await rows_of(db, CHOSEN, viewer.bound)]
    others = [thing for thing in chosen if thing not in followed]
    return followed | await titles_of(db, viewer, others)
