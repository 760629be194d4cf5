"""Handlers for adding documents to a challenge, removing them, and serving them."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.documents import (
    MOST,
    MOST_BYTES,
    add_document,
    content_of_document,
    count_try,
    find_document,
    prepare_document,
    remove_document,
    too_large,
)
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.web.terms import terms_page
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, line, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.receiving import close_files, sent_form
from ideahub.http.requests import database_of, viewer_for_deed
from ideahub.http.sent_files import MOST_SENT, prepared_file
from ideahub.http.serving_files import file_answer

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class DocumentForm:
    """What a document is; the file itself is read from the form separately."""

    description: str = line(lengths.NOTE, required=True)


@get("/management/{campaign_id:int}/documents")
async def edit_documents(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page of the documents, with the form for another one."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign.id))
    form = restored(DocumentForm, draft)
    return await _page(request, db, viewer, campaign, form, from_draft=bool(draft))


@post("/management/{campaign_id:int}/documents", request_max_body_size=MOST_SENT)
async def send_document(request: AnyRequest, campaign_id: FromPath[int]) -> Response[Any]:
    """Adds a document; the form again where it is refused.

    Each step has a transaction of its own, so that none waits while a file is checked.
    """
    try:
        return await _send(request, campaign_id)
    finally:
        await close_files(sent_form(request).multi_items())


@post("/management/{campaign_id:int}/documents/{document_id:int}/removal")
async def take_document_away(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int], document_id: FromPath[int]
) -> Response[Any]:
    """Removes a document, and redirects to the others."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    await remove_document(db, viewer, campaign, document_id)
    to = f"/management/{campaign.id}/documents"
    return see_other(to, _("Removed. Nothing of the file is kept."))


@get("/documents/{document_token:str}")
async def download_document(
    request: AnyRequest, db: Db, viewer: CurrentViewer, document_token: FromPath[str]
) -> Response[Any]:
    """The file, to be downloaded, for whoever may see the challenge."""
    document = await find_document(db, viewer, document_token)
    return await file_answer(
        request,
        etag=document.token,
        media_type=document.media_type,
        file_name=document.file_name,
        content=lambda: content_of_document(db, document.id),
        stored_as=document.stored_as,
        size=document.size,
    )


async def _send(request: AnyRequest, campaign_id: int) -> Response[Any]:
    viewer = await viewer_for_deed(request)
    form = await read_form(request, DocumentForm)
    say_what_is_missing(form, description=_("Say in a few words what it is."))
    async with database_of(request).transaction() as db:
        campaign = await find_managed_challenge(db, viewer, campaign_id)
        if not form.ok:
            return await _page(request, db, viewer, campaign, form)
        await count_try(db, viewer)
    async with form.attempt(None, "file"):
        await _add(request, viewer, campaign_id, form.values.description)
        return see_other(f"/management/{campaign_id}/documents", _("Added."))
    async with database_of(request).reading() as db:
        campaign = await find_managed_challenge(db, viewer, campaign_id)
        return await _page(request, db, viewer, campaign, form)


async def _add(request: AnyRequest, viewer: Viewer, campaign_id: int, description: str) -> None:
    sent = sent_form(request).get("file")
    prepared = await prepared_file(request, sent, prepare_document, MOST_BYTES, too_large())
    async with database_of(request).transaction() as db:
        campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
        await add_document(db, viewer, campaign, prepared, description)
        await discard_draft(db, viewer, _draft_key(campaign_id))


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[DocumentForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    terms = await terms_of(db, campaign.id)
    return await terms_page(
        request,
        db,
        viewer,
        campaign,
        "documents",
        status=form.status,
        form=form,
        documents=terms.documents,
        left=MOST - len(terms.documents),
        most=MOST,
        most_bytes=MOST_BYTES,
        too_large=too_large(),
        draft_key=_draft_key(campaign.id),
        restored=from_draft,
    )


def _draft_key(campaign_id: int) -> str:
    return f"campaign-document-{campaign_id}"


ROUTES: list[ControllerRouterHandler] = [
    edit_documents,
    send_document,
    take_document_away,
    download_document,
]
