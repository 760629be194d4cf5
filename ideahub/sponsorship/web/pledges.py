"""Handlers for the pages of pledges, and for accepting, declining, keeping and withdrawing them."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_drafts
from ideahub.core.i18n import N_, _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, is_htmx, page, see_other
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.sponsorship.models import PledgeState
from ideahub.sponsorship.offering import today
from ideahub.sponsorship.pledging import accept_pledge, decline_pledge, keep_pledge, withdraw_pledge
from ideahub.sponsorship.queries import find_pledge, offers_to_answer, own_pledges
from ideahub.sponsorship.rows import PledgeView
from ideahub.sponsorship.web.forms import NoteForm, ReasonForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
OPEN_STATES = {PledgeState.OFFERED, PledgeState.ACCEPTED}


class Step(NamedTuple):
    """A step of a pledge for which somebody types a reason or note: its rule and its form.

    `field` is the form's field, `key` the name of the form in the page's template, `done` the
    notice afterwards.
    """

    rule: Callable[[AsyncSession, Viewer, IdeaView, int, str], Awaitable[object]]
    form: type[ReasonForm | NoteForm]
    field: str
    key: str
    done: str
    draft: str

    def draft_key(self, pledge_id: int) -> str:
        """The name of the form under which a draft of this step is kept."""
        return f"{self.draft}-{pledge_id}"


DECLINE = Step(
    decline_pledge,
    ReasonForm,
    "reason",
    "decline_form",
    N_("You declined the pledge. Its sponsor sees your reason."),
    "pledge-decline",
)
KEEP = Step(
    keep_pledge,
    NoteForm,
    "note",
    "keep_form",
    N_("A promise kept. %(seen_by)s"),
    "pledge-keep",
)
WITHDRAW = Step(
    withdraw_pledge,
    ReasonForm,
    "reason",
    "withdraw_form",
    N_("You took your pledge back."),
    "pledge-withdraw",
)
STEPS = (DECLINE, KEEP, WITHDRAW)


@get("/pledges")
async def my_pledges(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page of the viewer's own pledges, and of offers that wait for their answer."""
    own = await own_pledges(db, viewer)
    return page(
        request,
        viewer,
        "sponsorship/index.html",
        waiting=await offers_to_answer(db, viewer),
        due=[pledge for pledge in own if pledge.state is PledgeState.ACCEPTED],
        offered=[pledge for pledge in own if pledge.state is PledgeState.OFFERED],
        past=[pledge for pledge in reversed(own) if pledge.state not in OPEN_STATES],
        today=await today(db),
    )


@get("/pledges/{pledge_id:int}")
async def show_pledge(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """The page of a pledge, with what the viewer may do."""
    idea, pledge = await find_pledge(db, viewer, pledge_id)
    return await _pledge_page(request, db, viewer, idea, pledge)


@post("/pledges/{pledge_id:int}/acceptance")
async def accept(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Accepts an offer; HTMX gets an empty answer, as the push updates the idea's page."""
    idea, _pledge = await find_pledge(db, viewer, pledge_id)
    await accept_pledge(db, viewer, idea, pledge_id)
    if is_htmx(request):
        return Response(b"", status_code=200)
    return see_other(idea.url, _("You accepted the pledge. Its sponsor is named on the idea."))


@post("/pledges/{pledge_id:int}/refusal")
async def decline(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Declines an offer with a reason, and goes to the idea."""
    return await _take(request, db, viewer, pledge_id, DECLINE)


@post("/pledges/{pledge_id:int}/fulfilment")
async def keep(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Marks a pledge as kept with a note, and goes to its page."""
    return await _take(request, db, viewer, pledge_id, KEEP)


@post("/pledges/{pledge_id:int}/withdrawal")
async def withdraw(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Withdraws the viewer's own pledge with a reason, and goes to its page."""
    return await _take(request, db, viewer, pledge_id, WITHDRAW)


async def _take(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, pledge_id: int, step: Step
) -> Response[Any]:
    idea, pledge = await find_pledge(db, viewer, pledge_id)
    form: Form[Any] = await read_form(request, step.form)
    if not form.ok:
        return await _pledge_page(request, db, viewer, idea, pledge, **{step.key: form})
    # A refusal is not put into the form but shown on a page of its own, with what was typed: where
    # the pledge's state has changed, its page does not have this form any more.
    await step.rule(db, viewer, idea, pledge.id, getattr(form.values, step.field))
    await discard_draft(db, viewer, step.draft_key(pledge.id))
    # After declining, to the idea: its page is where the authors came from.
    url = idea.url if step is DECLINE else f"/pledges/{pledge.id}"
    return go_to(request, url, _(step.done, seen_by=idea.seen_by))


async def _pledge_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    pledge: PledgeView,
    **sent: Form[Any],
) -> Response[Any]:
    drafts = await find_drafts(db, viewer, [step.draft_key(pledge.id) for step in STEPS])
    forms: dict[str, Any] = {
        step.key: restored(step.form, drafts.get(step.draft_key(pledge.id))) for step in STEPS
    }
    forms |= sent
    return page(
        request,
        viewer,
        "sponsorship/show.html",
        status=max(form.status for form in forms.values()),
        idea=idea,
        pledge=pledge,
        is_author=await is_author(db, viewer, idea),
        is_sponsor=viewer.id == pledge.sponsor_id,
        **forms,
    )


ROUTES: list[ControllerRouterHandler] = [
    my_pledges,
    show_pledge,
    accept,
    decline,
    keep,
    withdraw,
]
