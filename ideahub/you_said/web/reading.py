"""Handlers for reading summaries."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.askers import find_asker
from ideahub.campaigns.queries import find_and_manages
from ideahub.core.dates import zone_words
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import STRANGER, Role, Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.you_said.live import ROOM
from ideahub.you_said.places import page_of_campaign, page_of_quarter, page_of_quarters
from ideahub.you_said.queries import (
    ShownVersion,
    additions_to,
    version_of_campaign,
    version_of_quarter,
)
from ideahub.you_said.scope import Quarter
from ideahub.you_said.sentences import read
from ideahub.you_said.web.shown import shown_summary
from ideahub.you_said.wording.headings import quarter_words

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
CAMPAIGN = [
    f"/{lists}/{{campaign_id:int}}/you-said{version}"
    for lists in ("challenges", "idea-boxes")
    for version in ("", "/versions/{number:int}")
]
QUARTER = [
    f"/organisations/{{body_id:int}}/quarters/{{year:int}}/{{quarter:int}}{version}"
    for version in ("", "/versions/{number:int}")
]


@get(CAMPAIGN)
async def read_campaign(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
) -> Response[bytes]:
    """“You said, we did” of a challenge or an idea box, as it was published."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    number = int(request.path_params.get("number", 0))
    shown = await version_of_campaign(db, campaign.id, number)
    lists = "/challenges" if campaign.kind == "challenge" else "/idea-boxes"
    return await _page(
        request,
        db,
        viewer,
        viewer,
        shown,
        place=page_of_campaign(campaign),
        campaign=campaign,
        lists=lists,
        host="",
        name=campaign.heading,
        quarter="",
        manages=manages,
    )


@get(QUARTER)
async def read_quarter(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    body_id: FromPath[int],
    year: FromPath[int],
    quarter: FromPath[int],
) -> Response[bytes]:
    """“You said, we did” of an organisation in a quarter: what everyone can see, for everyone."""
    of = read_quarter_numbers(year, quarter)
    organisation = await find_asker(db, viewer, body_id)
    number = int(request.path_params.get("number", 0))
    shown = await version_of_quarter(db, organisation.id, of.starts_on, number)
    return await _page(
        request,
        db,
        viewer,
        STRANGER,
        shown,
        place=page_of_quarter(organisation.id, of),
        campaign=None,
        lists=page_of_quarters(organisation.id),
        host=f"/organisations/{organisation.id}",
        name=organisation.name,
        quarter=quarter_words(of),
        manages=viewer.holds(Role.MANAGER, organisation.id),
    )


def read_quarter_numbers(year: int, quarter: int) -> Quarter:
    """The quarter in an address; raises NotFound for what is none."""
    if not (2000 <= year <= 2099 and 1 <= quarter <= 4):
        raise NotFound
    return Quarter(year, quarter)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    reader: Viewer,
    shown: ShownVersion,
    **context: Any,
) -> Response[bytes]:
    """The page; it shows what `reader` may see, who is nobody where it is the same for everyone."""
    is_latest = shown.number == shown.latest
    summary = await shown_summary(
        db,
        reader,
        read(shown.sentences),
        words_html=shown.words_html,
        order=shown.section_order,
        timezone=shown.timezone,
        additions=await additions_to(db, shown) if is_latest else (),
    )
    return page(
        request,
        viewer,
        "you_said/show.html",
        rooms=(f"{ROOM}:{shown.summary_id}",),
        shown=shown,
        is_latest=is_latest,
        summary=summary,
        zone=zone_words(shown.timezone),
        **context,
    )


ROUTES: list[ControllerRouterHandler] = [read_campaign, read_quarter]
