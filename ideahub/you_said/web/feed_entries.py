"""What a campaign's feed tells of its summary."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _
from ideahub.http.feeds import FeedEntry
from ideahub.you_said.places import page_of_campaign
from ideahub.you_said.queries import latest_of_campaign


async def summary_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """The summary, as it was published last."""
    shown = await latest_of_campaign(db, campaign.id)
    if shown is None:
        return []
    title = _("You said, we did")
    at, html = page_of_campaign(campaign), shown.introduction_html
    return [FeedEntry(f"you-said-{shown.summary_id}", at, title, html, shown.published_at)]


FEEDS = (summary_entries,)
