"""Handlers for the counts of a vote as files; each download is allowed or refused by itself."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import database_of
from ideahub.public_voting.exporting import counts_export
from ideahub.public_voting.phases import find_voting_phase, is_counted
from ideahub.public_voting.web.voting import find_challenge
from ideahub.results.exporting.writing import MEDIA_TYPES, FileFormat, written


@get("/challenges/{campaign_id:int}/vote/{file_name:str}")
async def download_counts(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    campaign_id: FromPath[int],
    file_name: FromPath[str],
    phase: FromQuery[int | None] = None,
) -> Response[Any]:
    """The counts as `counts.csv` or another format, once the phase is over, for whoever may see the
    challenge."""
    campaign = await find_challenge(db, viewer, campaign_id)
    what, _dot, ending = file_name.partition(".")
    chosen, _all = await find_voting_phase(db, campaign.id, phase)
    if what != "counts" or ending not in set(FileFormat) or not is_counted(chosen):
        raise NotFound
    as_format = FileFormat(ending)
    name = f"votes-{campaign.id}-{chosen.id}.{as_format.value}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
    }
    pieces = written(database_of(request), counts_export(chosen), as_format)
    return Stream(pieces, media_type=MEDIA_TYPES[as_format], headers=headers)


ROUTES: list[ControllerRouterHandler] = [download_counts]
