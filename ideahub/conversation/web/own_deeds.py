"""What is the viewer's own in a conversation: controls, and what they have begun to write."""

from collections.abc import Mapping, Sequence
from typing import Any

from ideahub.conversation.queries import OwnDeed, draft_key, own_among
from ideahub.conversation.web.forms import from_draft
from ideahub.core.drafts import find_drafts
from ideahub.http.own_parts import OwnContext, OwnPart, OwnPlace


async def _own_deeds(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, OwnDeed]:
    return await own_among(context.db, context.viewer, [place.number for place in places])


async def _drafts(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, Any]:
    forms = {draft_key(place.number): place.number for place in places}
    found = await find_drafts(context.db, context.viewer, list(forms))
    return {forms[form]: fields for form, fields in found.items()}


def _form(draft: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "contribute_form": from_draft(draft),
        "contribute_restored": bool(draft and draft.get("body")),
        "suggestion": None,
    }


OWN_PARTS = (
    OwnPart(
        key="own at contribution",
        template="conversation/_own.html",
        find=_own_deeds,
        values=lambda deed: {"deed": deed},
    ),
    OwnPart(
        key="contribution form",
        template="conversation/_begun.html",
        find=_drafts,
        values=_form,
        few=False,
    ),
)
