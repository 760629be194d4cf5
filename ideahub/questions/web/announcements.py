"""Handlers for reading announcements, and for making them."""

import asyncio
from itertools import pairwise
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import (
    find_and_manages,
    find_managed,
    lock_campaign,
)
from ideahub.core.config import Config
from ideahub.core.drafts import discard_draft, find_draft, find_drafts
from ideahub.core.i18n import _
from ideahub.core.text.diff import Piece, word_diff
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.organisations.models import Organisation
from ideahub.questions.announcement_groups import GROUPS, group_names, groups_now
from ideahub.questions.announcing import (
    announce,
    announcements_of,
    find_announcement,
    take_back,
)
from ideahub.questions.correcting import earlier_of
from ideahub.questions.web.announcement_preview import (
    AnnouncementPreview,
    preview_of,
    was_looked_at,
)
from ideahub.questions.web.forms import AnnouncementForm, TakeBackForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
LISTS = [
    "/challenges/{campaign_id:int}/announcements",
    "/idea-boxes/{campaign_id:int}/announcements",
]


@get(LISTS)
async def read_all(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    before: FromQuery[str] = "",
) -> Response[bytes]:
    """All announcements, the latest first."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    start = number_in_query(before)
    return page(
        request,
        viewer,
        "questions/announcements.html",
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        found=await announcements_of(db, campaign.id, before=start),
        later=start is not None,
        manages=manages,
    )


@get([f"{address}/{{announcement_id:int}}" for address in LISTS])
async def read_one(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    announcement_id: FromPath[int],
) -> Response[bytes]:
    """The page of one announcement."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    one = await find_announcement(db, viewer, campaign.id, announcement_id, manages=manages)
    earlier = await earlier_of(db, one.id) if one.changed_at else []
    said = [(one.title, one.text), *((before.title, before.text) for before in earlier)]
    changes = [await _changes(now, before) for now, before in pairwise(said)]
    return page(
        request,
        viewer,
        "questions/announcement.html",
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        one=one,
        only_for=() if one.is_for_all else group_names(one.groups),
        earlier=zip((before.until for before in earlier), changes, strict=True),
    )


async def _changes(now: tuple[str, str], before: tuple[str, str]) -> list[Piece]:
    # Comparing long texts takes a while, and would block the event loop.
    return await asyncio.to_thread(word_diff, "\n\n".join(before), "\n\n".join(now))


@get("/management/{campaign_id:int}/announcements")
async def manage(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    before: FromQuery[str] = "",
) -> Response[bytes]:
    """The form for an announcement, and all that there were."""
    campaign = await find_managed(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, _draft_key(campaign))
    form = _unsent(draft)
    return await _page(
        request, db, viewer, campaign, form, from_draft=bool(draft), before=number_in_query(before)
    )


@post("/management/{campaign_id:int}/announcements")
async def send(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Makes an announcement once its author has looked at it; before that, the form again and how
    it will look."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, AnnouncementForm)
    say_what_is_missing(form, title=_("Give it a title."), text=_("Write what is new."))
    values = form.values
    if form.ok and was_looked_at(values):
        html = await markdown_html(values.text)
        await lock_campaign(db, campaign)
        async with form.attempt(db, "text"):
            words = values.title, values.text, html
            number = await announce(db, viewer, campaign, *words, groups=values.groups)
            await discard_draft(db, viewer, _draft_key(campaign))
            told = _("It is announced, and told to each person once.")
            return see_other(f"{campaign.url}/announcements/{number}", told)
    preview = None
    if form.ok:
        async with form.attempt(None, "text"):
            preview = await preview_of(db, viewer, campaign, values)
    return await _page(request, db, viewer, campaign, form, preview=preview)


@post("/management/{campaign_id:int}/announcements/{announcement_id:int}/withdrawal")
async def withdraw(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    announcement_id: FromPath[int],
) -> Response[Any]:
    """Takes an announcement back, with a reason."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, TakeBackForm)
    why_needed = _("Say why: it stays beside the announcement, for those who manage it.")
    say_what_is_missing(form, why=why_needed)
    if form.ok:
        async with form.attempt(db, "why"):
            await take_back(db, viewer, campaign, announcement_id, form.values.why)
            await discard_draft(db, viewer, _withdrawal_key(announcement_id))
            return see_other(f"/management/{campaign.id}/announcements", _("It is taken back."))
    draft = await find_draft(db, viewer, _draft_key(campaign))
    shown = _unsent(draft)
    return await _page(request, db, viewer, campaign, shown, refused=(announcement_id, form))


def _unsent(draft: dict[str, Any] | None) -> Form[AnnouncementForm]:
    """The form with what its draft holds; it is looked at anew before it goes out."""
    kept = {**draft, "do": "", "looked": ""} if draft else None
    return restored(AnnouncementForm, kept, groups=[group.key for group in GROUPS])


def _draft_key(campaign: Campaign) -> str:
    return f"announcement-{campaign.id}"


def _withdrawal_key(number: int) -> str:
    return f"announcement-withdrawal-{number}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[AnnouncementForm],
    *,
    preview: AnnouncementPreview | None = None,
    from_draft: bool = False,
    before: int | None = None,
    refused: tuple[int, Form[TakeBackForm]] | None = None,
) -> Response[bytes]:
    config: Config = request.app.state.config
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    found = await announcements_of(db, campaign.id, before=before, all_of_them=True)
    keys = {one.id: _withdrawal_key(one.id) for one in found.announcements}
    drafts = await find_drafts(db, viewer, list(keys.values()))
    forms = {number: restored(TakeBackForm, drafts.get(key)) for number, key in keys.items()}
    if refused:
        forms[refused[0]] = refused[1]
    return page(
        request,
        viewer,
        "questions/manage_announcements.html",
        status=refused[1].status if refused else form.status,
        campaign=campaign,
        found=found,
        form=form,
        preview=preview,
        sender=config.mail_from,
        forms=forms,
        refused=refused[0] if refused else 0,
        restored=from_draft,
        later=before is not None,
        draft_key=_draft_key(campaign),
        groups=await groups_now(db, campaign.id),
        group_names=group_names,
        text_seen_by=seen_by(campaign.audience, organisation.name),
    )


ROUTES: list[ControllerRouterHandler] = [read_all, read_one, manage, send, withdraw]
