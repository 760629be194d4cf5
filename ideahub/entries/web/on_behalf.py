"""Handlers for the page on which a manager begins an entry for somebody else."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseState
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.entries.designing_form import find_phase, phases_for_entries
from ideahub.entries.on_behalf import begin_for
from ideahub.http.forms import Form, line, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class BehalfForm:
    """For whom the entry is, and to which phase."""

    address: str = line(lengths.ADDRESS, required=True)
    phase: str = line(20)


@get("/management/{campaign_id:int}/entries/new")
async def new_on_behalf(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The page that asks for whom."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _key(campaign))
    form = restored(BehalfForm, draft)
    return await _page(request, db, viewer, campaign, form, from_draft=bool(draft))


@post("/management/{campaign_id:int}/entries/new")
async def begin_on_behalf(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Begins the entry, and opens it; the page again where that is refused."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    form = await read_form(request, BehalfForm)
    if form.ok:
        number = form.values.phase
        chosen = await find_phase(db, campaign.id, int(number) if number.isdecimal() else None)
        async with form.attempt(db, "address"):
            entry_id = await begin_for(db, viewer, campaign, chosen.id, form.values.address)
            await discard_draft(db, viewer, _key(campaign))
            return see_other(
                f"/entries/{entry_id}/draft",
                _("Write it, and submit it: then they are asked to confirm it."),
            )
    return await _page(request, db, viewer, campaign, form)


def _key(campaign: Campaign) -> str:
    return f"entry-for-{campaign.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[BehalfForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    phases = await phases_for_entries(db, campaign.id)
    return page(
        request,
        viewer,
        "entries/on_behalf.html",
        status=form.status,
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        phases=[(one.id, one.name) for one in phases if one.state is PhaseState.OPEN],
        form=form,
        draft_key=_key(campaign),
        restored=from_draft,
    )


ROUTES: list[ControllerRouterHandler] = [new_on_behalf, begin_on_behalf]
