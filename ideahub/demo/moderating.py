"""What moderators do in the demo: a hidden text whose author appeals, a report that is open, and a
text that is held."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind
from ideahub.demo.telling import DemoContext
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.moderation.appealing import appeal
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    TextKind,
    TextReport,
)
from ideahub.moderation.reporting import report
from ideahub.moderation.texts import find_text

CHALLENGE, MODERATOR = "schools", "lena"
AUTHOR, REPORTER = "farid", "clara"
HIDDEN = (
    "The owner of the red van from the bakery, Mr Kern in Mill Street 12, parks on the crossing "
    "every morning. Somebody should tell him what we think of that."
)
REASON = "Say what happens at the crossing, without who it is and where they live."
APPEAL = (
    "The bakery has its name on the van in large letters. But I can write it without the name and "
    "the address, if the rest is shown again."
)
REPORT = "This is about who watches the pupils, not about the way to school."
HELD = "Reflective vests for whole classes, at half the price: https://vests.example/classes"


async def fill_moderation(db: AsyncSession, context: DemoContext) -> None:
    """Reports, hides and holds texts of one challenge; nothing else in the demo changes."""
    of_challenge = Idea.campaign_id == context.campaigns[CHALLENGE].id, Idea.is_listed
    idea_id = (await db.scalars(select(Idea.id).where(*of_challenge).order_by(Idea.id))).all()[0]
    await _hide_and_appeal(db, context, idea_id)
    await _leave_a_report(db, context, idea_id)
    newcomer = await somebody(db, context.crowd[0])
    idea = await find_idea(db, newcomer, idea_id)
    await contribute(db, newcomer, idea, ContributionKind.OFFER, HELD)
    await _date_back(db)


async def _hide_and_appeal(db: AsyncSession, context: DemoContext, idea_id: int) -> None:
    author, moderator = context.viewers[AUTHOR], context.viewers[MODERATOR]
    idea = await find_idea(db, author, idea_id)
    said = await contribute(db, author, idea, ContributionKind.CONCERN, HIDDEN)
    await _report(db, context, said, "personal", "")
    case = (await db.scalars(select(ModerationCase.id))).one()
    hide = Choice(measure=Measure.HIDE, rule="personal", words=REASON)
    decision = await decide(db, moderator, case, hide)
    await appeal(db, author, decision, APPEAL)


async def _date_back(db: AsyncSession) -> None:
    """It was written, reported, hidden and appealed against on four days, one after the other."""
    taken = (await db.scalars(select(ModerationDecision))).one()
    case = await db.get_one(ModerationCase, taken.case_id)
    now, day = datetime.now(UTC), timedelta(days=1)
    written, reported, hidden, appealed = (now - ago * day for ago in (5, 4, 3, 2))
    case.created_at, case.closed_at, taken.created_at = reported, hidden, hidden
    text = Contribution.id == case.text_id
    moments = {"created_at": written, "hidden_at": hidden}
    await db.execute(update(Contribution).where(text).values(moments))
    of_case = TextReport.case_id == case.id
    await db.execute(update(TextReport).where(of_case).values(created_at=reported))
    of_taken = ModerationAppeal.decision_id == taken.id
    await db.execute(update(ModerationAppeal).where(of_taken).values(created_at=appealed))
    made = select(ModerationAppeal.id).where(of_taken).scalar_subquery()
    for kind, subject, at in (
        (Kind.CONTRIBUTION_MADE, case.text_id, written),
        (Kind.TEXT_REPORTED, case.id, reported),
        (Kind.TEXT_HIDDEN, case.text_id, hidden),
        (Kind.MODERATION_APPEALED, made, appealed),
    ):
        told = update(Event).where(Event.kind == kind, Event.subject_id == subject)
        await db.execute(told.values(created_at=at))


async def _leave_a_report(db: AsyncSession, context: DemoContext, idea_id: int) -> None:
    others = (
        select(Contribution.id)
        .where(
            Contribution.idea_id == idea_id,
            Contribution.is_listed,
            Contribution.author_id != context.people[REPORTER].id,
        )
        .order_by(Contribution.id)
    )
    await _report(db, context, (await db.scalars(others)).all()[0], "off-topic", REPORT)


async def _report(
    db: AsyncSession, context: DemoContext, number: int, rule: str, words: str
) -> None:
    reporter = context.viewers[REPORTER]
    text = await find_text(db, reporter, TextKind.CONTRIBUTION, number)
    await report(db, reporter, text, rule, words)
