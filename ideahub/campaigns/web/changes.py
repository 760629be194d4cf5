"""Handlers and values for what was changed in a campaign after its publication."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import ChangeWords, in_words
from ideahub.campaigns.changes import changes_of
from ideahub.campaigns.queries import find_campaign
from ideahub.core.text.diff import Piece, word_diff
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# How many the campaign's own page shows.
SHOWN = 5


async def changes_context(db: AsyncSession, campaign_id: int) -> dict[str, Any]:
    """The variables of `campaigns/_changes.html` and `_changed_note.html`."""
    found = await changes_of(db, campaign_id)
    return {"changes": [in_words(change) for change in found.changes[:SHOWN]]}


@get(["/challenges/{campaign_id:int}/changes", "/idea-boxes/{campaign_id:int}/changes"])
async def show_changes(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    before: FromQuery[str] = "",
) -> Response[bytes]:
    """The page of all changes, with long texts compared word by word."""
    campaign = await find_campaign(db, viewer, campaign_id)
    start = number_in_query(before)
    found = await changes_of(db, campaign.id, before=start)
    changes = [in_words(change) for change in found.changes]
    return page(
        request,
        viewer,
        "campaigns/changes.html",
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        changes=changes,
        # Comparing long texts takes a while, and would block the event loop.
        compared=await asyncio.to_thread(_compared, changes),
        before=start,
        more_changes=found.before,
    )


def _compared(changes: Sequence[ChangeWords]) -> list[tuple[ChangeWords, list[Piece]]]:
    return [
        (change, word_diff(change.parts[0].old, change.parts[0].new) if change.is_long else [])
        for change in changes
    ]


ROUTES: list[ControllerRouterHandler] = [show_changes]
