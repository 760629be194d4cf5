"""The addresses of summaries."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.scope import Quarter, quarter_of


def page_of_campaign(campaign: Campaign) -> str:
    """The page of a campaign's summary."""
    return f"{campaign.url}/you-said"


def page_of_quarters(organisation_id: int) -> str:
    """The page with the summaries of an organisation."""
    return f"/organisations/{organisation_id}/quarters"


def page_of_quarter(organisation_id: int, quarter: Quarter) -> str:
    """The page of the summary of a quarter."""
    return f"{page_of_quarters(organisation_id)}/{quarter.year}/{quarter.number}"


async def page_of_summary(db: AsyncSession, summary: OutcomeSummary) -> str:
    """The page on which everyone reads the summary, once it is published."""
    if summary.campaign_id is not None:
        return page_of_campaign(await db.get_one(Campaign, summary.campaign_id))
    assert summary.organisation_id is not None
    assert summary.starts_on is not None
    return page_of_quarter(summary.organisation_id, quarter_of(summary.starts_on))
