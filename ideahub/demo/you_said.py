"""Fills in two pages of “You said, we did”: of a challenge that is over, and of a quarter of the
city's, to which something is added since."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.demo.promises import KEPT_DAYS
from ideahub.demo.telling import DemoContext
from ideahub.ideas.models import Idea
from ideahub.responses.models import OwedResponse
from ideahub.you_said.adding import add_until
from ideahub.you_said.collecting import collect
from ideahub.you_said.models import OutcomeSummary, SummaryVersion
from ideahub.you_said.preparing import prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import publish
from ideahub.you_said.scope import Scope, quarter_of, scope_of
from ideahub.you_said.sentences import Section, Sentence, SentenceKind, stored

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
    await _publish(db, context, of_letters, LETTERS, awarded + timedelta(days=1))
    city, now = context.campaigns["schools"].organisation_id, datetime.now(UTC)
    quarter = quarter_of((now - timedelta(days=30)).date())
    of_quarter = await prepare_for_quarter(db, ines, city, quarter, ZONE)
    # Right before pledges were kept.
    await _publish(db, context, of_quarter, QUARTER, now - timedelta(days=KEPT_DAYS + 1))
    present = (await db.execute(select(func.pg_current_xact_id()))).scalar_one()
    await add_until(db, int(str(present)) + 1)


async def _publish(
    db: AsyncSession, context: DemoContext, number: int, introduction: str, at: datetime
) -> None:
    """Publishes the summary as at this moment, with the figures of an hour before it."""
    summary = await db.get_one(OutcomeSummary, number)
    scope, figures_at = await scope_of(db, summary), at - timedelta(hours=1)
    until = scope._replace(end=min(scope.end, figures_at))
    found = [*await collect(db, until), *await _due_then(db, until)]
    summary.sentences, summary.introduction = stored(found), introduction
    summary.figures_at = figures_at
    await db.flush()
    await publish(db, context.viewers["ines"], summary, summary.saved)
    await db.flush()
    version = update(SummaryVersion).where(SummaryVersion.summary_id == number)
    await db.execute(
        version.values(created_at=at, so_far=at < scope.end if scope.quarter else False)
    )
    told = Event.kind.in_((Kind.SUMMARY_PREPARED, Kind.SUMMARY_PUBLISHED))
    done = update(Event).where(told, Event.subject_id == number)
    await db.execute(done.values(created_at=at))


async def _due_then(db: AsyncSession, scope: Scope) -> list[Sentence]:
    """The answers that were due at the end of the scope and have been given since."""
    given_since = (
        select(OwedResponse.id, OwedResponse.idea_id, OwedResponse.due_on)
        .join(Idea, Idea.id == OwedResponse.idea_id)
        .where(
            Idea.campaign_id.in_(scope.campaigns),
            OwedResponse.owed_since < scope.end,
            OwedResponse.answered_at >= scope.end,
        )
        .order_by(OwedResponse.due_at)
    )
    return [_due(*row) for row in await db.execute(given_since)]


def _due(number: int, idea_id: int, day: date) -> Sentence:
    return Sentence(
        section=Section.NEXT,
        kind=SentenceKind.ANSWER_DUE,
        path=f"/ideas/{idea_id}#idea-{idea_id}-response",
        idea=idea_id,
        row=number,
        times={"on": day.isoformat()},
    )
