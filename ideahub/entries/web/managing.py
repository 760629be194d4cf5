"""Handlers for the managers' list of entries, and for deciding whether entries may be judged."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.paging import MOST
from ideahub.core.viewer import Viewer
from ideahub.entries.managing import EntryCounts, Show, count_entries, managed_entries, show_labels
from ideahub.entries.managing_steps import after_triage
from ideahub.entries.triage import decide_eligibility
from ideahub.entries.web.triage_form import TriageForm
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other, with_query

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/entries")
async def list_entries(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    show: FromQuery[str] = "",
    after: FromQuery[int] = 0,
) -> Response[bytes]:
    """The submitted entries of a challenge, by their numbers."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, draft_key(campaign))
    form = restored(TriageForm, draft)
    chosen = Show(show) if show in set(Show) else Show.ALL
    return await _list_page(
        request, db, viewer, campaign, form, show=chosen, after=after, from_draft=bool(draft)
    )


@post("/management/{campaign_id:int}/entries/triage")
async def decide(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Decides about the chosen entries; the list again where that is refused."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    form = await read_form(request, TriageForm)
    values = form.values
    if form.ok and values.eligible not in ("yes", "no"):
        form.errors["eligible"] = _("Choose whether they are eligible.")
    if form.ok:
        async with form.attempt(db, "entries"):
            new = await decide_eligibility(
                db,
                viewer,
                campaign,
                values.numbers,
                is_eligible=values.eligible == "yes",
                reason=values.reason,
                seen=values.versions,
            )
            await discard_draft(db, viewer, draft_key(campaign))
            return see_other(_back(campaign, values), _decided(new))
    return await _list_page(request, db, viewer, campaign, form)


def _back(campaign: Campaign, values: TriageForm) -> str:
    if values.back.isdecimal() and int(values.back) in values.numbers:
        return f"/entries/{values.back}"
    return f"/management/{campaign.id}/entries"


def _decided(new: int) -> str:
    if not new:
        return _("This was decided before, so nothing is new.")
    return ngettext(
        "Decided about %(num)s entry. Its team is told.",
        "Decided about %(num)s entries. Their teams are told.",
        new,
    )


def draft_key(campaign: Campaign) -> str:
    """The name of the form of decisions among drafts."""
    return f"entry-triage-{campaign.id}"


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[TriageForm],
    *,
    show: Show = Show.ALL,
    after: int = 0,
    from_draft: bool = False,
) -> Response[bytes]:
    counts = await count_entries(db, campaign.id)
    found = await managed_entries(db, campaign.id, show, min(max(after, 0), MOST))
    first = _address(campaign, show)
    return page(
        request,
        viewer,
        "entries/manage.html",
        status=form.status,
        rooms=(f"entries:{campaign.id}",),
        campaign=campaign,
        counts=counts,
        next=after_triage(campaign.id, counts, await phases_now(db, campaign.id)),
        entries=found.entries,
        groups=show_labels(),
        tabs_of=_tabs(campaign, counts, show),
        next_href=_address(campaign, show, found.after) if found.after else "",
        first_href=first if after else "",
        form=form,
        draft_key=draft_key(campaign),
        restored=from_draft,
    )


def _address(campaign: Campaign, show: Show, after: int | None = None) -> str:
    asked = "" if show is Show.ALL else show.value
    return with_query(f"/management/{campaign.id}/entries", show=asked, after=after)


def _tabs(campaign: Campaign, counts: EntryCounts, chosen: Show) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "href": _address(campaign, one),
            "current": one is chosen,
            "count": counts.groups[one],
        }
        for one, label in show_labels().items()
        if counts.groups[one] or one in (Show.ALL, chosen)
    ]


ROUTES: list[ControllerRouterHandler] = [list_entries, decide]
