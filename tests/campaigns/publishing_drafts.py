"""Drafts that lack nothing, and what happens to them, for several tests."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.publication_history import publication_history
from ideahub.campaigns.publication_models import CampaignReview
from ideahub.organisations.models import Organisation
from tests.campaigns.setting_up import seen_on
from tests.conftest import Browser
from tests.support.cast import make_campaign

DAY = timedelta(days=1)


async def ready_draft(db: AsyncSession, organisation: Organisation, **columns: Any) -> Campaign:
    """A draft that lacks nothing."""
    columns = {"description": "Why we ask", "kind": CampaignKind.CHALLENGE} | columns
    return await make_campaign(db, organisation, published=False, closes=30 * DAY, **columns)


async def stored(db: AsyncSession, campaign: Campaign) -> Campaign:
    """The campaign as it is stored now."""
    await db.refresh(campaign)
    return campaign


async def reviews_of(db: AsyncSession, campaign: Campaign) -> list[CampaignReview]:
    """The requests for a review, the first one first."""
    asked = select(CampaignReview).where(CampaignReview.campaign_id == campaign.id)
    found = await db.scalars(
        asked.order_by(CampaignReview.id).execution_options(populate_existing=True)
    )
    return list(found.all())


async def record_of(db: AsyncSession, campaign: Campaign) -> list[tuple[str, str]]:
    """The sentences of the record with their reasons, by name: within a test all of it happens at
    one moment."""
    lines = await publication_history(db, campaign.id)
    return sorted((line.sentence, line.reason) for line in lines)


async def answer(browser: Browser, campaign: Campaign, deed: str, reason: str = "") -> int:
    """Opens the page of the review and answers; returns the status."""
    at = f"/management/{campaign.id}/review"
    seen = seen_on((await browser.get(at)).text)
    sent = {"seen": seen, "do": deed, "reason": reason}
    return (await browser.post(f"{at}/decision", sent)).status_code
