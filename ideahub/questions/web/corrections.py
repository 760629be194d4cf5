"""Handlers for correcting an announcement."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Organisation
from ideahub.questions.correcting import correct_announcement, find_to_correct, seen_as
from ideahub.questions.web.forms import CorrectedForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/management/{campaign_id:int}/announcements/{announcement_id:int}"


@get(ADDRESS)
async def begin(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    announcement_id: FromPath[int],
) -> Response[bytes]:
    """The announcement as it stands, to be corrected."""
    campaign = await find_managed(db, viewer, campaign_id)
    found = await find_to_correct(db, campaign, announcement_id)
    stored = CorrectedForm(title=found.title, text=found.text, seen=seen_as(found))
    draft = await find_draft(db, viewer, _draft_key(announcement_id))
    form = prefilled(stored, draft)
    return await _page(request, db, viewer, campaign, announcement_id, form, from_draft=bool(draft))


@post(ADDRESS)
async def correct(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    announcement_id: FromPath[int],
) -> Response[Any]:
    """Corrects it; the form again where it cannot be used."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, CorrectedForm)
    say_what_is_missing(form, title=_("Give it a title."), text=_("Write what is new."))
    values = form.values
    if form.ok:
        words = values.title, values.text, await markdown_html(values.text)
        async with form.attempt(db, "text"):
            await correct_announcement(
                db, viewer, campaign, announcement_id, words, seen=values.seen
            )
            await discard_draft(db, viewer, _draft_key(announcement_id))
            told = _("It is corrected. Its page shows what was changed.")
            return see_other(f"{campaign.url}/announcements/{announcement_id}", told)
    # Whoever sends it again has read what the other one wrote.
    found = await find_to_correct(db, campaign, announcement_id)
    form.typed = {**form.typed, "seen": seen_as(found)}
    return await _page(request, db, viewer, campaign, announcement_id, form)


def _draft_key(number: int) -> str:
    return f"announcement-again-{number}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    number: int,
    form: Form[CorrectedForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    return page(
        request,
        viewer,
        "questions/correct_announcement.html",
        status=form.status,
        campaign=campaign,
        number=number,
        form=form,
        restored=from_draft,
        draft_key=_draft_key(number),
        text_seen_by=seen_by(campaign.audience, organisation.name),
    )


ROUTES: list[ControllerRouterHandler] = [begin, correct]
