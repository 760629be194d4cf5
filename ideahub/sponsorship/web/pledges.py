"""Handlers of pledges: offer, answer, keep, withdraw, and one's own list."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form
from ideahub.http.pages import AnyRequest, go_to, is_htmx, page, see_other
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.sponsorship.models import PledgeState
from ideahub.sponsorship.offering import today
from ideahub.sponsorship.pledging import accept_pledge, decline_pledge, keep_pledge, withdraw_pledge
from ideahub.sponsorship.queries import find_pledge, offers_to_answer, own_pledges
from ideahub.sponsorship.reading import PledgeView
from ideahub.sponsorship.web.forms import NoteForm, ReasonForm

OPEN_STATES = {PledgeState.OFFERED, PledgeState.ACCEPTED}


@get("/pledges")
async def my_pledges(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """What one has promised and what is due, and the offers that wait for one's answer."""
    own = await own_pledges(db, viewer)
    return page(
        request,
        viewer,
        "sponsorship/index.html",
        waiting=await offers_to_answer(db, viewer),
        due=[one for one in own if one.state is PledgeState.ACCEPTED],
        offered=[one for one in own if one.state is PledgeState.OFFERED],
        past=[one for one in reversed(own) if one.state not in OPEN_STATES],
        today=await today(db),
    )


@get("/pledges/{pledge_id:int}")
async def show_pledge(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    pledge_id: FromPath[int],
) -> Response[Any]:
    """One pledge, with what this viewer can do about it."""
    idea, pledge = await find_pledge(db, viewer, pledge_id)
    return await _pledge_page(request, db, viewer, idea, pledge)


@post("/pledges/{pledge_id:int}/accept")
async def accept(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    pledge_id: FromPath[int],
) -> Response[Any]:
    """Accepts an offer; the idea page is told by push."""
    idea, _pledge = await find_pledge(db, viewer, pledge_id)
    await accept_pledge(db, viewer, idea, pledge_id)
    if is_htmx(request):
        return Response(b"", status_code=200)
    return see_other(idea.url, _("You accepted the pledge. Its sponsor is named on the idea."))


@post("/pledges/{pledge_id:int}/decline")
async def decline(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    pledge_id: FromPath[int],
) -> Response[Any]:
    """Declines an offer, with a reason."""
    idea, pledge = await find_pledge(db, viewer, pledge_id)
    form = await read_form(request, ReasonForm)
    if not form.ok:
        return await _pledge_page(request, db, viewer, idea, pledge, 422, decline_form=form)
    await decline_pledge(db, viewer, idea, pledge_id, form.values.reason)
    return go_to(request, idea.url, _("You declined the pledge. Its sponsor sees your reason."))


@post("/pledges/{pledge_id:int}/keep")
async def keep(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    pledge_id: FromPath[int],
) -> Response[Any]:
    """Says how a pledge was kept."""
    idea, pledge = await find_pledge(db, viewer, pledge_id)
    form = await read_form(request, NoteForm)
    if not form.ok:
        return await _pledge_page(request, db, viewer, idea, pledge, 422, keep_form=form)
    await keep_pledge(db, viewer, idea, pledge_id, form.values.note)
    return go_to(request, f"/pledges/{pledge_id}", _("A promise kept. Everyone can see it."))


@post("/pledges/{pledge_id:int}/withdraw")
async def withdraw(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    pledge_id: FromPath[int],
) -> Response[Any]:
    """Takes one's own pledge back, with a reason."""
    idea, pledge = await find_pledge(db, viewer, pledge_id)
    form = await read_form(request, ReasonForm)
    if not form.ok:
        return await _pledge_page(request, db, viewer, idea, pledge, 422, withdraw_form=form)
    await withdraw_pledge(db, viewer, idea, pledge_id, form.values.reason)
    return go_to(request, f"/pledges/{pledge_id}", _("You took your pledge back."))


async def _pledge_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    pledge: PledgeView,
    status: int = 200,
    **forms: Form[Any],
) -> Response[Any]:
    empty: dict[str, Any] = {
        "decline_form": prefilled(ReasonForm()),
        "withdraw_form": prefilled(ReasonForm()),
        "keep_form": prefilled(NoteForm()),
    }
    return page(
        request,
        viewer,
        "sponsorship/show.html",
        status=status,
        idea=idea,
        pledge=pledge,
        is_author=await is_author(db, viewer, idea),
        is_sponsor=viewer.id == pledge.sponsor_id,
        **(empty | forms),
    )


ROUTES: list[ControllerRouterHandler] = [
    my_pledges,
    show_pledge,
    accept,
    decline,
    keep,
    withdraw,
]
