"""What people ask in the demo, what is answered, and what is announced."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind
from ideahub.core.text.rendering import markdown_html
from ideahub.demo.telling import DemoContext
from ideahub.following.following import follow
from ideahub.following.models import CampaignFollow
from ideahub.questions.announcing import announce
from ideahub.questions.answering import answer_questions, written_answer
from ideahub.questions.asking import ask
from ideahub.questions.models import (
    Announcement,
    AskedQuestion,
    FaqEntry,
    FaqVersion,
    QuestionCategory,
)
from ideahub.questions.templates import TemplateText, keep_template


class DemoQuestion(NamedTuple):
    """What some people asked in their own words, and the answer that all can read, if any; `days`
    is how long ago it was answered."""

    category: QuestionCategory
    asked: dict[str, str]
    question: str = ""
    answer: str = ""
    days: int = 0
    campaign: str = "schools"


MANAGER = "ines"
FOLLOWERS, FOLLOWED_DAYS = ("ada", "ben", "clara", "deniz", "elena"), 20
QUESTIONS = (
    DemoQuestion(
        QuestionCategory.PARTICIPATION,
        {
            "deniz": "May my daughter's class post an idea together? She is nine.",
            "clara": "Can a whole school take part, or only single people?",
        },
        "Can a class or a whole school take part?",
        "Yes. One adult posts the idea, and names the class or the school in the text. Everybody "
        "else can build on it, and is named with what is taken up.",
        12,
    ),
    DemoQuestion(
        QuestionCategory.DATES,
        {"elena": "I am away next week. Can I still change my idea when I am back?"},
        "Until when can an idea be changed?",
        "As long as the challenge is open. After that the text stays as it is, so that all are "
        "compared by what they said on the same day.",
        8,
    ),
    DemoQuestion(
        QuestionCategory.RULES,
        {"farid": "Who owns a map that I draw for this?"},
        "Who owns what is handed in?",
        "You do. You allow the city to use it for this purpose, and **nothing else**. If a map or "
        "a drawing is published, your name stands beside it.",
        5,
    ),
    DemoQuestion(
        QuestionCategory.JUDGING,
        {"ben": "Does it count how many people support an idea, or only what the jury says?"},
    ),
    DemoQuestion(
        QuestionCategory.DATES,
        {"deniz": "Is there an evening on which one can ask in person?"},
    ),
    DemoQuestion(
        QuestionCategory.PARTICIPATION,
        {"kofi": "May somebody who works elsewhere name a rule, too?"},
        "May people who do not work in an office name a rule?",
        "Yes. Whoever meets a rule at the counter knows it as well as whoever applies it.",
        9,
        "rules",
    ),
    DemoQuestion(
        QuestionCategory.ENTRIES,
        {"clara": "We are six, and one of us moves away next month. Can we still enter together?"},
        "Can somebody leave a team later?",
        "Yes. Until entries close, members come and go; whoever belongs to the team when it is submitted "
        "is named. The captain can hand the entry over.",
        6,
        "stops",
    ),
    DemoQuestion(
        QuestionCategory.ENTRIES,
        {
            "farid": "My sketch shows the stop with two neighbours in front of it. Is it enough to make their "
            "faces unrecognisable?"
        },
        campaign="stops",
    ),
)


class DemoAnnouncement(NamedTuple):
    """News of a challenge or idea box, so many days ago."""

    campaign: str
    title: str
    text: str
    days: int


ANNOUNCEMENTS = (
    DemoAnnouncement(
        "rules",
        "The first rule is gone",
        "Since this month nobody needs a stamp on a copy any more. Thank you to the four who "
        "built on that idea.",
        10,
    ),
    DemoAnnouncement(
        "schools",
        "An evening to walk the routes together",
        "On the first Thursday of next month we walk two of the routes with the traffic engineers. "
        "Bring what you noticed, and shoes for rain.\n\nWe meet at the school in Lime Street at six.",
        3,
    ),
    DemoAnnouncement(
        "stops",
        "Two afternoons on which we write entries with you",
        "On the next two Tuesdays from three to six, Ms Moreau's team sits in the town hall, room 12, and at the "
        "telephone. Whoever wants to enter and has no computer tells us; we write it down, read it to you, and "
        "you confirm it.",
        4,
    ),
)


async def fill_questions(db: AsyncSession, context: DemoContext) -> None:
    """Asks, answers and announces, and lets some people follow a challenge."""
    manager, schools = context.viewers[MANAGER], context.campaigns["schools"]
    await _follow(db, context, schools)
    for question in QUESTIONS:
        await _ask(db, context, question)
    for news in ANNOUNCEMENTS:
        campaign, html = context.campaigns[news.campaign], await markdown_html(news.text)
        number = await announce(db, manager, campaign, news.title, news.text, html)
        await _date_back(db, Announcement, number, news.days)
    words = "Thank you for asking, {name}."
    await keep_template(
        db, manager, schools, TemplateText("See the page", "It stands on the page.", words)
    )


async def _follow(db: AsyncSession, context: DemoContext, campaign: Campaign) -> None:
    for person in FOLLOWERS:
        await follow(db, context.viewers[person], campaign)
    ago = timedelta(days=FOLLOWED_DAYS)
    back = update(CampaignFollow).values(created_at=CampaignFollow.created_at - ago)
    await db.execute(back.execution_options(synchronize_session=False))
    about = Event.campaign_id == campaign.id, Event.kind == Kind.CAMPAIGN_FOLLOWED
    await db.execute(update(Event).where(*about).values(created_at=Event.created_at - ago))


async def _ask(db: AsyncSession, context: DemoContext, question: DemoQuestion) -> None:
    campaign = context.campaigns[question.campaign]
    numbers = [
        await ask(db, context.viewers[person], campaign, question.category, words)
        for person, words in question.asked.items()
    ]
    for number in numbers:
        await _date_back(db, AskedQuestion, number, question.days + 1)
    if question.answer:
        answer = await written_answer(
            campaign, question.category, question.question, question.answer, ""
        )
        entry = await answer_questions(db, context.viewers[MANAGER], campaign, numbers, answer)
        entry.answered_at = func.now() - timedelta(days=question.days)
        await db.flush()
        await _date_back(db, FaqEntry, entry.id, question.days)
        back = FaqVersion.created_at - timedelta(days=question.days)
        of_entry = FaqVersion.entry_id == entry.id
        await db.execute(update(FaqVersion).where(of_entry).values(created_at=back))


async def _date_back(
    db: AsyncSession,
    table: type[Announcement | AskedQuestion | FaqEntry],
    number: int,
    days: int,
) -> None:
    """Changes the time of the row and of the deed about it, as if it had been done so long ago."""
    ago = timedelta(days=days)
    await db.execute(
        update(table).where(table.id == number).values(created_at=table.created_at - ago)
    )
    about = Event.subject_type == table.__tablename__, Event.subject_id == number
    await db.execute(update(Event).where(*about).values(created_at=Event.created_at - ago))
