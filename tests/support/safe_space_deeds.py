"""What facilitators, and managers of a safe space, can do; and who may."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from ideahub.safe_space.facilitating import end_facilitator, name_facilitator
from ideahub.safe_space.finding import find_space, find_voice
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.models import Facilitator
from ideahub.safe_space.settings import Space, change_space
from ideahub.safe_space.speaking import support
from ideahub.safe_space.voices import speak_for
from tests.support.cast import Cast, make_person, viewer_of
from tests.support.deed import Deed
from tests.support.sealing import give_keys

OVERSEERS = {"manager", "admin", "admin everywhere"}
SPEAKER = {"facilitator"}
SETTINGS, NAME = "/management/{campaign_id}/safe-space", "/safe-space/names/{voice_id}"
SAID: dict[str, str | list[str]] = {"voice": "{voice_id}", "kind": "build", "body": "For her."}
IDEA: dict[str, str | list[str]] = {"title": "Hers", "body": "So."}
PERSON: dict[str, str | list[str]] = {"name": "Plover", "real_name": "Maud Oster"}
DEEDS_OF_SAFE_SPACE = (
    Deed(SETTINGS, OVERSEERS, {"lets_speak_for": "yes", "days": "40"}),
    Deed(SETTINGS + "/facilitators", OVERSEERS, {"address": "{ally}"}),
    Deed(SETTINGS + "/facilitators/{facilitator_id}/ending", OVERSEERS),
    Deed("/safe-space/{campaign_id}/people/new", SPEAKER, PERSON),
    Deed(NAME + "/link/removal", SPEAKER | OVERSEERS),
    Deed(NAME + "/facilitator", SPEAKER, named={"voice_id": "left"}),
    Deed(NAME + "/ideas/new", SPEAKER, IDEA),
    Deed("/ideas/{idea_id}/safe-space", SPEAKER, SAID),
    Deed("/ideas/{idea_id}/safe-space/support", SPEAKER, {"voice": "{voice_id}"}),
    Deed("/ideas/{idea_id}/safe-space/support/withdrawal", SPEAKER, {"voice": "{supporting}"}),
)


async def make_spoken_for(
    db: AsyncSession, cast: Cast, speaker: Person, box: Campaign, idea: Idea
) -> dict[str, Any]:
    """Three people of whom this person speaks for two; who spoke for the third does so no more."""
    give_keys(db)
    mia = await viewer_of(db, cast.mia)
    ally, former = [await make_person(db, name, cast.city) for name in ("Ally", "Former")]
    await change_space(db, mia, box, Space(lets_speak_for=True))
    for person in (speaker, former):
        await name_facilitator(db, mia, box, person.email or "")
    numbers = {}
    for name, person in (("Knot", speaker), ("Dunlin", speaker), ("Ruff", former)):
        viewer = await viewer_of(db, person)
        standing = await find_space(db, viewer, box.id)
        numbers[name] = await speak_for(db, viewer, standing, name, RealPerson(name="Ida Brand"))
    viewer = await viewer_of(db, speaker)
    found = await find_voice(db, viewer, numbers["Dunlin"])
    await support(db, viewer, found, await find_idea(db, viewer, idea.id), more=True)
    of_people = select(Facilitator.person_id, Facilitator.id)
    named = {row.person_id: row.id for row in await db.execute(of_people)}
    await end_facilitator(db, mia, box, named[former.id])
    return {
        "voice_id": numbers["Knot"],
        "supporting": numbers["Dunlin"],
        "left": numbers["Ruff"],
        "facilitator_id": named[speaker.id],
        "ally": ally.email,
    }
