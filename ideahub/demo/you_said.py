"""Fills in two pages of “You said, we did”: of a challenge that is over, and of a quarter of the
city's; to each something is added since."""

from collections.abc import Container
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.demo.promises import KEPT_DAYS
from ideahub.demo.telling import DemoContext
from ideahub.you_said.adding import add_until
from ideahub.you_said.models import OutcomeSummary, SummaryAddition, SummaryVersion
from ideahub.you_said.preparing import prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import publish
from ideahub.you_said.scope import quarter_of
from ideahub.you_said.sentences import SentenceKind, read, stored

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
    of_letters = await prepare_for_campaign(db, ines, campaign)
    first = select(func.min(Event.created_at)).where(
        Event.campaign_id == campaign.id, Event.kind == Kind.AWARD_CONFIRMED
    )
    awarded = await db.scalar(first) or datetime.now(UTC)
    later = {SentenceKind.AWARDED, SentenceKind.NOT_CHOSEN}
    await _publish(db, context, of_letters, LETTERS, awarded - timedelta(hours=1), later)
    city, now = context.campaigns["schools"].organisation_id, datetime.now(UTC)
    quarter = quarter_of((now - timedelta(days=30)).date())
    of_quarter = await prepare_for_quarter(db, ines, city, quarter, ZONE)
    # Right before pledges were kept.
    await _publish(db, context, of_quarter, QUARTER, now - timedelta(days=KEPT_DAYS + 1))
    await _add(db, of_letters, of_quarter)


async def _publish(
    db: AsyncSession,
    context: DemoContext,
    number: int,
    introduction: str,
    at: datetime,
    later: Container[SentenceKind] = (),
) -> None:
    """Publishes the summary as at this moment, without sentences of the kinds that came `later`."""
    summary = await db.get_one(OutcomeSummary, number)
    kept = [one for one in read(summary.sentences) if one.kind not in later]
    summary.sentences, summary.introduction = stored(kept), introduction
    summary.figures_at = at - timedelta(hours=1)
    await db.flush()
    await publish(db, context.viewers["ines"], summary, summary.saved)
    await db.flush()
    version = update(SummaryVersion).where(SummaryVersion.summary_id == number)
    await db.execute(version.values(created_at=at))


async def _add(db: AsyncSession, *numbers: int) -> None:
    """Adds what came after; the sentences of a version that tell the same already are taken out."""
    present = (await db.execute(select(func.pg_current_xact_id()))).scalar_one()
    await add_until(db, int(str(present)) + 1)
    for number in numbers:
        added = select(SummaryAddition.sentence).where(SummaryAddition.summary_id == number)
        since = {(one.kind, one.idea) for one in read((await db.scalars(added)).all())}
        for version in await db.scalars(select(SummaryVersion).filter_by(summary_id=number)):
            told = read(version.sentences)
            version.sentences = stored(one for one in told if (one.kind, one.idea) not in since)
    await db.flush()
