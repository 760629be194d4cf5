"""Handlers for a decision as its author reads it: why, what they can do, and appeals."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.ideas.models import Idea
from ideahub.moderation.appealing import appeal
from ideahub.moderation.deciding import undo
from ideahub.moderation.live import ROOM
from ideahub.moderation.measures import APPEALABLE, measure_done
from ideahub.moderation.models import Measure, ModerationDecision, TextKind
from ideahub.moderation.naming import key_of, named_for_author
from ideahub.moderation.own import (
    MeasureView,
    find_decision_view,
    own_decisions,
    own_waiting,
)
from ideahub.moderation.own_masking import own_texts
from ideahub.moderation.rewriting import NewWords, send_again
from ideahub.moderation.texts import kind_name, text_of
from ideahub.moderation.web.forms import ObjectionForm, RewritingForm, UndoForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ONE = "/moderation/decisions/{ruling_id:int}"
Rule = Callable[[ModerationDecision], Awaitable[Any]]


@get("/moderation/own-texts")
async def list_own(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """What moderators decided about the viewer's texts, and which of them wait."""
    viewer.must_sign_in()
    decisions, waiting = await own_decisions(db, viewer), await own_waiting(db, viewer)
    return page(
        request,
        viewer,
        "moderation/own_texts.html",
        rooms=(f"person:{viewer.id}",),
        decisions=decisions,
        waiting=waiting,
        names=await named_for_author(db, viewer, map(key_of, [*decisions, *waiting])),
        texts=await own_texts(db, viewer),
        kind_name=kind_name,
        measure_done=measure_done,
    )


@get(ONE)
async def show_decision(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ruling_id: FromPath[int]
) -> Response[bytes]:
    """A decision with its reason, and what its author can do."""
    return await _page(request, db, viewer, ruling_id)


@post(ONE + "/appeal")
async def send_appeal(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ruling_id: FromPath[int]
) -> Response[Any]:
    """Appeals against the decision; the page again where that is refused."""
    form = await read_form(request, ObjectionForm)
    say_what_is_missing(form, text=_("Say why the decision is wrong."))
    done = _("Your appeal is sent. Somebody else looks at it, and you are told.")

    async def make(decision: ModerationDecision) -> None:
        await appeal(db, viewer, decision, form.values.text)

    return await _attempt(request, db, viewer, ruling_id, ("appeal", form, "text"), make, done)


@post(ONE + "/undoing")
async def send_undoing(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ruling_id: FromPath[int]
) -> Response[Any]:
    """Undoes the decision by another one; the page again where that is refused."""
    form = await read_form(request, UndoForm)
    say_what_is_missing(form, words=_("Say why: its author reads it."))
    done = _("Undone: everything is as it was before.")

    async def make(decision: ModerationDecision) -> None:
        await undo(db, viewer, decision.id, form.values.words)

    return await _attempt(request, db, viewer, ruling_id, ("undo", form, "words"), make, done)


@post(ONE + "/text")
async def send_text_again(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ruling_id: FromPath[int]
) -> Response[Any]:
    """Sends a text again that was given back; the page again where that is refused."""
    form = await read_form(request, RewritingForm)
    done = _("Thank you. It waits for a moderator now.")

    async def make(decision: ModerationDecision) -> None:
        new = NewWords(form.values.body, form.values.title, form.values.why)
        await send_again(db, viewer, decision, new)

    return await _attempt(request, db, viewer, ruling_id, ("text", form, "body"), make, done)


async def _attempt(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    decision_id: int,
    sent: tuple[str, Form[Any], str],
    make: Rule,
    done: str,
) -> Response[Any]:
    """Runs a rule with a form that was sent: its name on the page, and where a refusal without a
    field is shown."""
    name, form, field = sent
    await find_decision_view(db, viewer, decision_id)
    if form.ok:
        async with form.attempt(db, field):
            await make(await db.get_one(ModerationDecision, decision_id))
    if not form.ok:
        return await _page(request, db, viewer, decision_id, refused={name: form})
    await discard_draft(db, viewer, _key(name, decision_id))
    return see_other(f"/moderation/decisions/{decision_id}", done)


def _key(name: str, decision_id: int) -> str:
    return f"moderation-{name}-{decision_id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    decision_id: int,
    *,
    refused: dict[str, Form[Any]] | None = None,
) -> Response[bytes]:
    decision = await find_decision_view(db, viewer, decision_id)
    is_author = viewer.is_person(decision.author_id)
    # A form that was refused is shown again, whatever became of the decision meanwhile.
    again = refused or {}
    forms = await _forms(db, viewer, decision) | again
    status = max((form.status for form in forms.values()), default=200)
    return page(
        request,
        viewer,
        "moderation/decision.html",
        status=status,
        rooms=(f"person:{viewer.id}",) if is_author else (f"{ROOM}:0",),
        decision=decision,
        text=await text_of(db, decision.text_kind, decision.text_id),
        is_author=is_author,
        may_appeal=(decision.may_be_appealed and is_author) or "appeal" in again,
        is_too_late=_may_undo(decision) and decision.appeal_id is None,
        may_undo=(_may_undo(decision) and not is_author) or "undo" in again,
        may_rewrite=(_may_rewrite(decision) and is_author) or "text" in again,
        forms=forms,
        keys={name: _key(name, decision_id) for name in forms},
        kind_name=kind_name,
        measure_done=measure_done,
    )


def _may_undo(decision: MeasureView) -> bool:
    return decision.stands and decision.measure in APPEALABLE


def _may_rewrite(decision: MeasureView) -> bool:
    return decision.stands and decision.measure is Measure.RETURN


async def _forms(db: AsyncSession, viewer: Viewer, decision: MeasureView) -> dict[str, Form[Any]]:
    """The forms of the page, with the viewer's drafts."""
    found: dict[str, Form[Any]] = {}
    for name, kind in (("appeal", ObjectionForm), ("undo", UndoForm), ("text", RewritingForm)):
        draft = await find_draft(db, viewer, _key(name, decision.id))
        values = await _written(db, decision) if name == "text" else {}
        found[name] = restored(kind, draft, **values)
    return found


async def _written(db: AsyncSession, decision: MeasureView) -> dict[str, str]:
    if not _may_rewrite(decision):
        return {}
    if decision.text_kind is TextKind.IDEA:
        idea = await db.get_one(Idea, decision.text_id)
        return {"title": idea.title, "body": idea.body, "why": idea.why}
    return {"body": (await text_of(db, decision.text_kind, decision.text_id)).words}


ROUTES: list[ControllerRouterHandler] = [
    list_own,
    show_decision,
    send_appeal,
    send_undoing,
    send_text_again,
]
