"""Handlers for the moderators' queue, and for deciding several cases at once."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.moderation.appeals import appeals_waiting, count_appeals
from ideahub.moderation.conduct import conduct_of
from ideahub.moderation.deciding import decide
from ideahub.moderation.live import ROOM
from ideahub.moderation.measures import measure_done, measure_hint, measure_name
from ideahub.moderation.models import Measure
from ideahub.moderation.queue import CasesShown, cases_waiting, count_waiting_cases
from ideahub.moderation.texts import kind_name
from ideahub.moderation.web.forms import MeasureForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# What can be decided about several texts at once: nothing that needs a look at each.
TOGETHER = (Measure.NONE, Measure.RELEASE, Measure.RETURN, Measure.HIDE, Measure.WARN)
DRAFT = "moderation-together"


def must_moderate(viewer: Viewer) -> None:
    """Raises SignInNeeded, and NotFound for whoever moderates nowhere."""
    viewer.must_sign_in()
    if not viewer.holds_anywhere(Role.MODERATOR):
        raise NotFound


@get("/moderation")
async def show_queue(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    show: FromQuery[str] = "",
    place: FromQuery[str] = "",
) -> Response[bytes]:
    """What waits for moderators, with a form that decides several at once."""
    must_moderate(viewer)
    chosen = CasesShown(show) if show in set(CasesShown) else CasesShown.ALL
    form = restored(MeasureForm, await find_draft(db, viewer, DRAFT))
    return await _queue_page(request, db, viewer, chosen, place, form)


@get("/moderation/appeals")
async def show_appeals(
    request: AnyRequest, db: Db, viewer: CurrentViewer, place: FromQuery[str] = ""
) -> Response[bytes]:
    """The appeals that wait for a decision."""
    must_moderate(viewer)
    return page(
        request,
        viewer,
        "moderation/appeals.html",
        rooms=(f"{ROOM}:0",),
        found=await appeals_waiting(db, viewer, place),
        later=bool(place),
        counts=await _counts(db, viewer),
        kind_name=kind_name,
        measure_done=measure_done,
        show="appeals",
    )


@post("/moderation/decisions")
async def decide_together(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Decides each of the chosen cases by itself; says which of them somebody else decided."""
    must_moderate(viewer)
    form = await read_form(request, MeasureForm)
    say_what_is_missing(form, measure=_("Choose what to do."))
    if form.ok and not form.values.cases:
        form.errors["of"] = _("Choose at least one text in the list.")
    if form.ok and form.values.measure not in TOGETHER:
        form.errors["measure"] = _("Choose what to do.")
    done = await _decide_each(db, viewer, form) if form.ok else 0
    if not form.ok and not done:
        return await _queue_page(request, db, viewer, CasesShown.ALL, "", form)
    await discard_draft(db, viewer, DRAFT)
    said = ngettext("%(num)s text is decided.", "%(num)s texts are decided.", done)
    left = " ".join(form.errors.values())
    return see_other("/moderation", f"{said} {left}".strip(), done=form.ok)


async def _decide_each(db: AsyncSession, viewer: Viewer, form: Form[MeasureForm]) -> int:
    done = 0
    # Always in this order, so that two moderators who choose the same never wait for each other.
    for number in sorted(set(form.values.cases)):
        before = dict(form.errors)
        async with form.attempt(db, "of"):
            await decide(db, viewer, number, form.values.chosen())
            done += 1
        if form.errors != before and "of" not in form.errors:
            break
    return done


async def _counts(db: AsyncSession, viewer: Viewer) -> dict[str, int]:
    return {
        "waiting": await count_waiting_cases(db, viewer),
        "appeals": await count_appeals(db, viewer),
    }


async def _queue_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    show: CasesShown,
    place: str,
    form: Form[MeasureForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "moderation/queue.html",
        status=form.status,
        rooms=(f"{ROOM}:0",),
        found=await cases_waiting(db, viewer, show, place),
        counts=await _counts(db, viewer),
        show=show.value,
        later=bool(place),
        form=form,
        draft_key=DRAFT,
        measures=[
            {"value": one.value, "label": measure_name(one), "hint": measure_hint(one)}
            for one in TOGETHER
        ],
        rules=(await conduct_of(db, None, None)).rules,
        kind_name=kind_name,
        measure_done=measure_done,
    )


ROUTES: list[ControllerRouterHandler] = [show_queue, show_appeals, decide_together]
