"""What people say in the demo without their names: two for whom a facilitator speaks, one behind a
chosen name, and one look at who somebody is."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import ContributionKind
from ideahub.demo.telling import DemoContext
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.safe_space.facilitating import name_facilitator
from ideahub.safe_space.finding import find_space, find_voice
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.links import look
from ideahub.safe_space.settings import Space, change_space
from ideahub.safe_space.speaking import say, support
from ideahub.safe_space.voices import hide_behind, speak_for

CHALLENGE, MANAGER, FACILITATOR, HIDDEN = "schools", "ines", "clara", "elena"
# The names are as made up as all the others.
SPOKEN_FOR = {
    "Willow": (
        RealPerson(name="Tamsin Okwu", contact="By the shelter, Tuesdays after four"),
        ContributionKind.EVIDENCE,
        (
            "We moved to the shelter in March. The way to school is 40 minutes now, along a road without "
            "a pavement. I cannot say where, because nobody may know where we live."
        ),
    ),
    "Sandpiper": (
        RealPerson(name="Ruben Castellar", note="Nineteen; do not write to his parents' address."),
        ContributionKind.BUILD,
        (
            "Yes, and let pupils tell the school that a way is not safe for them without saying why. I "
            "took the long way round for two years and never told anybody the reason."
        ),
    ),
}
SAID = (
    "I taught for 31 years. Those who were afraid on their way came early and stayed late. Ask who "
    "is in the building at half past six."
)
REASON = "She asked us to tell her that a bus is planned; only the shelter knows how to reach her."
DAYS = 180


async def fill_safe_space(db: AsyncSession, context: DemoContext) -> None:
    """Opens the safe space of one challenge and lets three people say something there."""
    manager, clara = context.viewers[MANAGER], context.viewers[FACILITATOR]
    challenge = context.campaigns[CHALLENGE]
    await change_space(db, manager, challenge, Space(True, True, DAYS))
    address = context.people[FACILITATOR].email or ""
    await name_facilitator(db, manager, challenge, address)
    listed = select(Idea.id).where(Idea.campaign_id == challenge.id, Idea.is_listed)
    number = (await db.scalars(listed.order_by(Idea.id))).all()[0]
    idea = await find_idea(db, clara, number)
    standing = await find_space(db, clara, challenge.id)
    for name, (person, kind, body) in SPOKEN_FOR.items():
        voice = await find_voice(db, clara, await speak_for(db, clara, standing, name, person))
        await say(db, clara, voice, idea, kind, body, from_experience=True)
        await support(db, clara, voice, idea, more=True)
        if name == "Willow":
            found = await find_voice(db, manager, voice.voice.id)
            await look(db, manager, found, REASON, "demo")
    await _say_hidden(db, context, idea)


async def _say_hidden(db: AsyncSession, context: DemoContext, idea: IdeaView) -> None:
    elena = context.viewers[HIDDEN]
    standing = await find_space(db, elena, idea.campaign_id)
    own = await hide_behind(db, elena, standing, "Old chalk")
    found = await find_voice(db, elena, own.id)
    await say(db, elena, found, idea, ContributionKind.QUESTION, SAID, from_experience=True)
