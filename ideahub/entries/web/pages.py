"""Handlers for one's own entries, the page of an entry, and its receipts."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.entries.queries import find_entry, may_write, own_entries
from ideahub.entries.receipts import Receipt, content_of_receipt, find_receipt
from ideahub.entries.statuses import statuses_of
from ideahub.entries.team import names_of
from ideahub.entries.waiting_invitations import waiting_invitations
from ideahub.entries.web.entry_page import entry_page
from ideahub.http.pages import AnyRequest, page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/entries")
async def list_own(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """The viewer's entries, each with its state and what comes next, and invitations that wait."""
    viewer.must_sign_in()
    entries = await own_entries(db, viewer)
    status = await statuses_of(db, viewer, entries)
    return page(
        request,
        viewer,
        "entries/mine.html",
        rooms=tuple(dict.fromkeys(f"campaign:{one.campaign_id}" for one in entries))[:6],
        entries=[(one, status[one.id]) for one in entries],
        invitations=await waiting_invitations(db, viewer),
    )


@get("/entries/{entry_id:int}")
async def show_entry(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[bytes]:
    """The page of an entry, for its team and for those who manage the challenge."""
    entry = await find_entry(db, viewer, entry_id)
    return await entry_page(request, db, viewer, entry)


@get("/entries/{entry_id:int}/receipts/{revision:int}")
async def show_receipt(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    entry_id: FromPath[int],
    revision: FromPath[int],
) -> Response[bytes]:
    """The receipt of one submission."""
    entry = await find_entry(db, viewer, entry_id)
    receipt = await find_receipt(db, entry, revision)
    return page(
        request,
        viewer,
        "entries/receipt.html",
        entry=entry,
        receipt=receipt,
        command=f"shasum -a 256 {_file_name(receipt)}",
        names=await names_of(db, [receipt.submitted_by]),
        writes=may_write(viewer, entry),
    )


@get("/entries/{entry_id:int}/receipts/{revision:int}/content")
async def download_content(
    db: Db, viewer: CurrentViewer, entry_id: FromPath[int], revision: FromPath[int]
) -> Response[bytes]:
    """The file of which the receipt's fingerprint is made."""
    entry = await find_entry(db, viewer, entry_id)
    receipt = await find_receipt(db, entry, revision)
    return Response(
        await content_of_receipt(db, entry.id, receipt),
        media_type="application/json",
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'attachment; filename="{_file_name(receipt)}"',
        },
    )


def _file_name(receipt: Receipt) -> str:
    return f"entry-{receipt.code}.json"


ROUTES: list[ControllerRouterHandler] = [list_own, show_entry, show_receipt, download_content]
