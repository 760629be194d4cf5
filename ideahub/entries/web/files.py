"""Handlers for the files of entries."""

import asyncio
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.files.preparing import PDF
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.entries.files import EntryFileView, content_of, find_file
from ideahub.entries.plain_pdf import without_metadata
from ideahub.http.pages import AnyRequest
from ideahub.http.serving_files import file_answer, stored_bytes

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/entries/files/{token:str}")
async def download(
    request: AnyRequest, db: Db, viewer: CurrentViewer, token: FromPath[str]
) -> Response[Any]:
    """The file, for the team and the managers; for others as `download_neutral` gives it."""
    file = await find_file(db, viewer, token)
    if not file.is_own:
        return await neutral_copy(request, db, file)
    return await file_answer(
        request,
        etag=file.token,
        media_type=file.media_type,
        file_name=file.file_name,
        content=lambda: content_of(db, file),
        stored_as=file.stored_as,
        size=file.size,
    )


@get("/entries/files/{token:str}/neutral")
async def download_neutral(
    request: AnyRequest, db: Db, viewer: CurrentViewer, token: FromPath[str]
) -> Response[Any]:
    """The file as it is read blind, whoever asks: under a name that tells nothing, and without what
    programs write into files of their own accord."""
    return await neutral_copy(request, db, await find_file(db, viewer, token))


async def neutral_copy(request: AnyRequest, db: AsyncSession, file: EntryFileView) -> Response[Any]:
    """The answer with a file as it is read without names, for whoever may read it."""

    async def content() -> bytes:
        kept = (
            await stored_bytes(request, file.stored_as)
            if file.stored_as
            else await content_of(db, file)
        )
        # Pictures were drawn anew when they came, so they have nothing of this kind.
        return await asyncio.to_thread(without_metadata, kept) if file.media_type == PDF else kept

    ending = file.file_name.rpartition(".")[2]
    return await file_answer(
        request,
        etag=f"{file.token}-neutral",
        media_type=file.media_type,
        file_name=_("file.%(ending)s", ending=ending),
        content=content,
    )


ROUTES: list[ControllerRouterHandler] = [download, download_neutral]
