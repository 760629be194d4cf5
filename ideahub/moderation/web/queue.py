"""Handlers for the moderators' queue, and for deciding several cases at once."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft, save_draft
from ideahub.core.i18n import _, ngettext, sentences
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.moderation.appeals import appeals_waiting, count_appeals
from ideahub.moderation.deciding_together import Together, decide_together, rules_in
from ideahub.moderation.live import ROOM
from ideahub.moderation.measures import measure_done, measure_hint, measure_name
from ideahub.moderation.models import Measure
from ideahub.moderation.queue import (
    CasesPage,
    CasesShown,
    cases_like,
    cases_waiting,
    count_waiting_cases,
)
from ideahub.moderation.texts import kind_name
from ideahub.moderation.web.forms import MeasureForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# What can be decided about several texts at once: nothing that needs a look at each.
TOGETHER = (Measure.NONE, Measure.RELEASE, Measure.RETURN, Measure.HIDE, Measure.WARN)
DRAFT = "moderation-together"
# So many texts that were not decided are named; the others are counted.
NAMED = 5


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
    like: FromQuery[str] = "",
) -> Response[bytes]:
    """What waits for moderators, with a form that decides several at once; or those like one of
    them, which are chosen then."""
    must_moderate(viewer)
    chosen = CasesShown(show) if show in set(CasesShown) else CasesShown.ALL
    draft = await find_draft(db, viewer, DRAFT)
    found = await _found(db, viewer, chosen, place, like)
    alike = {"of": [str(case.id) for case in found.cases]} if like else {}
    form = restored(MeasureForm, {**(draft or {}), **alike})
    return await _queue_page(request, db, viewer, chosen, form, found, is_later=bool(place or like))


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
async def send_together(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Decides each of the chosen cases by itself, and says by name which of them were not."""
    must_moderate(viewer)
    form = await read_form(request, MeasureForm)
    say_what_is_missing(form, measure=_("Choose what to do."))
    if form.ok and not form.values.cases:
        form.errors["of"] = _("Choose at least one text in the list.")
    if form.ok and form.values.measure not in TOGETHER:
        form.errors["measure"] = _("Choose what to do.")
    if form.ok:
        async with form.attempt(db, "of"):
            decided = await decide_together(
                db,
                viewer,
                form.values.cases,
                form.values.chosen(),
                seen=form.values.fingerprints,
            )
    if not form.ok:
        found = await _found(db, viewer, CasesShown.ALL, "", "")
        return await _queue_page(request, db, viewer, CasesShown.ALL, form, found)
    await _keep_what_is_left(db, viewer, form.values, decided)
    return see_other("/moderation", _said(decided), done=not decided.refused)


async def _keep_what_is_left(
    db: AsyncSession, viewer: Viewer, sent: MeasureForm, decided: Together
) -> None:
    """What was decided and why stays in the form where it was refused for some texts."""
    if not decided.refused:
        await discard_draft(db, viewer, DRAFT)
        return
    typed = {"measure": [sent.measure or ""], "rule": [sent.rule], "words": [sent.words]}
    await save_draft(db, viewer, DRAFT, typed)


def _said(decided: Together) -> str:
    said = ngettext("%(num)s text is decided.", "%(num)s texts are decided.", decided.done)
    if not decided.refused:
        return said
    left = len(decided.refused) - NAMED
    more = ngettext("%(num)s more was not decided.", "%(num)s more were not decided.", left)
    return sentences(said, _("Not decided:"), *decided.refused[:NAMED], more if left > 0 else "")


async def _counts(db: AsyncSession, viewer: Viewer) -> dict[str, int]:
    cases = await count_waiting_cases(db, viewer)
    return {**cases, "appeals": await count_appeals(db, viewer)}


async def _found(
    db: AsyncSession, viewer: Viewer, show: CasesShown, place: str, like: str
) -> CasesPage:
    if like.isascii() and like.isdecimal():
        return await cases_like(db, viewer, int(like[:18]))
    return await cases_waiting(db, viewer, show, place)


def _campaigns(found: CasesPage) -> list[int]:
    return sorted({case.text.campaign_id for case in found.cases if case.text.campaign_id})


async def _queue_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    show: CasesShown,
    form: Form[MeasureForm],
    found: CasesPage,
    *,
    is_later: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "moderation/queue.html",
        status=form.status,
        rooms=(f"{ROOM}:0",),
        found=found,
        counts=await _counts(db, viewer),
        show=show.value,
        later=is_later,
        form=form,
        draft_key=DRAFT,
        measures=[
            {"value": one.value, "label": measure_name(one), "hint": measure_hint(one)}
            for one in TOGETHER
        ],
        rules=await rules_in(db, _campaigns(found)),
        kind_name=kind_name,
        measure_done=measure_done,
    )


ROUTES: list[ControllerRouterHandler] = [show_queue, show_appeals, send_together]
