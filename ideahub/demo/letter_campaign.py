"""The demo's letter campaign: residents who send nearly the same text to an idea box."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.demo.dating import date_back
from ideahub.demo.telling import DemoContext
from ideahub.form_letters.grouping import read_letters
from ideahub.form_letters.grouping_contributions import read_contributions
from ideahub.form_letters.models import UnreadFormLetter
from ideahub.ideas.queries import find_idea
from ideahub.ideas.submitting import IdeaText, post_idea

TITLE = "One form for a street party, not nine signatures"
LETTER = (
    "Please change the rule for street parties. For one afternoon on our own street we need nine "
    "signatures from four offices, three weeks before, and a plan of the street that the city drew "
    "itself. One form, answered within a week, would be enough for up to a hundred neighbours."
)
# What each adds of their own.
OWN = (
    "",
    "We gave up last summer after the sixth signature.",
    "My mother is eighty and met her neighbours at such a party.",
    "",
    "The same holds for flea markets in a courtyard.",
    "I would fill in the form for my whole street.",
    "",
)
EVIDENCE = (
    "Two streets from here the neighbours gave up after they had been sent from one office to the "
    "next for four weeks, although nobody had anything against their party."
)
SEEN = ("", "That was in May.", "I was one of them.", "")
CALL, DAYS = "rules", 9


async def fill_letters(db: AsyncSession, context: DemoContext) -> None:
    """Lets as many residents as OWN has sentences send the letter, and counts the letters."""
    box = context.campaigns[CALL]
    for place, sentence in enumerate(OWN):
        resident = await somebody(db, context.crowd[-1 - place])
        text = IdeaText(TITLE, f"{LETTER}\n\n{sentence}".strip())
        idea = await post_idea(db, resident, box, text)
        await date_back(db, idea.id, DAYS - place)
    # The clock reads for a moment only each time.
    while await db.scalar(select(UnreadFormLetter.idea_id).limit(1)):
        await read_letters(db)
    await _add_the_same(db, context, idea.id)


async def _add_the_same(db: AsyncSession, context: DemoContext, idea_id: int) -> None:
    """Lets residents add nearly the same evidence to an idea."""
    for place, sentence in enumerate(SEEN):
        resident = await somebody(db, context.crowd[-20 - place])
        idea = await find_idea(db, resident, idea_id)
        body = f"{EVIDENCE} {sentence}".strip()
        await contribute(db, resident, idea, ContributionKind.EVIDENCE, body)
    for _letter in SEEN:
        await read_contributions(db)
