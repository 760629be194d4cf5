"""Handlers for the pages of pledges, and for each of their steps."""

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
from ideahub.sponsorship.keeping import is_due, keep_pledge, may_be_kept
from ideahub.sponsorship.marking import mark_pledge
from ideahub.sponsorship.marks import marks_of
from ideahub.sponsorship.models import MarkKind, PledgeState
from ideahub.sponsorship.offering import today
from ideahub.sponsorship.pledging import accept_pledge, decline_pledge, withdraw_pledge
from ideahub.sponsorship.queries import MOST_LISTED, find_pledge, offers_to_answer, own_pledges
from ideahub.sponsorship.rows import PledgeView
from ideahub.sponsorship.web.forms import ConditionsForm, FulfilmentForm, ReasonForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
OPEN_STATES = {PledgeState.OFFERED, PledgeState.ACCEPTED}


class Step(NamedTuple):
    """A step of a pledge for which somebody fills in a form: its form, its rule, and what of
    the form the rule takes.

    `key` is the name of the form in the page's template, `done` the notice afterwards.
    """

    rule: Callable[..., Awaitable[object]]
    read: Callable[[Any], tuple[Any, ...]]
    form: type[ReasonForm | FulfilmentForm | ConditionsForm]
    key: str
    done: str
    draft: str

    def draft_key(self, pledge_id: int) -> str:
        """The name of the form under which a draft of this step is kept."""
        return f"{self.draft}-{pledge_id}"


DECLINE = Step(
    decline_pledge,
    lambda sent: (sent.reason,),
    ReasonForm,
    "decline_form",
    N_("You declined the pledge. Its sponsor sees your reason."),
    "pledge-decline",
)
KEEP = Step(
    keep_pledge,
    lambda sent: (sent.fulfilment,),
    FulfilmentForm,
    "keep_form",
    N_("A promise kept. %(seen_by)s"),
    "pledge-keep",
)
WITHDRAW = Step(
    withdraw_pledge,
    lambda sent: (sent.reason,),
    ReasonForm,
    "withdraw_form",
    N_("You took your pledge back."),
    "pledge-withdraw",
)
DISPUTE = Step(
    mark_pledge,
    lambda sent: (MarkKind.DISPUTED, sent.reason),
    ReasonForm,
    "dispute_form",
    N_("You said that it did not come. Its sponsor is told. %(seen_by)s"),
    "pledge-dispute",
)
CONDITIONS = Step(
    mark_pledge,
    lambda sent: (sent.kind, sent.reason),
    ConditionsForm,
    "conditions_form",
    N_("Noted, and its sponsor is told. %(seen_by)s"),
    "pledge-conditions",
)
STEPS = (DECLINE, KEEP, WITHDRAW, DISPUTE, CONDITIONS)


@get("/pledges")
async def my_pledges(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page of the viewer's own pledges, and of offers that wait for their answer."""
    own, on = await own_pledges(db, viewer), await today(db)
    accepted = [pledge for pledge in own if pledge.state is PledgeState.ACCEPTED]
    return page(
        request,
        viewer,
        "sponsorship/index.html",
        waiting=await offers_to_answer(db, viewer),
        due=[pledge for pledge in accepted if is_due(pledge, on)],
        started=[pledge for pledge in accepted if not is_due(pledge, on)],
        offered=[pledge for pledge in own if pledge.state is PledgeState.OFFERED],
        past=[pledge for pledge in own if pledge.state not in OPEN_STATES],
        today=on,
        is_cut=len(own) >= MOST_LISTED,
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


@post("/pledges/{pledge_id:int}/confirmation")
async def confirm(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Says for the authors that they got what was promised, and goes to the pledge's page."""
    idea, _pledge = await find_pledge(db, viewer, pledge_id)
    await mark_pledge(db, viewer, idea, pledge_id, MarkKind.CONFIRMED)
    done = _("Thank you: you got it, and others can see that. %(seen_by)s", seen_by=idea.seen_by)
    return go_to(request, f"/pledges/{pledge_id}", done)


@post("/pledges/{pledge_id:int}/dispute")
async def dispute(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Says for the authors that they did not get it, with a reason, and goes to its page."""
    return await _take(request, db, viewer, pledge_id, DISPUTE)


@post("/pledges/{pledge_id:int}/conditions")
async def mark_conditions(
    request: AnyRequest, db: Db, viewer: CurrentViewer, pledge_id: FromPath[int]
) -> Response[Any]:
    """Says for the authors whether the conditions are met, and goes to the pledge's page."""
    return await _take(request, db, viewer, pledge_id, CONDITIONS)


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
    # What has to be mended is said in the form. Any other refusal is shown on a page of its own,
    # with what was typed: where the pledge's state has changed, its page has no such form any more.
    if form.ok:
        async with form.attempt(db):
            await step.rule(db, viewer, idea, pledge.id, *step.read(form.values))
    if not form.ok:
        return await _pledge_page(request, db, viewer, idea, pledge, **{step.key: form})
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
        marks=await marks_of(db, pledge.id),
        is_author=await is_author(db, viewer, idea),
        is_sponsor=viewer.id == pledge.sponsor_id,
        may_be_kept=may_be_kept(pledge),
        **forms,
    )


ROUTES: list[ControllerRouterHandler] = [
    my_pledges,
    show_pledge,
    accept,
    decline,
    keep,
    confirm,
    dispute,
    mark_conditions,
    withdraw,
]
