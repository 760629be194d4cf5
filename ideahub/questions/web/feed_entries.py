"""What a campaign's feed tells of answers and announcements."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.http.feeds import MOST_ENTRIES, FeedEntry
from ideahub.questions.announcing import announcements_of
from ideahub.questions.models import LISTED, FaqEntry, FaqVersion
from ideahub.questions.queries import CAMPAIGN_ID

_changed = (
    select(func.max(FaqVersion.created_at))
    .where(FaqVersion.entry_id == FaqEntry.id)
    .correlate(FaqEntry)
    .scalar_subquery()
)
ANSWERS = (
    select(
        FaqEntry.id,
        FaqEntry.question,
        FaqEntry.answer_html,
        FaqEntry.answered_at,
        _changed.label("changed_at"),
    )
    .where(FaqEntry.campaign_id == CAMPAIGN_ID, FaqEntry.answered_at.is_not(None), LISTED)
    .order_by(_changed.desc(), FaqEntry.id.desc())
    .limit(constant(MOST_ENTRIES))
)


async def answer_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """The questions that were answered, with their answers."""
    rows = await rows_of(db, ANSWERS, {CAMPAIGN_ID.key: campaign.id})
    return [
        FeedEntry(
            f"answer-{row.id}",
            f"{campaign.url}/questions/{row.id}",
            " ".join(row.question.split()),
            row.answer_html,
            row.answered_at,
            row.changed_at,
        )
        for row in rows
    ]


async def announcement_entries(db: AsyncSession, campaign: Campaign) -> Sequence[FeedEntry]:
    """The latest announcements."""
    found = await announcements_of(db, campaign.id)
    return [
        FeedEntry(
            f"announcement-{one.id}",
            f"{campaign.url}/announcements/{one.id}",
            one.title,
            one.html,
            one.at,
            one.changed_at,
        )
        for one in found.announcements
    ]


FEEDS = (answer_entries, announcement_entries)
