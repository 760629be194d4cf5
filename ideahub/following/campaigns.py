"""Rules and look-ups for following a campaign."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, page_of
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of, table_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import CampaignFollow

MOST = 50
FOLLOW = table_of(CampaignFollow)
CAMPAIGN_ID = bindparam("of_campaign", type_=BigInteger)
BY_PERSON = bindparam("by_person", type_=BigInteger)
BEGIN = (
    insert(FOLLOW)
    .values(campaign_id=CAMPAIGN_ID, person_id=BY_PERSON)
    .on_conflict_do_nothing()
    .returning(FOLLOW.c.campaign_id)
)
CEASE = (
    delete(FOLLOW)
    .where(FOLLOW.c.campaign_id == CAMPAIGN_ID, FOLLOW.c.person_id == BY_PERSON)
    .returning(FOLLOW.c.campaign_id)
)
FOLLOWERS = select(func.count()).where(FOLLOW.c.campaign_id == CAMPAIGN_ID)
FOLLOWS = select(FOLLOW.c.campaign_id).where(
    FOLLOW.c.campaign_id == CAMPAIGN_ID, FOLLOW.c.person_id == VIEWER_ID
)
FOLLOWED = (
    select(Campaign.id, Campaign.kind, Campaign.title, Campaign.question)
    .join(CampaignFollow, CampaignFollow.campaign_id == Campaign.id)
    .where(CampaignFollow.person_id == VIEWER_ID, VISIBLE_CAMPAIGNS)
    .order_by(CampaignFollow.created_at.desc(), Campaign.id.desc())
    .limit(constant(MOST))
)


class FollowedCampaign(msgspec.Struct, frozen=True):
    """A campaign that a person follows."""

    id: int
    kind: str
    title: str
    question: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_of(self.kind, self.id)


async def follow_campaign(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Makes the viewer follow the campaign; does nothing where they do already.

    Raises SignInNeeded for a stranger, Conflict for a draft.
    """
    viewer.must_sign_in()
    if not campaign.is_published:
        raise Conflict(_("This can be followed once it is published."))
    if await _changed(db, BEGIN, viewer, campaign):
        await record(db, Kind.CAMPAIGN_FOLLOWED, viewer, on=campaign)


async def unfollow_campaign(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Ends the viewer's following of the campaign, if any. Raises SignInNeeded for a stranger."""
    viewer.must_sign_in()
    if await _changed(db, CEASE, viewer, campaign):
        await record(db, Kind.CAMPAIGN_UNFOLLOWED, viewer, on=campaign)


async def campaign_followers(db: AsyncSession, campaign_id: int) -> int:
    """How many people follow the campaign."""
    ((count,),) = await rows_of(db, FOLLOWERS, {CAMPAIGN_ID.key: campaign_id})
    return int(count)


async def follows_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> bool:
    """Whether the viewer, who is signed in, follows the campaign."""
    asked = {CAMPAIGN_ID.key: campaign_id, VIEWER_ID.key: viewer.id}
    return bool(await rows_of(db, FOLLOWS, asked))


async def followed_campaigns(db: AsyncSession, viewer: Viewer) -> list[FollowedCampaign]:
    """At most MOST campaigns that the viewer follows and may see, the last followed first."""
    return [FollowedCampaign(*row) for row in await rows_of(db, FOLLOWED, viewer.bound)]


async def _changed(db: AsyncSession, statement: Any, viewer: Viewer, campaign: Campaign) -> bool:
    values = {CAMPAIGN_ID.key: campaign.id, BY_PERSON.key: viewer.person_id}
    return (await db.execute(statement, values)).first() is not None
