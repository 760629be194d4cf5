"""Handlers for starting a draft as a copy, such as of last year's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.copying import (
    Copy,
    copy_campaign,
    dated_phases,
    first_opening,
    usual_opening,
)
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed, managed_organisations
from ideahub.campaigns.web.starting import to_check
from ideahub.core import lengths
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import (
    Form,
    day,
    line,
    number,
    read_form,
    restored,
    say_what_is_missing,
)
from ideahub.http.pages import AnyRequest, page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class CopyForm:
    """What is asked of a manager who makes a copy."""

    organisation_id: int | None = number(1, 2**62, required=True)
    title: str = line(lengths.CAMPAIGN_TITLE, required=True)
    opens_on: date | None = day()


@get("/management/{campaign_id:int}/copy")
async def new_copy(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The page for starting a copy of a campaign, about a year after it."""
    source = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _copy_key(source))
    usual = usual_opening(await dated_phases(db, source), datetime.now(UTC).date())
    values = {
        "organisation_id": source.organisation_id,
        "title": source.title or source.question[: lengths.CAMPAIGN_TITLE],
        "opens_on": usual or "",
    }
    form = restored(CopyForm, draft, **values)
    return await _copy_page(request, db, viewer, source, form, from_draft=bool(draft))


@post("/management/{campaign_id:int}/copy")
async def begin_copy(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Makes a copy and redirects to where it is checked and published."""
    source = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, CopyForm)
    say_what_is_missing(form, title=_("Give it a title."), organisation_id=_("Choose who asks."))
    if form.ok and form.values.organisation_id:
        copy = Copy(form.values.organisation_id, form.values.title, form.values.opens_on)
        async with form.attempt(db):
            campaign, notes = await copy_campaign(db, viewer, source, copy)
            await discard_draft(db, viewer, _copy_key(source))
            return to_check(campaign, *notes)
    return await _copy_page(request, db, viewer, source, form)


def _copy_key(source: Campaign) -> str:
    return f"campaign-copy-{source.id}"


async def _copy_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    source: Campaign,
    form: Form[CopyForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    phases = await dated_phases(db, source)
    context: dict[str, Any] = {
        "form": form,
        "restored": from_draft,
        "draft_key": _copy_key(source),
        "source": source,
        "hosts": await managed_organisations(db, viewer),
        "first": first_opening(phases),
        "draft_seen_by": draft_seen_by(seen_by(source.audience)),
    }
    return page(request, viewer, "campaigns/new_copy.html", status=form.status, **context)


ROUTES: list[ControllerRouterHandler] = [new_copy, begin_copy]
