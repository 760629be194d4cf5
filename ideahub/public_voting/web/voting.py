"""Handlers for the page of a vote, for an entry on the ballot, and for voting."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.queries import find_campaign
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.files import submitted_file
from ideahub.entries.web.files import neutral_copy
from ideahub.http.pages import AnyRequest, is_htmx, page, partial, see_other
from ideahub.public_voting.phases import find_voting_phase, has_begun
from ideahub.public_voting.queries import BallotEntryView, find_on_ballot
from ideahub.public_voting.reading import file_address, read_entries
from ideahub.public_voting.voting import take_back, vote
from ideahub.public_voting.web.ballot_page import own_context, vote_address, vote_context

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/challenges/{campaign_id:int}/vote")
async def show_vote(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase: FromQuery[int | None] = None,
    after: FromQuery[int] = 0,
) -> Response[bytes]:
    """The vote of a phase: the ballot while it is open, the counts afterwards."""
    campaign = await find_challenge(db, viewer, campaign_id)
    chosen, phases = await find_voting_phase(db, campaign.id, phase)
    return page(
        request,
        viewer,
        "public_voting/vote.html",
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        phase=chosen,
        phases=phases,
        address=vote_address(campaign.id, phase),
        after=after,
        **await vote_context(db, viewer, campaign, chosen, after),
    )


@get("/ballot-entries/{ballot_entry_id:int}")
async def show_entry(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ballot_entry_id: FromPath[int]
) -> Response[bytes]:
    """An entry on a ballot, with everything that is shown of it."""
    campaign, phase, entry = await find_shown(db, viewer, ballot_entry_id)
    (read,) = await read_entries(db, [entry])
    return page(
        request,
        viewer,
        "public_voting/entry.html",
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        phase=phase,
        read=read,
        entry=entry,
        **await own_context(db, viewer, campaign, phase),
    )


@get("/ballot-entries/{ballot_entry_id:int}/files/{token:str}")
async def show_file(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    ballot_entry_id: FromPath[int],
    token: FromPath[str],
) -> Response[Any]:
    """A file of an entry on the ballot, if it answers a question that is shown to everybody:
    without what programs write into files of their own accord."""
    _campaign, _phase, entry = await find_shown(db, viewer, ballot_entry_id)
    (read,) = await read_entries(db, [entry])
    shown = {one.file.url for one in read.answers if one.file}
    if file_address(entry.id, token) not in shown:
        raise NotFound
    return await neutral_copy(request, db, await submitted_file(db, token))


@post("/ballot-entries/{ballot_entry_id:int}/vote")
async def cast(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ballot_entry_id: FromPath[int]
) -> Response[Any]:
    """Votes for the entry; answers with the viewer's own control or the page of the vote."""
    _campaign, _phase, entry = await _find_begun(db, viewer, ballot_entry_id)
    await vote(db, viewer, entry)
    return await _answer(request, db, viewer, entry)


@post("/ballot-entries/{ballot_entry_id:int}/vote/withdrawal")
async def withdraw(
    request: AnyRequest, db: Db, viewer: CurrentViewer, ballot_entry_id: FromPath[int]
) -> Response[Any]:
    """Takes the viewer's vote back; answers with their own control or the page of the vote."""
    _campaign, _phase, entry = await _find_begun(db, viewer, ballot_entry_id)
    await take_back(db, viewer, entry)
    return await _answer(request, db, viewer, entry)


async def find_challenge(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign:
    """A challenge that the viewer may see; raises NotFound, also for an idea box."""
    campaign = await find_campaign(db, viewer, campaign_id)
    if campaign.kind != CampaignKind.CHALLENGE:
        raise NotFound
    return campaign


async def find_shown(
    db: AsyncSession, viewer: Viewer, ballot_entry_id: int
) -> tuple[Campaign, PhaseNow, BallotEntryView]:
    """An entry on the ballot of a vote that has begun; raises NotFound, also for one that was taken
    off: what it said is shown no longer."""
    campaign, phase, entry = await _find_begun(db, viewer, ballot_entry_id)
    if entry.removed_at:
        raise NotFound
    return campaign, phase, entry


async def _find_begun(
    db: AsyncSession, viewer: Viewer, ballot_entry_id: int
) -> tuple[Campaign, PhaseNow, BallotEntryView]:
    """The same, also for one that was taken off: a vote for it can be taken back."""
    entry = await find_on_ballot(db, viewer, ballot_entry_id)
    campaign = await find_challenge(db, viewer, entry.campaign_id)
    phase, _all = await find_voting_phase(db, campaign.id, entry.phase_id)
    if not has_begun(phase):
        raise NotFound
    return campaign, phase, entry


async def _answer(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, entry: BallotEntryView
) -> Response[Any]:
    if not is_htmx(request):
        return see_other(f"{vote_address(entry.campaign_id, entry.phase_id)}#ballot-{entry.id}")
    campaign = await find_challenge(db, viewer, entry.campaign_id)
    phase, _all = await find_voting_phase(db, campaign.id, entry.phase_id)
    own = await own_context(db, viewer, campaign, phase)
    return partial("public_voting/_answer.html", entry=entry, phase=phase, **own)


ROUTES: list[ControllerRouterHandler] = [show_vote, show_entry, show_file, cast, withdraw]
