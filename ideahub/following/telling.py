"""Tells those who follow a campaign what happens to it, and its news."""

from sqlalchemy import Select, select

from ideahub.campaigns.telling import tells_of_campaign
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _, ngettext
from ideahub.core.telling import AnnouncementGroup, Tell
from ideahub.following.models import CampaignFollow
from ideahub.public_voting.telling import tells_of_vote
from ideahub.questions.announcement_groups import FOLLOWERS as KEY
from ideahub.questions.telling import tells_of_news


def followers(event: Event) -> Select[int]:
    """Those who followed the campaign as the deed was done, and still do."""
    return select(CampaignFollow.person_id).where(
        CampaignFollow.campaign_id == event.campaign_id,
        CampaignFollow.created_at <= event.created_at,
    )


FOLLOWERS = AnnouncementGroup(
    KEY,
    lambda many: ngettext("Followers: %(num)s person", "Followers: %(num)s people", many),
    lambda: _("followers"),
    followers,
)
TELLS: dict[Kind, Tell] = {
    **tells_of_campaign(followers),
    **tells_of_news(followers),
    **tells_of_vote(followers),
}
