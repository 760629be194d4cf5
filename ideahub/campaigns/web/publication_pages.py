"""The values and forms of what says how far the publication of a campaign is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.planned_publication import standing_plan
from ideahub.campaigns.publication_history import publication_history
from ideahub.campaigns.review_state import ReviewState, content_fingerprint, review_now
from ideahub.campaigns.taking_part import taken_in
from ideahub.core import lengths
from ideahub.core.viewer import Viewer
from ideahub.http.forms import line, moment, text


@dataclass
class PublicationPlanForm:
    """When the clock is to publish it."""

    publish_at: datetime | None = moment()
    publish_zone: str = line(60)


@dataclass
class UnpublishForm:
    """Why it becomes a draft again."""

    unpublish_reason: str = text(lengths.FRAMING)


@dataclass
class ArchiveForm:
    """Why it is archived."""

    archive_reason: str = text(lengths.FRAMING)


@dataclass
class ReviewAnswerForm:
    """An admin's answer; `seen` is the fingerprint of what they looked at."""

    reason: str = text(lengths.FRAMING)
    seen: str = line(40)


async def publication_context(
    db: AsyncSession, viewer: Viewer, campaign: Campaign
) -> dict[str, Any]:
    """The variables of `campaigns/_publication.html`."""
    return {
        "publication": {
            "review": await review_now(db, campaign),
            "ReviewState": ReviewState,
            "plan": await standing_plan(db, campaign.id),
            "history": await publication_history(db, campaign.id),
            "taken_in": await taken_in(db, campaign.id) if campaign.published_at else 0,
        }
    }


async def decision_values(db: AsyncSession, campaign: Campaign) -> dict[str, str]:
    """What the form for an answer begins with."""
    return {"seen": await content_fingerprint(db, campaign)}


def form_key(name: str, campaign_id: int) -> str:
    """The name of one of these forms among drafts."""
    return f"campaign-{name}-{campaign_id}"
