"""Handlers for one case: looking at it, and deciding."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.own_names import is_own
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page, see_other
from ideahub.moderation.cases import claim, find_case
from ideahub.moderation.conduct import conduct_of
from ideahub.moderation.deciding import decide
from ideahub.moderation.live import ROOM
from ideahub.moderation.measures import (
    APPEALABLE,
    measure_choice,
    measure_done,
    measures_for,
    place_name,
)
from ideahub.moderation.models import Measure, TextKind
from ideahub.moderation.own import decisions_of_case
from ideahub.moderation.personal_data import suggestions
from ideahub.moderation.queue import case_view
from ideahub.moderation.suspending import places_for
from ideahub.moderation.texts import kind_name, text_of
from ideahub.moderation.web.forms import MeasureForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/moderation/cases/{case_id:int}")
async def show_case(
    request: AnyRequest, db: Db, viewer: CurrentViewer, case_id: FromPath[int]
) -> Response[bytes]:
    """A case with all that was said about the text, and the form for the decision."""
    form = restored(MeasureForm, await _draft(db, viewer, case_id))
    return await _case_page(request, db, viewer, case_id, form)


@post("/moderation/cases/{case_id:int}/claim")
async def look_at_it(db: Db, viewer: CurrentViewer, case_id: FromPath[int]) -> Response[Any]:
    """Tells other moderators that the viewer looks at it now."""
    case = await claim(db, viewer, case_id)
    mine = viewer.is_person(case.claimed_by)
    notice = _("Others see for ten minutes that you look at it.") if mine else ""
    return see_other(f"/moderation/cases/{case_id}", notice)


@post("/moderation/cases/{case_id:int}/decision")
async def send_decision(
    request: AnyRequest, db: Db, viewer: CurrentViewer, case_id: FromPath[int]
) -> Response[Any]:
    """Decides the case, and goes on to the queue; the form again where it is refused."""
    case = await find_case(db, viewer, case_id)
    form = await read_form(request, MeasureForm)
    say_what_is_missing(form, measure=_("Choose what to do."))
    if form.ok:
        words = (await text_of(db, case.text_kind, case.text_id)).words
        async with form.attempt(db, "measure"):
            seen = form.values.fingerprints.get(case_id, "")
            await decide(db, viewer, case_id, form.values.chosen(words), seen=seen)
    if "parts" in form.errors:
        form.errors["others"] = form.errors.pop("parts")
    if not form.ok:
        return await _case_page(request, db, viewer, case_id, form)
    await discard_draft(db, viewer, _key(case_id))
    told = form.values.measure in APPEALABLE
    done = _("Decided. Its author is told why, and how to appeal.") if told else _("Decided.")
    return go_to(request, "/moderation", done)


def _key(case_id: int) -> str:
    return f"moderation-{case_id}"


async def _draft(db: AsyncSession, viewer: Viewer, case_id: int) -> dict[str, Any] | None:
    return await find_draft(db, viewer, _key(case_id)) if viewer.signed_in else None


async def _case_page(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, case_id: int, form: Form[MeasureForm]
) -> Response[bytes]:
    case = await find_case(db, viewer, case_id)
    view = await case_view(db, viewer, case_id)
    assert view
    return page(
        request,
        viewer,
        "moderation/case.html",
        status=form.status,
        rooms=(f"{ROOM}:0",),
        case=view,
        is_own=await is_own(db, viewer, case.author_id),
        decisions=await decisions_of_case(db, case_id),
        conduct=await conduct_of(db, case.campaign_id, case.organisation_id),
        measures=[measure_choice(one, TextKind(case.text_kind)) for one in measures_for(case)],
        places=[{"value": one.value, "label": place_name(one)} for one in places_for(viewer, case)],
        suggestions=suggestions(view.text.words),
        can_take_out=Measure.MASK in measures_for(case),
        form=form,
        draft_key=_key(case_id),
        kind_name=kind_name,
        measure_done=measure_done,
    )


ROUTES: list[ControllerRouterHandler] = [show_case, look_at_it, send_decision]
