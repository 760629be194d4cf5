"""Handlers for reading the rules of a challenge, and for accepting them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import accept_rules, accepted_version, has_accepted
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import find_and_manages
from ideahub.campaigns.rules_versions import current_rules, listed_versions, rules_version
from ideahub.campaigns.terms_models import RulesVersion
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.text.diff import Piece, word_diff
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form
from ideahub.http.local_paths import is_local
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


async def acceptance_context(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, *, next_page: str = ""
) -> dict[str, Any]:
    """The variables of `campaigns/_accept_rules.html`, where a person accepts the newest rules.

    `to_accept` is that version, None where the campaign has no rules or the person has accepted
    all that is material; `accepted` is what they accepted last, and `since` what was changed in
    it. `next_page` is where they come back to.
    """
    newest = await current_rules(db, campaign.id)
    accepted = await accepted_version(db, viewer.person_id, campaign.id)
    is_done = await has_accepted(db, viewer.person_id, campaign.id)
    to_accept = None if newest is None or is_done else newest
    since = await _compared(accepted, newest) if accepted and to_accept else []
    return {
        "to_accept": to_accept,
        "accepted": accepted,
        "since": since,
        "next_page": next_page,
    }


@get("/challenges/{campaign_id:int}/rules")
async def show_rules(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page of the rules that hold now, and of all versions."""
    campaign, manages = await _find_challenge(db, viewer, campaign_id)
    newest = await current_rules(db, campaign.id)
    return await _rules_page(request, db, viewer, campaign, newest, newest, manages=manages)


@get("/challenges/{campaign_id:int}/rules/{number:int}")
async def show_version(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    number: FromPath[int],
) -> Response[Any]:
    """The page of one version, compared with the one before it."""
    campaign, manages = await _find_challenge(db, viewer, campaign_id)
    shown = await rules_version(db, campaign.id, number)
    if shown is None:
        raise NotFound
    newest = await current_rules(db, campaign.id)
    return await _rules_page(request, db, viewer, campaign, shown, newest, manages=manages)


@post("/challenges/{campaign_id:int}/rules/{number:int}/acceptance")
async def accept(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    number: FromPath[int],
) -> Response[Any]:
    """Accepts a version, and redirects to where the form stood; where a newer one holds, to the
    page that shows what was changed."""
    viewer.must_sign_in()
    campaign, manages = await _find_challenge(db, viewer, campaign_id)
    pressed = button_form()
    async with pressed.attempt(db, "rules"):
        await accept_rules(db, viewer, campaign.id, number)
        back = str(sent_form(request).get("next", ""))
        to = back if is_local(back) else f"{campaign.url}/rules"
        return see_other(to, _("You have accepted version %(number)s of the rules.", number=number))
    newest = await current_rules(db, campaign.id)
    return await _rules_page(
        request, db, viewer, campaign, newest, newest, pressed, manages=manages
    )


async def _find_challenge(
    db: AsyncSession, viewer: Viewer, campaign_id: int
) -> tuple[Campaign, bool]:
    """The challenge that the viewer may see, and whether they manage it; raises NotFound, also for
    an idea box, which has no rules."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    if campaign.kind != CampaignKind.CHALLENGE:
        raise NotFound
    return campaign, manages


async def _rules_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    shown: RulesVersion | None,
    newest: RulesVersion | None,
    pressed: Form[None] | None = None,
    *,
    manages: bool,
) -> Response[bytes]:
    before = await rules_version(db, campaign.id, shown.number - 1) if shown else None
    own: dict[str, Any] = {"to_accept": None, "accepted": None, "since": [], "next_page": ""}
    if viewer.signed_in and newest:
        own = await acceptance_context(db, viewer, campaign)
    return page(
        request,
        viewer,
        "campaigns/rules.html",
        status=pressed.status if pressed else 200,
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        shown=shown,
        newest=newest,
        before=before,
        compared=await _compared(before, shown) if before else [],
        versions=await listed_versions(db, campaign.id),
        manages=manages,
        problem=pressed.error("rules") if pressed else "",
        **own,
    )


async def _compared(old: RulesVersion | None, new: RulesVersion | None) -> Sequence[Piece]:
    # Comparing long texts takes a while, and would block the event loop.
    texts = (old.text if old else "", new.text if new else "")
    return await asyncio.to_thread(word_diff, *texts)


ROUTES: list[ControllerRouterHandler] = [show_rules, show_version, accept]
