"""Handlers for the public lists of answers: of a campaign, and of an organisation."""

import csv
import io
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.askers import find_asker
from ideahub.campaigns.queries import find_campaign
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query
from ideahub.responses.answer_lists import (
    MOST_IN_FILE,
    AnswersOf,
    AnswerState,
    OwedAnswer,
    answers_in,
    figures_of,
)
from ideahub.responses.labels import state_labels, verdict_labels
from ideahub.results.exporting.defusing import defused

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
OF_CAMPAIGN = [
    "/challenges/{campaign_id:int}/answers",
    "/idea-boxes/{campaign_id:int}/answers",
]
OF_ORGANISATION = "/organisations/{body_id:int}/answers"


@get(OF_CAMPAIGN)
async def of_campaign(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    show: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The answers to ideas of a campaign."""
    campaign = await find_campaign(db, viewer, campaign_id)
    at = {"at": f"{campaign.url}/answers", "name": campaign.title, "up": campaign.url}
    return await _page(request, db, viewer, AnswersOf(campaign_id=campaign.id), show, after, **at)


@get(OF_ORGANISATION)
async def of_organisation(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    body_id: FromPath[int],
    show: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The answers to ideas of an organisation's campaigns, as far as the viewer sees them."""
    organisation = await find_asker(db, viewer, body_id)
    place = AnswersOf(organisation_id=organisation.id)
    up = f"/organisations/{organisation.id}"
    at = {"at": f"{up}/answers", "name": organisation.name, "up": up}
    return await _page(request, db, viewer, place, show, after, **at)


@get([f"{address}.csv" for address in OF_CAMPAIGN])
async def file_of_campaign(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The same as a file."""
    campaign = await find_campaign(db, viewer, campaign_id)
    return await _file(db, viewer, AnswersOf(campaign_id=campaign.id), f"answers-{campaign.id}")


@get(f"{OF_ORGANISATION}.csv")
async def file_of_organisation(
    db: Db, viewer: CurrentViewer, body_id: FromPath[int]
) -> Response[bytes]:
    """The same as a file."""
    organisation = await find_asker(db, viewer, body_id)
    place = AnswersOf(organisation_id=organisation.id)
    return await _file(db, viewer, place, f"answers-of-{body_id}")


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    place: AnswersOf,
    state: str,
    after: str,
    **shown: Any,
) -> Response[bytes]:
    chosen = AnswerState(state) if state in set(AnswerState) else None
    start = number_in_query(after)
    rooms = (f"campaign:{place.campaign_id}",) if place.campaign_id else ()
    return page(
        request,
        viewer,
        "responses/answers.html",
        changed_in=rooms or ("ideas",),
        found=await answers_in(db, viewer, place, state=chosen, after=start),
        figures=await figures_of(db, viewer, place),
        labels=state_labels(),
        verdicts=verdict_labels(),
        chosen=chosen,
        later=start is not None,
        is_organisation=place.organisation_id is not None,
        **shown,
    )


async def _file(db: AsyncSession, viewer: Viewer, place: AnswersOf, name: str) -> Response[bytes]:
    found = await answers_in(db, viewer, place, most=MOST_IN_FILE)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows([defused(cell) for cell in _cells(row)] for row in found.rows)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "private, no-cache",
    }
    content = text.getvalue().encode("utf-8-sig")
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


HEAD = (
    "idea",
    "title",
    "state",
    "owed_since",
    "due_on",
    "answered_at",
    "days",
    "verdict",
    "answered_by",
    "for",
    "owed_by",
)


def _cells(row: OwedAnswer) -> tuple[Any, ...]:
    return (
        row.idea_id,
        row.title,
        row.state.value,
        row.owed_since.isoformat(timespec="seconds"),
        row.due_on.isoformat(),
        row.answered_at.isoformat(timespec="seconds") if row.answered_at else "",
        "" if row.days is None else row.days,
        row.verdict.value if row.verdict else "",
        row.answered_by or "",
        row.answered_for or "",
        "; ".join(row.owners),
    )


ROUTES: list[ControllerRouterHandler] = [
    of_campaign,
    of_organisation,
    file_of_campaign,
    file_of_organisation,
]
