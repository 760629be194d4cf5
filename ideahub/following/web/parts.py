"""What following shows on the page of an idea, and on one's own page."""

from typing import Any

from ideahub.following.queries import followed_by, followers_of
from ideahub.http.slots import Filling, Part
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.stages import stage_choice
from ideahub.organisations.queries import PersonView


async def followers_on_idea(filling: Filling, idea: IdeaView) -> dict[str, Any]:
    """How many follow the idea, and one's own button."""
    return {"followers": await followers_of(filling.db, filling.viewer, idea.id)}


async def followed_on_account(filling: Filling, _person: PersonView) -> dict[str, Any]:
    """The ideas that one follows."""
    found = await followed_by(filling.db, filling.viewer)
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
