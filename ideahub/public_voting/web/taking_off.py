"""Handlers for taking an entry off the ballot."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, text
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.public_voting.ballot import take_off_ballot
from ideahub.public_voting.queries import BallotEntryView, find_on_ballot, somebody_voted
from ideahub.public_voting.web.managing import ballot_address

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
PLACE = "/management/{campaign_id:int}/vote/entries/{ballot_entry_id:int}/removal"


@dataclass
class RemovalForm:
    """Why an entry is taken off the ballot."""

    reason: str = text(lengths.REASON)


@get(PLACE)
async def ask(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    ballot_entry_id: FromPath[int],
) -> Response[bytes]:
    """The form for the reason."""
    campaign, entry = await _find(db, viewer, campaign_id, ballot_entry_id)
    draft = await find_draft(db, viewer, _key(entry))
    return await _page(request, db, viewer, campaign, entry, restored(RemovalForm, draft))


@post(PLACE)
async def take_off(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    ballot_entry_id: FromPath[int],
) -> Response[Any]:
    """Takes it off the ballot."""
    campaign, entry = await _find(db, viewer, campaign_id, ballot_entry_id)
    form = await read_form(request, RemovalForm)
    if form.ok:
        reason = form.values.reason
        async with form.attempt(db, "reason"):
            await take_off_ballot(db, viewer, campaign, entry.phase_id, entry.id, reason)
            await discard_draft(db, viewer, _key(entry))
            back = ballot_address(campaign.id, entry.phase_id)
            return see_other(back, _("It is off the ballot. Its team is told."))
    return await _page(request, db, viewer, campaign, entry, form)


async def _find(
    db: AsyncSession, viewer: Viewer, campaign_id: int, ballot_entry_id: int
) -> tuple[Campaign, BallotEntryView]:
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    entry = await find_on_ballot(db, viewer, ballot_entry_id)
    if entry.campaign_id != campaign.id or entry.removed_at:
        raise NotFound
    return campaign, entry


def _key(entry: BallotEntryView) -> str:
    return f"ballot-removal-{entry.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    entry: BallotEntryView,
    form: Form[RemovalForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "public_voting/removal.html",
        status=form.status,
        campaign=campaign,
        entry=entry,
        voted=await somebody_voted(db, entry.phase_id),
        back=ballot_address(campaign.id, entry.phase_id),
        form=form,
        draft_key=_key(entry),
    )


ROUTES: list[ControllerRouterHandler] = [ask, take_off]
