"""Handlers for attaching files to an idea, removing them, and serving them."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.files.pictures import WRITTEN_AS
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, line, read_form, restored
from ideahub.http.pages import AnyRequest, is_htmx, page, see_other
from ideahub.http.receiving import close_files, sent_form
from ideahub.http.requests import database_of, viewer_for_deed
from ideahub.http.sent_files import MOST_SENT, prepared_file
from ideahub.http.serving_files import file_answer
from ideahub.ideas.attached import AttachmentView, attachments_of, content_of, find_attachment
from ideahub.ideas.attaching import (
    MOST,
    MOST_BYTES,
    attach,
    count_try,
    must_attach,
    prepare,
    too_large,
)
from ideahub.ideas.detaching import remove
from ideahub.ideas.queries import IdeaView, find_idea

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class AttachForm:
    """The description of a file; the file itself is read from the form separately."""

    description: str = line(300, required=True)


@get("/ideas/{idea_id:int}/attachments/new")
async def new_attachment(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """The page for attaching a file."""
    idea = await find_idea(db, viewer, idea_id)
    await must_attach(db, viewer, idea)
    draft = await find_draft(db, viewer, _draft_key(idea_id))
    form = restored(AttachForm, draft)
    return await _form_page(request, db, viewer, idea, form, from_draft=bool(draft))


@post("/ideas/{idea_id:int}/attachments/new", request_max_body_size=MOST_SENT)
async def send_attachment(request: AnyRequest, idea_id: FromPath[int]) -> Response[Any]:
    """Attaches a file; the form again where it is refused.

    Each step has a transaction of its own, so that none waits while a picture is redrawn.
    """
    try:
        return await _send(request, idea_id)
    finally:
        await close_files(sent_form(request).multi_items())


async def _send(request: AnyRequest, idea_id: int) -> Response[Any]:
    viewer = await viewer_for_deed(request)
    form = await read_form(request, AttachForm)
    async with database_of(request).transaction() as db:
        idea = await find_idea(db, viewer, idea_id)
        await must_attach(db, viewer, idea)
        if not form.ok:
            return await _form_page(request, db, viewer, idea, form)
        await count_try(db, viewer)
    async with form.attempt(None, "file"):
        await _attach(request, viewer, idea, form.values.description)
        return see_other(
            f"{idea.url}#idea-{idea.id}-attachments",
            _("Attached. %(seen_by)s", seen_by=idea.seen_by),
        )
    async with database_of(request).reading() as db:
        return await _form_page(request, db, viewer, idea, form)


async def _attach(request: AnyRequest, viewer: Viewer, idea: IdeaView, description: str) -> None:
    sent = sent_form(request).get("file")
    prepared = await prepared_file(request, sent, prepare, MOST_BYTES, too_large())
    async with database_of(request).transaction() as db:
        await attach(db, viewer, await find_idea(db, viewer, idea.id), prepared, description)
        await discard_draft(db, viewer, _draft_key(idea.id))


def _draft_key(idea_id: int) -> str:
    return f"attachment-{idea_id}"


@post("/attachments/{token:str}/removal")
async def remove_attachment(
    request: AnyRequest, db: Db, viewer: CurrentViewer, token: FromPath[str]
) -> Response[Any]:
    """Removes an attachment, and redirects to its idea."""
    idea = await remove(db, viewer, token)
    if not is_htmx(request):
        return see_other(idea.url, _("Removed. Nothing of the file is kept."))
    # The list is updated by the push only.
    return Response(b"", status_code=204)


@get("/attachments/{token:str}")
async def download(
    request: AnyRequest, db: Db, viewer: CurrentViewer, token: FromPath[str]
) -> Response[Any]:
    """The whole file: a picture to show, or a document to download."""
    attached = await find_attachment(db, viewer, token)
    return await _file(request, db, attached, attached.media_type, small=False)


@get("/attachments/{token:str}/small")
async def download_small(
    request: AnyRequest, db: Db, viewer: CurrentViewer, token: FromPath[str]
) -> Response[Any]:
    """The small picture."""
    attached = await find_attachment(db, viewer, token)
    return await _file(request, db, attached, WRITTEN_AS, small=True)


async def _file(
    request: AnyRequest, db: AsyncSession, attached: AttachmentView, media_type: str, *, small: bool
) -> Response[Any]:
    return await file_answer(
        request,
        etag=f"{attached.token}{'-small' if small else ''}",
        media_type=media_type,
        file_name=attached.file_name,
        content=lambda: content_of(db, attached, small=small),
        stored_as=None if small else attached.stored_as,
        size=attached.size,
        inline=attached.is_picture,
    )


async def _form_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[AttachForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    attachments = await attachments_of(db, idea.id)
    return page(
        request,
        viewer,
        "ideas/attach.html",
        status=form.status,
        idea=idea,
        form=form,
        restored=from_draft,
        left=MOST - len(attachments),
        most_bytes=MOST_BYTES,
        too_large=too_large(),
        most=MOST,
    )


ROUTES: list[ControllerRouterHandler] = [
    new_attachment,
    send_attachment,
    remove_attachment,
    download,
    download_small,
]
