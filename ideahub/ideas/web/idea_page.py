"""The page of an idea, with the parts of other features in its slots."""

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import accepted_now
from ideahub.core.viewer import Viewer
from ideahub.http.own_parts import shared_viewer
from ideahub.http.pages import AnyRequest
from ideahub.http.shared_pages import shared_page
from ideahub.http.slots import fill_slots, part_context
from ideahub.ideas.attached import attachments_of
from ideahub.ideas.attaching import ATTACHABLE_WHILE
from ideahub.ideas.crediting import credits_of
from ideahub.ideas.labels import innovation_label
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView
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
    co_authors = await credits_of(db, idea)
    authors = {idea.author_id, *(credited.id for credited in co_authors)}
    # Who may decide something here is shown a page of their own.
    shared = idea.is_listed and viewer.id not in authors and not viewer.grants
    seen_by = shared_viewer(viewer) if shared else viewer
    slots = await fill_slots(part_context(request, db, seen_by), "idea", idea)
    if viewer.id in slots.apart:
        seen_by = viewer
        slots = await fill_slots(part_context(request, db, seen_by), "idea", idea)
    author = viewer.id in authors
    accepted = await accepted_now(db, idea.campaign_id)
    attachable = author and idea.is_listed and bool(ATTACHABLE_WHILE & accepted)
    return await shared_page(
        request,
        db,
        seen_by,
        "ideas/show.html",
        rooms=idea_rooms(seen_by, idea),
        changed_in=idea.rooms,
        apart=authors | slots.apart,
        idea=idea,
        credits=co_authors,
        accepts=accepted,
        attachments=await attachments_of(db, idea.id),
        attachable=attachable,
        is_author=author,
        innovation_label=innovation_label(idea.innovation_type),
        stages=stage_choices(),
        withdrawable=author and idea.stage in {Stage.SPARK, Stage.CONCEPT},
        can=_controls(idea, slots.can, author=author, attachable=attachable),
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
