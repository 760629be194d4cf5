"""The page on which a contribution is written, for browsers without scripts.

Beside other buttons a text would be lost there, as each of them opens the page anew.
"""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import must_sign_in_for
from ideahub.conversation.labels import kind_choices
from ideahub.conversation.queries import conversation_controls, draft_key, why_closed
from ideahub.conversation.suggesting import Suggestion
from ideahub.conversation.web.forms import ContributeForm, from_draft
from ideahub.core.drafts import find_draft
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form
from ideahub.http.pages import AnyRequest, page
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.web.idea_page import idea_rooms


@get("/ideas/{idea_id:int}/contributions/new")
async def open_writing(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    idea_id: FromPath[int],
) -> Response[bytes]:
    """The page with the form for a contribution, and what the viewer had typed into it."""
    idea = await find_idea(db, viewer, idea_id)
    await must_sign_in_for(db, viewer, idea.campaign_id, Accepts.CONTRIBUTIONS)
    draft = await find_draft(db, viewer, draft_key(idea.id))
    return await writing_page(
        request, db, viewer, idea, from_draft(draft), restored=bool(draft and draft.get("body"))
    )


async def writing_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[ContributeForm],
    *,
    suggestion: Suggestion | None = None,
    restored: bool = False,
    status: int = 200,
) -> Response[bytes]:
    """The page with this form; why the conversation is closed, where it is."""
    closed = await why_closed(db, idea)
    return page(
        request,
        viewer,
        "conversation/new.html",
        status=status,
        rooms=idea_rooms(viewer, idea),
        idea=idea,
        contribute_form=form,
        contribute_restored=restored,
        suggestion=suggestion,
        kinds=kind_choices(),
        closed=closed,
        can=" ".join(sorted(conversation_controls(viewer, idea, closed))),
    )


ROUTES: list[ControllerRouterHandler] = [open_writing]
