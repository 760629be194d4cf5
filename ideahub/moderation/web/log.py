"""Handlers for the public log of moderation, as a page and as CSV."""

import csv
import io
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_campaign
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.moderation.log import ModerationLog, moderation_log
from ideahub.moderation.measures import measure_done
from ideahub.results.exporting.defusing import defused

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
COLUMNS = ("month", "what", "rule", "count")


@get("/moderation/log")
async def show_log(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """What moderators of the whole site decided, month by month."""
    return await _page(request, viewer, await moderation_log(db), None)


@get("/moderation/log.csv")
async def send_log(db: Db, viewer: CurrentViewer) -> Response[str]:
    """The same as CSV."""
    return _csv(await moderation_log(db))


@get(["/challenges/{campaign_id:int}/moderation", "/idea-boxes/{campaign_id:int}/moderation"])
async def show_log_of_campaign(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """What moderators decided in a campaign, month by month."""
    campaign = await find_campaign(db, viewer, campaign_id)
    return await _page(request, viewer, await moderation_log(db, campaign.id), campaign)


@get(
    [
        "/challenges/{campaign_id:int}/moderation.csv",
        "/idea-boxes/{campaign_id:int}/moderation.csv",
    ]
)
async def send_log_of_campaign(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[str]:
    """The same as CSV."""
    campaign = await find_campaign(db, viewer, campaign_id)
    return _csv(await moderation_log(db, campaign.id))


async def _page(
    request: AnyRequest, viewer: Viewer, log: ModerationLog, campaign: Campaign | None
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "moderation/log.html",
        log=log,
        campaign=campaign,
        measure_done=measure_done,
    )


def _csv(log: ModerationLog) -> Response[str]:
    text = io.StringIO()
    rows: list[tuple[Any, ...]] = [COLUMNS]
    rows += [
        (line.month.isoformat()[:7], line.measure.value, line.rule, line.count)
        for line in log.lines
    ]
    for month in log.appeals:
        for what, count in (
            ("appeals made", month.made),
            ("appeals upheld", month.upheld),
            ("appeals rejected", month.rejected),
            ("appeals open", month.open),
        ):
            rows.append((month.month.isoformat()[:7], what, "", count))
    csv.writer(text).writerows([defused(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": 'attachment; filename="moderation.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


ROUTES: list[ControllerRouterHandler] = [
    show_log,
    send_log,
    show_log_of_campaign,
    send_log_of_campaign,
]
