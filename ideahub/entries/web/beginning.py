"""Handlers for the page on which an entry is begun."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import PhaseNow, PhaseState, must_sign_in_for
from ideahub.campaigns.queries import find_campaign
from ideahub.campaigns.rounds import invited_words
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.designing_form import find_phase, phases_for_entries, usual_fields
from ideahub.entries.eligibility import conditions_of
from ideahub.entries.entering import begin_entry
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.from_idea import begin_with_idea, own_ideas_for
from ideahub.entries.labels import seen_by_words
from ideahub.entries.queries import own_entries_in
from ideahub.entries.rules_accepted import rules_number
from ideahub.http.forms import Form, button_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Organisation

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/challenges/{campaign_id:int}/entries/new")
async def new_entry(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase: FromQuery[int | None] = None,
) -> Response[bytes]:
    """What entering takes, and the button that begins an entry."""
    campaign, chosen = await _find_phase(db, viewer, campaign_id, phase)
    await must_sign_in_for(db, viewer, campaign.id, Accepts.ENTRIES)
    return await _new_page(request, db, viewer, campaign, chosen, button_form())


@post("/challenges/{campaign_id:int}/entries")
async def create_entry(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Begins an entry, or finds the draft that the viewer has, and opens it."""
    campaign, chosen = await _find_phase(db, viewer, campaign_id, _number(request, "phase"))
    await must_sign_in_for(db, viewer, campaign.id, Accepts.ENTRIES)
    form = button_form()
    async with form.attempt(db, "phase"):
        entry_id = await _begin(request, db, viewer, campaign, chosen.id)
        return see_other(f"/entries/{entry_id}/draft")
    return await _new_page(request, db, viewer, campaign, chosen, form)


async def _begin(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int
) -> int:
    idea = _number(request, "idea")
    if idea is not None and idea <= MOST:
        return await begin_with_idea(db, viewer, campaign, phase_id, idea)
    return await begin_entry(db, viewer, campaign.id, phase_id)


def _number(request: AnyRequest, name: str) -> int | None:
    sent = str(sent_form(request).get(name, ""))[:20]
    return int(sent) if sent.isdecimal() else None


@post("/ideas/{idea_id:int}/entries")
async def enter_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Begins an entry with the text of an idea, in the phase that was chosen, and opens it."""
    viewer.must_sign_in()
    idea = await find_idea(db, viewer, idea_id)
    number = _number(request, "phase")
    phase = await db.get(Phase, number) if number is not None and number <= MOST else None
    if phase is None:
        raise NotFound
    campaign, chosen = await _find_phase(db, viewer, phase.campaign_id, phase.id)
    form = button_form()
    async with form.attempt(db, "phase"):
        entry_id = await begin_with_idea(db, viewer, campaign, chosen.id, idea.id)
        return see_other(f"/entries/{entry_id}/draft")
    return await _new_page(request, db, viewer, campaign, chosen, form)


async def _find_phase(
    db: AsyncSession, viewer: Viewer, campaign_id: int, phase_id: int | None
) -> tuple[Campaign, PhaseNow]:
    campaign = await find_campaign(db, viewer, campaign_id)
    if campaign.kind != CampaignKind.CHALLENGE:
        raise NotFound
    return campaign, await find_phase(db, campaign.id, phase_id)


async def _new_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    chosen: PhaseNow,
    form: Form[None],
) -> Response[bytes]:
    asked = await form_in_use(db, chosen.id)
    own = await own_entries_in(db, viewer, campaign.id)
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    return page(
        request,
        viewer,
        "entries/new.html",
        status=form.status,
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        phase=chosen,
        is_open=chosen.state is PhaseState.OPEN and campaign.is_published,
        invited=invited_words(chosen, await phases_for_entries(db, campaign.id))
        if chosen.invited_from_id
        else "",
        asked=asked.fields if asked else usual_fields(),
        own=[one for one in own if one.phase_id == chosen.id],
        ideas=await own_ideas_for(db, viewer, campaign),
        conditions=await conditions_of(db, campaign.id),
        rules=await rules_number(db, campaign.id),
        seen_by=seen_by_words(organisation.name),
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [new_entry, create_entry, enter_idea]
