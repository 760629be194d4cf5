"""Handlers for the lists and pages of challenges and idea boxes."""

from dataclasses import replace
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.browsing import (
    CampaignCardPage,
    CampaignFilters,
    browse_campaigns,
    count_by_status,
    hosts_of,
    topics_of,
)
from ideahub.campaigns.cards import CampaignCard, CampaignStatus
from ideahub.campaigns.labels import status_labels
from ideahub.campaigns.models import CampaignKind
from ideahub.campaigns.queries import find_campaign
from ideahub.campaigns.web.campaign_page import campaign_page
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
MOST_ROOMS = 7
MOST_COMING = 3


@get("/challenges")
async def challenges(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    show: FromQuery[str] = "",
    q: FromQuery[str] = "",
    topic: FromQuery[str] = "",
    organisation: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The list of challenges of one status; without a choice, of the first that has any."""
    wanted = _wanted(CampaignKind.CHALLENGE, q, topic, organisation)
    counts = await count_by_status(db, viewer, wanted)
    status = CampaignStatus(show) if show in set(CampaignStatus) else _first(counts)
    narrowed = replace(wanted, status=status)
    found = await browse_campaigns(db, viewer, narrowed, after)
    # The first page of open challenges also shows those that are coming.
    is_start = (
        status is CampaignStatus.OPEN
        and narrowed == CampaignFilters(wanted.kind, status)
        and not after
    )
    next_ones = replace(narrowed, status=CampaignStatus.COMING)
    coming = (await browse_campaigns(db, viewer, next_ones)).cards if is_start else []
    return page(
        request,
        viewer,
        "campaigns/challenges.html",
        coming=coming[:MOST_COMING],
        chosen_status=status.value,
        counts=counts,
        matches=sum(counts.values()),
        statuses=status_labels(),
        **await _list(db, viewer, narrowed, found, after),
    )


@get("/idea-boxes")
async def idea_boxes(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    q: FromQuery[str] = "",
    topic: FromQuery[str] = "",
    organisation: FromQuery[str] = "",
    show: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The list of idea boxes: those that stand, or those that are archived."""
    wanted = _wanted(CampaignKind.IDEA_BOX, q, topic, organisation)
    archived = show == CampaignStatus.ARCHIVED
    wanted = (
        replace(wanted, status=CampaignStatus.ARCHIVED)
        if archived
        else replace(wanted, standing=True)
    )
    found = await browse_campaigns(db, viewer, wanted, after)
    counts = await count_by_status(db, viewer, replace(wanted, standing=None))
    in_archive = counts[CampaignStatus.ARCHIVED]
    return page(
        request,
        viewer,
        "campaigns/idea_boxes.html",
        matches=in_archive if archived else sum(counts.values()) - in_archive,
        in_archive=in_archive,
        chosen_status=CampaignStatus.ARCHIVED.value if archived else "",
        **await _list(db, viewer, wanted, found, after),
    )


@get("/challenges/{campaign_id:int}")
async def show_challenge(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page of a challenge; redirects to the right address for the number of an idea box."""
    return await _show(request, db, viewer, campaign_id, CampaignKind.CHALLENGE)


@get("/idea-boxes/{campaign_id:int}")
async def show_idea_box(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page of an idea box; redirects to the right address for the number of a challenge."""
    return await _show(request, db, viewer, campaign_id, CampaignKind.IDEA_BOX)


async def _show(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, campaign_id: int, kind: CampaignKind
) -> Response[Any]:
    campaign = await find_campaign(db, viewer, campaign_id)
    if campaign.kind != kind:
        return see_other(campaign.url)
    return await campaign_page(request, db, viewer, campaign)


def _wanted(kind: CampaignKind, q: str, topic: str, organisation: str) -> CampaignFilters:
    return CampaignFilters(
        kind,
        words=clean_line(q),
        topic=clean_line(topic[:400])[:80],
        organisation_id=number_in_query(organisation),
    )


def _first(counts: dict[CampaignStatus, int]) -> CampaignStatus:
    return next((status for status in CampaignStatus if counts[status]), CampaignStatus.OPEN)


async def _list(
    db: AsyncSession, viewer: Viewer, wanted: CampaignFilters, found: CampaignCardPage, after: str
) -> dict[str, Any]:
    return {
        "wanted": wanted,
        "after": after,
        "cards": found.cards,
        "asked": found.asked,
        "next_after": found.after,
        "topics": await topics_of(db, viewer, wanted.kind),
        "hosts": await hosts_of(db, viewer, wanted.kind),
        "rooms": ("campaigns", *_own_rooms(found.cards)),
        # What people search for is seldom searched for twice.
        "changed_in": None if wanted.words else ("campaigns",),
    }


def _own_rooms(cards: list[CampaignCard]) -> list[str]:
    # The public room hears nothing of internal campaigns, so these need their own.
    return [f"campaign:{card.id}" for card in cards if not card.is_public][:MOST_ROOMS]


ROUTES: list[ControllerRouterHandler] = [
    challenges,
    idea_boxes,
    show_challenge,
    show_idea_box,
]
