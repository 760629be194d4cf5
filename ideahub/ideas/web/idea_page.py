"""The page of an idea, with the parts of other features in its slots."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import accepted_now
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.ideas.attached import attachments_of
from ideahub.ideas.attaching import ATTACHABLE_WHILE
from ideahub.ideas.crediting import credits_of
from ideahub.ideas.labels import innovation_label
from ideahub.ideas.models import Stage
from ideahub.ideas.naming import own_support
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.stages import stage_choices

# The controls on the page of an idea that was withdrawn or hidden: none that adds something.
TAKES_NOTHING = {"author", "signed-in"}


async def idea_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
) -> Response[bytes]:
    """The page of an idea that the viewer may see."""
    author = await is_author(db, viewer, idea)
    accepted = await accepted_now(db, idea.campaign_id)
    attachable = author and idea.is_listed and bool(ATTACHABLE_WHILE & accepted)
    context: dict[str, Any] = {
        "idea": idea,
        "credits": await credits_of(db, idea),
        "support": await own_support(db, viewer, idea.id),
        "accepts": accepted,
        "attachments": await attachments_of(db, idea.id),
        "attachable": attachable,
        "is_author": author,
        "innovation_label": innovation_label(idea.innovation_type),
        "stages": stage_choices(),
        "withdrawable": author and idea.stage in {Stage.SPARK, Stage.CONCEPT},
    }
    slots = await fill_slots(part_context(request, db, viewer), "idea", idea)
    return page(
        request,
        viewer,
        "ideas/show.html",
        rooms=idea_rooms(viewer, idea),
        changed_in=idea.rooms,
        can=_controls(idea, slots.can, author=author, attachable=attachable),
        **context,
        **slots.context,
    )


def idea_rooms(viewer: Viewer, idea: IdeaView) -> tuple[str, ...]:
    """The rooms of a page about an idea: what everyone sees, and what only this person is told."""
    return (*idea.rooms, *((f"person:{viewer.id}",) if viewer.signed_in else ()))


def _controls(idea: IdeaView, of_parts: set[str], *, author: bool, attachable: bool) -> str:
    own = {
        *(("author", "adopt", "edit") if author else ()),
        *(("attach",) if attachable else ()),
    }
    can = own | of_parts
    return " ".join(sorted(can if idea.is_listed else can & TAKES_NOTHING))
