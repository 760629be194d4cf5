"""Handlers for the manager's page of a vote: what is on the ballot, and how many votes each has."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseNow, PhaseState
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core.i18n import _, ngettext
from ideahub.core.i18n import number as show
from ideahub.core.paging import MOST
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form, line, number, read_form, repeated
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.public_voting.ballot import put_all_on_ballot, put_on_ballot, set_votes_each
from ideahub.public_voting.candidates import candidates_for
from ideahub.public_voting.counting import outcome_of
from ideahub.public_voting.lacking import has_public_question
from ideahub.public_voting.models import LEAST_VOTES, MOST_VOTES
from ideahub.public_voting.phases import find_voting_phase, is_counted
from ideahub.public_voting.queries import ballot_of, somebody_voted, turnout, votes_each

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

AT_ONCE = 100
ALL = "all"


@dataclass
class BallotForm:
    """The entries that are put on the ballot: those that were chosen, or all."""

    entries: list[str] = repeated(AT_ONCE, 20)
    do: str = line(20)

    @property
    def numbers(self) -> list[int]:
        """The entries that were chosen."""
        return [int(one) for one in self.entries if one.isdecimal() and int(one) <= MOST]


@dataclass
class SettingsForm:
    """How many votes each person has."""

    votes_each: int | None = number(LEAST_VOTES, MOST_VOTES, required=True)


@get("/management/{campaign_id:int}/vote")
async def show_ballot(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase: FromQuery[int | None] = None,
    after: FromQuery[int] = 0,
) -> Response[bytes]:
    """The ballot of a phase, and what can be put there."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    return await _page(request, db, viewer, campaign, phase, button_form(), after)


@post("/management/{campaign_id:int}/vote/{phase_id:int}/ballot")
async def fill_ballot(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase_id: FromPath[int],
) -> Response[Any]:
    """Puts the chosen entries on the ballot, or all."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    form = await read_form(request, BallotForm)
    async with form.attempt(db, "entries"):
        if form.values.do == ALL:
            new = await put_all_on_ballot(db, viewer, campaign, phase_id)
        else:
            new = await put_on_ballot(db, viewer, campaign, phase_id, form.values.numbers)
        return see_other(ballot_address(campaign.id, phase_id), put_words(new), done=new > 0)
    return await _page(request, db, viewer, campaign, phase_id, form)


@post("/management/{campaign_id:int}/vote/{phase_id:int}/settings")
async def change_settings(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase_id: FromPath[int],
) -> Response[Any]:
    """Says how many votes each person has."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    form = await read_form(request, SettingsForm)
    if form.ok and form.values.votes_each:
        async with form.attempt(db, "votes_each"):
            await set_votes_each(db, viewer, campaign, phase_id, form.values.votes_each)
            return see_other(ballot_address(campaign.id, phase_id), _("It is saved."))
    return await _page(request, db, viewer, campaign, phase_id, form)


def ballot_address(campaign_id: int, phase_id: int | None = None, after: int | None = None) -> str:
    """The address of the manager's page of a vote."""
    return with_query(f"/management/{campaign_id}/vote", phase=phase_id, after=after)


def put_words(new: int) -> str:
    """What was done, after entries were put on the ballot."""
    if not new:
        return _("They were on the ballot before, so nothing is new.")
    return ngettext(
        "%(num)s entry is on the ballot now. Its team is told.",
        "%(num)s entries are on the ballot now. Their teams are told.",
        new,
    )


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    phase_id: int | None,
    form: Form[Any],
    after: int = 0,
) -> Response[bytes]:
    phase, phases = await find_voting_phase(db, campaign.id, phase_id)
    return page(
        request,
        viewer,
        "public_voting/manage.html",
        status=form.status,
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        phase=phase,
        phases=phases,
        form=form,
        choices_of_votes=[(one, show(one)) for one in range(LEAST_VOTES, MOST_VOTES + 1)],
        outcome=await outcome_of(db, phase),
        **await _ballot(db, campaign, phase, min(max(after, 0), MOST)),
    )


async def _ballot(
    db: AsyncSession, campaign: Campaign, phase: PhaseNow, after: int
) -> dict[str, Any]:
    on_it, further = await ballot_of(db, phase.id, after=after, most=AT_ONCE)
    is_over = phase.state is PhaseState.PAST
    able = [] if is_over else await candidates_for(db, campaign.id, phase.id)
    return {
        "is_over": is_over,
        "is_counted": is_counted(phase),
        "on_ballot": on_it,
        "next_href": ballot_address(campaign.id, phase.id, further) if further else "",
        "first_href": ballot_address(campaign.id, phase.id) if after else "",
        "candidates": able[:AT_ONCE],
        "able": len(able),
        "voted": await somebody_voted(db, phase.id),
        "turnout": await turnout(db, phase.id),
        "votes_each": await votes_each(db, phase.id),
        "has_question": await has_public_question(db, campaign.id),
    }


ROUTES: list[ControllerRouterHandler] = [show_ballot, fill_ballot, change_settings]
