"""The parts of following on an idea's page and on the account's page."""

from typing import Any

from ideahub.following.queries import followed_by, followers_of
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.stages import stage_choice
from ideahub.organisations.queries import PersonView


async def followers_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The number of followers."""
    return {"followers": await followers_of(context.db, idea.id)}


async def followed_on_account(context: PartContext, _person: PersonView) -> dict[str, Any]:
    """The ideas that the viewer follows."""
    found = await followed_by(context.db, context.viewer)
    return {"ideas": found, "stage_choice": stage_choice}


PARTS = (
    Part(
        page="idea",
        key="following",
        find=followers_on_idea,
        templates={"aside": "following/_on_idea.html"},
        queries=1,
    ),
    Part(
        page="account",
        key="following",
        find=followed_on_account,
        templates={"body": "following/_on_account.html"},
        queries=1,
    ),
)
