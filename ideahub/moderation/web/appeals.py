"""Handlers for deciding an appeal."""

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
from ideahub.moderation.appealing import decide_appeal, find_appeal, why_not_decide
from ideahub.moderation.live import ROOM
from ideahub.moderation.measures import measure_done
from ideahub.moderation.own import find_decision_view
from ideahub.moderation.texts import kind_name, text_of
from ideahub.moderation.web.forms import AppealAnswerForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ONE = "/moderation/appeals/{objection_id:int}"


@get(ONE)
async def show_appeal(
    request: AnyRequest, db: Db, viewer: CurrentViewer, objection_id: FromPath[int]
) -> Response[bytes]:
    """An appeal with the decision that it is about, and the form for deciding it."""
    draft = await find_draft(db, viewer, _key(objection_id)) if viewer.signed_in else None
    form = restored(AppealAnswerForm, draft)
    return await _page(request, db, viewer, objection_id, form)


@post(ONE)
async def answer_appeal(
    request: AnyRequest, db: Db, viewer: CurrentViewer, objection_id: FromPath[int]
) -> Response[Any]:
    """Decides the appeal; the form again where that is refused."""
    form = await read_form(request, AppealAnswerForm)
    say_what_is_missing(
        form,
        upheld=_("Say whether the appeal is right."),
        reason=_("Say why: whoever appealed reads it."),
    )
    if form.ok and form.values.upheld not in {"yes", "no"}:
        form.errors["upheld"] = _("Say whether the appeal is right.")
    await find_appeal(db, viewer, objection_id)
    if form.ok:
        upheld, reason = form.values.upheld == "yes", form.values.reason
        async with form.attempt(db, "reason"):
            await decide_appeal(db, viewer, objection_id, is_upheld=upheld, reason=reason)
    if not form.ok:
        return await _page(request, db, viewer, objection_id, form)
    await discard_draft(db, viewer, _key(objection_id))
    return see_other("/moderation/appeals", _("Decided. Whoever appealed is told."))


def _key(appeal_id: int) -> str:
    return f"moderation-answer-{appeal_id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    appeal_id: int,
    form: Form[AppealAnswerForm],
) -> Response[bytes]:
    made = await find_appeal(db, viewer, appeal_id)
    decision = await find_decision_view(db, viewer, made.decision_id)
    return page(
        request,
        viewer,
        "moderation/appeal.html",
        status=form.status,
        rooms=(f"{ROOM}:0",),
        appeal=made,
        decision=decision,
        text=await text_of(db, decision.text_kind, decision.text_id),
        why_not=await why_not_decide(db, viewer, decision.author_id, decision.decided_by),
        form=form,
        draft_key=_key(appeal_id),
        kind_name=kind_name,
        measure_done=measure_done,
    )


ROUTES: list[ControllerRouterHandler] = [show_appeal, answer_appeal]
