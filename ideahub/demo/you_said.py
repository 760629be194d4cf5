"""Fills in two pages of “You said, we did”: of a challenge that is over, and of a quarter of the
city's; to each something is added since."""

from collections.abc import Container
from datetime import UTC, datetime, timedelta

from sqlalchemy import any_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constants
from ideahub.core.events import Event, Kind
from ideahub.demo.telling import DemoContext
from ideahub.you_said.added_sentences import KINDS
from ideahub.you_said.models import OutcomeSummary, SummaryVersion
from ideahub.you_said.preparing import prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import publish
from ideahub.you_said.scope import quarter_of
from ideahub.you_said.sentences import Section, SentenceKind, read, stored

ZONE = "Europe/Berlin"
LETTERS = (
    "Thank you to all who thought with us about our letters: every entry was read by three people."
)
QUARTER = (
    "This is what you told us in these months, and what we made of it. Where we owe you an answer, it says so "
    "below, and it stays there until you have it."
)


async def fill_you_said(db: AsyncSession, context: DemoContext, letters: str) -> None:
    """Publishes both; `letters` is the key of the challenge that is over."""
    ines, campaign = context.viewers["ines"], context.campaigns[letters]
    number = await prepare_for_campaign(db, ines, campaign)
    first = select(func.min(Event.created_at)).where(
        Event.campaign_id == campaign.id, Event.kind == Kind.AWARD_CONFIRMED
    )
    at = await db.scalar(first) or datetime.now(UTC)
    later = {SentenceKind.AWARDED, SentenceKind.NOT_CHOSEN}
    await _publish(db, context, number, LETTERS, at, later)
    city = context.campaigns["schools"].organisation_id
    quarter = quarter_of((datetime.now(UTC) - timedelta(days=30)).date())
    number = await prepare_for_quarter(db, ines, city, quarter, ZONE)
    await _publish(db, context, number, QUARTER, *await _last_outcome(db, number))


async def _last_outcome(db: AsyncSession, number: int) -> tuple[datetime, Container[object]]:
    """When the last outcome came of an idea that is named, and the number of that idea."""
    summary = await db.get_one(OutcomeSummary, number)
    named = [one.idea for one in read(summary.sentences) if one.idea]
    last = (
        select(Event.created_at, Event.idea_id)
        .where(Event.idea_id.in_(named), Event.kind == any_(constants(*KINDS)))
        .order_by(Event.created_at.desc())
        .limit(1)
    )
    found = (await db.execute(last)).one_or_none()
    return (found.created_at, {found.idea_id}) if found else (datetime.now(UTC), ())


async def _publish(
    db: AsyncSession,
    context: DemoContext,
    number: int,
    introduction: str,
    at: datetime,
    later: Container[object],
) -> None:
    """Publishes the summary as it was right before this moment, without the sentences on what came
    `later`: their kinds, or the numbers of their ideas."""
    summary = await db.get_one(OutcomeSummary, number)
    named = sorted({one.idea for one in read(summary.sentences) if one.idea})
    done = (Section.DONE, Section.NOT_DONE)
    kept = [
        one
        for one in read(summary.sentences)
        if one.section not in done or (one.kind not in later and one.idea not in later)
    ]
    summary.sentences, summary.introduction = stored(kept), introduction
    summary.figures_at = at - timedelta(hours=2)
    await db.flush()
    await publish(db, context.viewers["ines"], summary, summary.saved)
    await db.flush()
    version = update(SummaryVersion).where(SummaryVersion.summary_id == number)
    await db.execute(version.values(created_at=at - timedelta(hours=1), idea_ids=named))
