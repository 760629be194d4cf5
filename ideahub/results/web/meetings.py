"""Handlers for a panel's meeting and its minutes."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_drafts
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.results.deliberating import decide, raise_entry, say, sign
from ideahub.results.divergence import DivergentEntry
from ideahub.results.kept_figures import kept_figures
from ideahub.results.labels import decision_choices
from ideahub.results.meeting import Meeting, apart_by_entry, find_meeting
from ideahub.results.meeting_views import MeetingItem, items_of, judges_of_panel
from ideahub.results.minutes import minutes_of
from ideahub.results.running_scores import newest_run
from ideahub.results.web.forms import MeetingDecisionForm, MeetingNoteForm, RaisedForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
MEETING = "/deliberation/{panel_id:int}"
ITEM = MEETING + "/entries/{item_id:int}"


@get(MEETING)
async def show_meeting(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[bytes]:
    """The panel's meeting: entries in question, what is said and decided."""
    meeting = await find_meeting(db, viewer, panel_id)
    return await _page(request, db, viewer, meeting, None, 0)


@post(MEETING + "/entries")
async def put_into_question(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[Any]:
    """Puts an entry into question; the page again where it is refused."""
    meeting = await find_meeting(db, viewer, panel_id)
    form = await read_form(request, RaisedForm)
    say_what_is_missing(form, number=_("Say the number of the entry."))
    item = 0
    if form.ok:
        async with form.attempt(db, "number"):
            sent = form.values
            item = await raise_entry(db, viewer, meeting, sent.number or 0, sent.why)
    if not form.ok:
        return await _page(request, db, viewer, meeting, form, 0)
    await discard_draft(db, viewer, f"meeting-entry-{meeting.panel.id}")
    return go_to(request, f"/deliberation/{panel_id}#item-{item}")


@post(ITEM + "/notes")
async def note(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    item_id: FromPath[int],
) -> Response[Any]:
    """Notes what the viewer says; the page again where it is refused."""
    meeting = await find_meeting(db, viewer, panel_id)
    form = await read_form(request, MeetingNoteForm)
    say_what_is_missing(form, text=_("Write what you say."))
    if form.ok:
        async with form.attempt(db, "text"):
            await say(db, viewer, meeting, item_id, form.values.text)
    if not form.ok:
        return await _page(request, db, viewer, meeting, form, item_id)
    await discard_draft(db, viewer, f"meeting-note-{item_id}")
    return go_to(request, f"/deliberation/{panel_id}#item-{item_id}")


@post(ITEM + "/decisions")
async def record_decision(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    item_id: FromPath[int],
) -> Response[Any]:
    """Records a decision; the page again where it is refused."""
    meeting = await find_meeting(db, viewer, panel_id)
    form = await read_form(request, MeetingDecisionForm)
    say_what_is_missing(form, kind=_("Say what was decided."), reason=_("Say why it was decided."))
    if form.ok and form.values.kind:
        async with form.attempt(db, "reason"):
            await decide(db, viewer, meeting, item_id, form.values.kind, form.values.reason)
    if not form.ok:
        return await _page(request, db, viewer, meeting, form, item_id)
    await discard_draft(db, viewer, f"meeting-decision-{item_id}")
    return go_to(request, f"/deliberation/{panel_id}#item-{item_id}", _("Decided."))


@post(MEETING + "/decisions/{decision_id:int}/signature")
async def sign_decision(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    decision_id: FromPath[int],
) -> Response[Any]:
    """Signs off a decision and its reason."""
    meeting = await find_meeting(db, viewer, panel_id)
    await sign(db, viewer, meeting, decision_id)
    return go_to(request, f"/deliberation/{panel_id}#decision-{decision_id}", _("Signed off."))


@get(MEETING + "/minutes")
async def show_minutes(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[bytes]:
    """The minutes of the meeting, made for printing."""
    meeting = await find_meeting(db, viewer, panel_id)
    items = await _visible(db, meeting)
    judges = await judges_of_panel(db, meeting.panel.id)
    apart = await apart_by_entry(db, meeting.panel.id)
    return page(
        request,
        viewer,
        "results/minutes.html",
        rooms=(f"deliberation:{meeting.panel.id}",),
        meeting=meeting,
        campaign=meeting.campaign,
        panel=meeting.panel,
        minutes=minutes_of(items, judges, apart),
    )


async def _visible(db: AsyncSession, meeting: Meeting) -> list[MeetingItem]:
    """The entries in question but those that the viewer stepped back from."""
    items = await items_of(db, meeting.panel.id)
    return [item for item in items if item.entry_id not in meeting.apart]


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    meeting: Meeting,
    form: Form[Any] | None,
    item_id: int,
) -> Response[bytes]:
    panel = meeting.panel
    if panel.closed_at is None:
        raise Conflict(_("The panel meets once scoring is closed."))
    items = await _visible(db, meeting)
    keys = [f"meeting-{kind}-{item.id}" for item in items for kind in ("note", "decision")]
    drafts = await find_drafts(db, viewer, [*keys, f"meeting-entry-{panel.id}"])
    differing = await _differing(db, meeting)
    raised = {item.number for item in items}
    return page(
        request,
        viewer,
        "results/meeting.html",
        status=form.status if form else 200,
        rooms=(f"deliberation:{panel.id}",),
        meeting=meeting,
        campaign=meeting.campaign,
        panel=panel,
        items=items,
        forms=_forms(items, panel.id, drafts, form, item_id),
        new=form
        if form and isinstance(form.values, RaisedForm)
        else restored(RaisedForm, drafts.get(f"meeting-entry-{panel.id}")),
        refused=form.errors if form else {},
        choices=decision_choices(),
        differing=[one for one in differing if int(one.entry[1:]) not in raised],
    )


async def _differing(db: AsyncSession, meeting: Meeting) -> list[DivergentEntry]:
    """The entries on which judges differ more than the panel's bound, for whoever sees scores."""
    if not meeting.sees_scores or meeting.panel.divergence_bound is None:
        return []
    run = await newest_run(db, meeting.panel.id)
    figures = await kept_figures(db, run.id) if run else None
    return figures.divergent if figures else []


def _forms(
    items: list[MeetingItem],
    panel_id: int,
    drafts: dict[str, Any],
    refused: Form[Any] | None,
    item_id: int,
) -> dict[tuple[int, str], Form[Any]]:
    """The two forms of each item, with what was typed into them."""
    kinds: dict[str, type[Any]] = {"note": MeetingNoteForm, "decision": MeetingDecisionForm}
    found = {}
    for item in items:
        for name, kind in kinds.items():
            draft = drafts.get(f"meeting-{name}-{item.id}")
            found[item.id, name] = restored(kind, draft) if draft else blank(kind)
            if refused and item.id == item_id and isinstance(refused.values, kind):
                found[item.id, name] = refused
    return found


ROUTES: list[ControllerRouterHandler] = [
    show_meeting,
    put_into_question,
    note,
    record_decision,
    sign_decision,
    show_minutes,
]
