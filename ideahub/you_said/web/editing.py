"""Handlers for those who write a summary."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import prefilled, read_form
from ideahub.http.overtaken import compare, put_together
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.rows import move
from ideahub.you_said.editing import full_order, leave_out, put_back, save_words
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.preparing import count_again
from ideahub.you_said.queries import find_summary
from ideahub.you_said.web.edit_page import edit_page, omission_key, words_key
from ideahub.you_said.web.forms import TEXTS, OmissionForm, WordsForm, form_of, in_words

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/summaries/{summary_id:int}")
async def edit(
    request: AnyRequest, db: Db, viewer: CurrentViewer, summary_id: FromPath[int]
) -> Response[bytes]:
    """The page on which a summary is written, with the viewer's drafts."""
    summary = await find_summary(db, viewer, summary_id)
    draft = await find_draft(db, viewer, words_key(summary))
    form = prefilled(form_of(summary), draft)
    return await edit_page(request, db, viewer, summary, form, from_draft=bool(draft))


@post("/summaries/{summary_id:int}")
async def save(
    request: AnyRequest, db: Db, viewer: CurrentViewer, summary_id: FromPath[int]
) -> Response[Any]:
    """Saves what was written; for a button that moves a section or puts two texts together, the
    page again, and nothing is saved yet."""
    summary = await find_summary(db, viewer, summary_id, lock=True)
    form = await read_form(request, WordsForm)
    what, _dash, which = form.values.do.partition("-")
    if what == "join":
        form, both = await put_together(form, prefilled(form_of(summary)), TEXTS, in_words)
        form.typed = {**form.typed, "seen": str(summary.saved)}
        return await edit_page(request, db, viewer, summary, form, overtaken=both)
    if what in {"up", "down"}:
        form.typed = {**form.typed, "order": _moved(form.values.sections, what, which)}
        form.errors.clear()
        return await edit_page(request, db, viewer, summary, form)
    overtaken = None
    if form.ok:
        async with form.attempt(db, "introduction"):
            values = form.values
            texts = values.introduction, values.words, values.sections
            save_words(viewer, summary, values.seen or 0, *texts)
            await discard_draft(db, viewer, words_key(summary))
            return see_other(f"/summaries/{summary.id}", _("Saved."))
        # Whoever sends it again has seen what the other one wrote.
        overtaken = await compare(form, prefilled(form_of(summary)), TEXTS, in_words)
        form.typed = {**form.typed, "seen": str(summary.saved)}
    return await edit_page(request, db, viewer, summary, form, overtaken=overtaken)


def _moved(order: list[str], what: str, which: str) -> str:
    sections = full_order(order)
    if which in sections:
        move(sections, sections.index(which), what)
    return " ".join(sections)


@post("/summaries/{summary_id:int}/figures")
async def count(
    request: AnyRequest, db: Db, viewer: CurrentViewer, summary_id: FromPath[int]
) -> Response[Any]:
    """Counts the figures again."""
    summary = await find_summary(db, viewer, summary_id, lock=True)
    await count_again(db, viewer, summary)
    return see_other(f"/summaries/{summary.id}", _("The figures are those of this moment."))


@post("/summaries/{summary_id:int}/omissions")
async def omit(
    request: AnyRequest, db: Db, viewer: CurrentViewer, summary_id: FromPath[int]
) -> Response[Any]:
    """Leaves a sentence out, with a reason."""
    summary = await find_summary(db, viewer, summary_id, lock=True)
    form = await read_form(request, OmissionForm)
    if form.ok:
        async with form.attempt(db, "reason"):
            await leave_out(db, viewer, summary, form.values.sentence, form.values.reason)
            await discard_draft(db, viewer, omission_key(summary))
            return see_other(f"/summaries/{summary.id}#omissions", _("It is left out."))
    draft = await find_draft(db, viewer, words_key(summary))
    words = prefilled(form_of(summary), draft)
    return await edit_page(request, db, viewer, summary, words, omission=form)


@post("/summaries/{summary_id:int}/omissions/{omission_id:int}/withdrawal")
async def restore(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    summary_id: FromPath[int],
    omission_id: FromPath[int],
) -> Response[Any]:
    """Puts a sentence back that was left out."""
    summary: OutcomeSummary = await find_summary(db, viewer, summary_id, lock=True)
    await put_back(db, viewer, summary, omission_id)
    return see_other(f"/summaries/{summary.id}#omissions", _("It is back."))


ROUTES: list[ControllerRouterHandler] = [edit, save, count, omit, restore]
