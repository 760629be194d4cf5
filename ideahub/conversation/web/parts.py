"""The part of contributions on an idea's page."""

from typing import Any

from ideahub.conversation.by_person import contributed_by
from ideahub.conversation.labels import kind_choices
from ideahub.conversation.queries import conversation_controls, conversation_on
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.organisations.profiles import Profile


async def conversation_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The latest contributions, and what adding one needs."""
    conversation = await conversation_on(context.db, idea)
    return {
        "conversation": conversation,
        "kinds": kind_choices(),
        "can": conversation_controls(context.viewer, idea, conversation.closed),
    }


async def given_on_profile(context: PartContext, profile: Profile) -> dict[str, Any]:
    """What a person contributed, as far as the viewer may see it."""
    given = await contributed_by(context.db, context.viewer, profile.id)
    return {"given": given, "gave": given.gave, "lists": bool(given.newest)}


PARTS = (
    Part(
        page="profile",
        key="conversation",
        find=given_on_profile,
        templates={"body": "conversation/_given.html"},
        queries=1,
    ),
    Part(
        page="idea",
        key="conversation",
        find=conversation_on_idea,
        templates={"foot": "conversation/_on_idea.html"},
        queries=4,
    ),
)
