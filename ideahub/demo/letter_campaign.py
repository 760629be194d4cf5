"""The demo's letter campaign: residents who send nearly the same text to a challenge."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.demo.dating import date_back
from ideahub.demo.telling import DemoContext
from ideahub.form_letters.grouping import read_letters
from ideahub.ideas.submitting import IdeaText, post_idea

TITLE = "A crossing guard at Mill Bridge, every school morning"
LETTER = (
    "Please place a crossing guard at Mill Bridge on every school morning from half past seven to "
    "a quarter past eight. More than two hundred children cross there, lorries turn without seeing "
    "them, and the light stays green for nine seconds only. A guard costs less than one accident."
)
# What each adds of their own.
OWN = (
    "",
    "My daughter is seven and crosses alone.",
    "I drive a lorry myself: I cannot see them.",
    "",
    "The same holds for Saturday, when the music school is open.",
    "I would do it two mornings a week without pay.",
    "",
)
CHALLENGE, DAYS = "schools", 9


async def fill_letters(db: AsyncSession, context: DemoContext) -> None:
    """Lets as many residents as OWN has sentences send the letter, and counts the letters."""
    challenge = context.campaigns[CHALLENGE]
    for place, sentence in enumerate(OWN):
        resident = await somebody(db, context.crowd[-1 - place])
        text = IdeaText(TITLE, f"{LETTER}\n\n{sentence}".strip())
        idea = await post_idea(db, resident, challenge, text)
        await date_back(db, idea.id, DAYS - place)
    await read_letters(db)
