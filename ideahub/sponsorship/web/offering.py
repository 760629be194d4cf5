"""Handlers for offering a pledge."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.money import currency_choices
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.sponsorship.offering import CURRENCIES, must_offer, offer_pledge, today
from ideahub.sponsorship.web.forms import OfferForm, draft_key

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/pledges/new")
async def new_pledge(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """The page for offering a pledge, with the viewer's draft."""
    idea = await find_idea(db, viewer, idea_id)
    await must_offer(db, viewer, idea)
    draft = await find_draft(db, viewer, draft_key(idea))
    form = restored(OfferForm, draft)
    return await _offer_page(request, db, viewer, idea, form, from_draft=bool(draft))


@post("/ideas/{idea_id:int}/pledges")
async def offer(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Offers a pledge and goes to the idea; the form again where it is refused."""
    idea = await find_idea(db, viewer, idea_id)
    await must_offer(db, viewer, idea)
    form = await read_form(request, OfferForm)
    if form.ok:
        async with form.attempt(db):
            await offer_pledge(db, viewer, idea, form.values.offer)
    if not form.ok:
        return await _offer_page(request, db, viewer, idea, form)
    await discard_draft(db, viewer, draft_key(idea))
    done = _("Thank you. The authors can answer your offer now. %(seen_by)s", seen_by=idea.seen_by)
    return go_to(request, idea.url, done)


async def _offer_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[OfferForm],
    *,
    from_draft: bool = False,
) -> Response[Any]:
    return page(
        request,
        viewer,
        "sponsorship/new.html",
        status=form.status,
        idea=idea,
        form=form,
        draft_key=draft_key(idea),
        restored=from_draft,
        currencies=currency_choices(CURRENCIES),
        today=await today(db),
    )


ROUTES: list[ControllerRouterHandler] = [new_pledge, offer]
