"""The parts of campaigns on the home pages and on the page from which one is managed."""

from datetime import datetime
from typing import Any

from ideahub.campaigns.browsing import CampaignFilters, browse_campaigns
from ideahub.campaigns.cards import CampaignStatus
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.review_queue import setbacks_of, waiting_reviews
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.web.terms import said_so_far, terms_pages
from ideahub.campaigns.writing_rules import rules_state
from ideahub.core.text.rendering import markdown_html
from ideahub.http.slots import Part, PartContext

MOST = 3


async def campaigns_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The first open challenges, and the first idea boxes."""
    challenges = CampaignFilters(CampaignKind.CHALLENGE, status=CampaignStatus.OPEN)
    asked = await browse_campaigns(context.db, context.viewer, challenges)
    boxes = await browse_campaigns(
        context.db, context.viewer, CampaignFilters(CampaignKind.IDEA_BOX, standing=True)
    )
    return {"challenges": asked.cards[:MOST], "boxes": boxes.cards[:MOST]}


async def publications_on_own_home(context: PartContext, _since: datetime) -> dict[str, Any]:
    """The drafts that wait for the viewer's review, and those of theirs that did not go out."""
    db, viewer = context.db, context.viewer
    return {
        "reviews": await waiting_reviews(db, viewer),
        "setbacks": await setbacks_of(db, viewer),
    }


async def terms_on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """What a challenge's terms say so far, and the pages where they are written."""
    if campaign.kind != CampaignKind.CHALLENGE:
        return {"pages": []}
    terms = await terms_of(context.db, campaign.id)
    return {"pages": terms_pages(campaign.id), "said": said_so_far(terms)}


async def rules_in_review(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """The rules that are published with the draft."""
    return {"html": await markdown_html((await rules_state(context.db, campaign.id)).text)}


PARTS = (
    Part(
        page="campaign review",
        key="rules_in_review",
        find=rules_in_review,
        templates={"body": "campaigns/_rules_in_review.html"},
        queries=2,
    ),
    Part(
        page="own home",
        key="publications",
        find=publications_on_own_home,
        templates={"waits": "campaigns/_publications_waiting.html"},
        queries=2,
    ),
    Part(
        page="management",
        key="terms_section",
        find=terms_on_management,
        templates={"sections": "campaigns/_terms_section.html"},
        queries=1,
    ),
    Part(
        page="home",
        key="campaigns",
        find=campaigns_on_home,
        templates={"body": "campaigns/_asked.html", "foot": "campaigns/_boxes.html"},
        queries=2,
    ),
)
