"""What the conversation shows on the page of an idea."""

from typing import Any

from ideahub.conversation.labels import kind_choices
from ideahub.conversation.queries import conversation_on, draft_key, what_one_can
from ideahub.conversation.web.forms import from_draft
from ideahub.core.drafts import find_draft
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView


async def conversation_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The conversation, and the form to join it."""
    db, viewer = context.db, context.viewer
    conversation = await conversation_on(db, viewer, idea)
    draft = await find_draft(db, viewer, draft_key(idea.id))
    return {
        "conversation": conversation,
        "form": from_draft(draft),
        "restored": bool(draft and draft.get("body")),
        "suggestion": None,
        "kinds": kind_choices(),
        "can": what_one_can(viewer, conversation.closed),
    }


PARTS = (
    Part(
        page="idea",
        key="conversation",
        find=conversation_on_idea,
        templates={"foot": "conversation/_on_idea.html"},
        queries=7,
    ),
)
