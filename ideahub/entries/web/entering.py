"""Handlers for writing, submitting and withdrawing an entry."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.entries.eligibility import conditions_of, with_conditions
from ideahub.entries.entering import save_entry, submit_entry, withdraw_entry
from ideahub.entries.files import keep_file, remove_file
from ideahub.entries.form_versions import FormView, form_in_use
from ideahub.entries.models import Entry
from ideahub.entries.on_behalf import ask_to_confirm
from ideahub.entries.queries import EntryView, find_own_entry
from ideahub.entries.web.answer_form import (
    form_class,
    in_words,
    names_in,
    stored_form,
    written_in,
)
from ideahub.entries.web.edit_page import draft_key, edit_page, overtaken_by
from ideahub.entries.web.sent_files import Uploads, receive_files
from ideahub.http.forms import Form, read_form
from ideahub.http.overtaken import opened_on, put_together
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.receiving import close_files, sent_form
from ideahub.http.requests import config_of, database_of, viewer_for_deed
from ideahub.http.sent_files import MOST_SENT

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/entries/{entry_id:int}/draft")
async def edit_entry(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[bytes]:
    """The form of an entry, with what the viewer typed and did not save."""
    entry, row, asked = await _found(db, viewer, entry_id)
    draft = await find_draft(db, viewer, draft_key(entry.id))
    form = stored_form(row, asked, draft)
    overtaken = None
    if form.value("saved") != str(row.saved):
        overtaken = await overtaken_by(form, row, asked)
        form.typed = {**form.typed, "saved": str(row.saved)}
    return await edit_page(
        request, db, viewer, entry, row, asked, form, restored=bool(draft), overtaken=overtaken
    )


@post("/entries/{entry_id:int}/draft", request_max_body_size=MOST_SENT)
async def send_entry(request: AnyRequest, entry_id: FromPath[int]) -> Response[Any]:
    """Saves what was typed and the files that were sent; with the button for it, submits the entry.

    Files are prepared in no transaction, so that none waits while a picture is redrawn.
    """
    try:
        viewer = await viewer_for_deed(request)
        uploads = await receive_files(request, viewer, entry_id)
        async with database_of(request).transaction() as db:
            return await _send(request, db, viewer, entry_id, uploads)
    finally:
        await close_files(sent_form(request).multi_items())


async def _send(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, entry_id: int, uploads: Uploads
) -> Response[Any]:
    entry, row, asked = await _found(db, viewer, entry_id)
    form = await read_form(request, form_class(asked))
    form.errors |= uploads.errors
    do = str(form.value("do"))
    if do == "join":
        return await _join(request, db, viewer, entry, row, asked, form)
    if form.ok:
        row = await _save(db, viewer, row, asked, form, uploads) or row
    if form.ok and do == "submit":
        async with form.attempt(db, "form"):
            site = config_of(request).public_url
            revision = await submit_entry(db, viewer, entry.id, site=site)
            await discard_draft(db, viewer, draft_key(entry.id))
            if entry.is_unconfirmed:
                await ask_to_confirm(db, viewer, entry.id, site=site)
                return see_other(entry.url, _("It is submitted. They are asked to confirm it."))
            return see_other(f"{entry.url}/receipts/{revision.number}", _("Your entry is in."))
    if form.ok:
        await discard_draft(db, viewer, draft_key(entry.id))
        return see_other(f"{entry.url}/draft{_anchor(do)}", _saved_words(entry))
    return await _again(request, db, viewer, entry, row, asked, form)


async def _save(
    db: AsyncSession,
    viewer: Viewer,
    row: Entry,
    asked: FormView,
    form: Form[Any],
    uploads: Uploads,
) -> Entry | None:
    seen, do = form.values.saved, str(form.value("do"))
    async with form.attempt(db, "form"):
        row = await save_entry(
            db,
            viewer,
            row.id,
            asked,
            written_in(form, asked),
            int(seen) if seen.isdecimal() else -1,
        )
        for key, prepared in uploads.prepared.items():
            await keep_file(db, viewer, row.id, asked, key, prepared)
        if do.startswith("drop-"):
            await remove_file(db, viewer, row.id, do.removeprefix("drop-"))
        opened = opened_on(form.typed, names_in(asked))
        form.typed = {**form.typed, "saved": str(row.saved), "opened": opened}
        return row
    return None


async def _join(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry: EntryView,
    row: Entry,
    asked: FormView,
    form: Form[Any],
) -> Response[bytes]:
    now = stored_form(row, asked, None)
    both, overtaken = await put_together(form, now, names_in(asked), in_words(asked))
    both.typed = {**both.typed, "saved": str(row.saved)}
    return await edit_page(request, db, viewer, entry, row, asked, both, overtaken=overtaken)


async def _again(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry: EntryView,
    row: Entry,
    asked: FormView,
    form: Form[Any],
) -> Response[bytes]:
    """The form with its errors; where somebody in the team saved meanwhile, beside their text."""
    await db.refresh(row)
    overtaken, status = None, form.status
    if form.error("saved"):
        overtaken = await overtaken_by(form, row, asked)
        # What both wrote says it all; it is no error of a field.
        del form.errors["saved"]
        form.typed = {**form.typed, "saved": str(row.saved)}
    return await edit_page(
        request, db, viewer, entry, row, asked, form, overtaken=overtaken, status=status
    )


async def _found(
    db: AsyncSession, viewer: Viewer, entry_id: int
) -> tuple[EntryView, Entry, FormView]:
    entry = await find_own_entry(db, viewer, entry_id)
    row = await db.get_one(Entry, entry.id)
    asked = await form_in_use(db, entry.phase_id)
    assert asked is not None
    return entry, row, with_conditions(asked, await conditions_of(db, entry.campaign_id))


def _saved_words(entry: EntryView) -> str:
    if entry.submitted_id and not entry.withdrawn_at:
        return _("Saved. Submit it again, or what you submitted before counts.")
    return _("Saved. Only your team sees it until it is submitted.")


def _anchor(do: str) -> str:
    return f"#{do.removeprefix('drop-')}" if do.startswith("drop-") else ""


@post("/entries/{entry_id:int}/withdrawal")
async def withdraw(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[Any]:
    """Takes the entry back."""
    await withdraw_entry(db, viewer, entry_id)
    return see_other(f"/entries/{entry_id}", _("Your entry is withdrawn."))


ROUTES: list[ControllerRouterHandler] = [
    edit_entry,
    send_entry,
    withdraw,
]
