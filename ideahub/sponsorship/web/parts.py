"""The parts of sponsorship on ideas' pages and cards."""

from collections.abc import Sequence
from typing import Any

from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.organisations.profiles import Profile
from ideahub.sponsorship.by_person import pledged_by
from ideahub.sponsorship.queries import (
    card_pledges,
    idea_pledges,
)


async def pledges_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The pledges to an idea, and what the viewer may do."""
    return await idea_pledges(context.db, context.viewer, idea)


async def pledges_on_cards(context: PartContext, idea_ids: Sequence[int]) -> dict[int, Any]:
    """The standing pledges of each idea of a list."""
    return dict(await card_pledges(context.db, context.viewer, idea_ids))


async def given_on_profile(context: PartContext, profile: Profile) -> dict[str, Any]:
    """What a person pledged, as far as the viewer may see it."""
    given = await pledged_by(context.db, context.viewer, profile.id)
    return {"given": given, "gave": given.gave, "lists": bool(given.newest)}


PARTS = (
    Part(
        page="profile",
        key="sponsorship",
        find=given_on_profile,
        templates={"body": "sponsorship/_given.html"},
        queries=1,
    ),
    Part(
        page="idea",
        key="sponsorship",
        find=pledges_on_idea,
        templates={"aside": "sponsorship/_on_idea.html"},
        queries=2,
    ),
    Part(
        page="idea card",
        key="sponsorship",
        find=pledges_on_cards,
        templates={"body": "sponsorship/_on_card.html"},
        queries=1,
    ),
)
