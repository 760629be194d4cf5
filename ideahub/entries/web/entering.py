"""Handlers for beginning, writing, submitting and withdrawing an entry."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.campaigns.phases import PhaseNow, PhaseState, must_sign_in_for
from ideahub.campaigns.queries import find_campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.designing_form import find_phase, usual_fields
from ideahub.entries.eligibility import conditions_of, with_conditions
from ideahub.entries.entering import begin_entry, save_entry, submit_entry, withdraw_entry
from ideahub.entries.files import keep_file, remove_file
from ideahub.entries.form_versions import FormView, form_in_use
from ideahub.entries.from_idea import begin_with_idea, own_ideas_in
from ideahub.entries.labels import seen_by_words
from ideahub.entries.models import Entry
from ideahub.entries.on_behalf import ask_to_confirm
from ideahub.entries.queries import EntryView, find_own_entry, own_entries_in
from ideahub.entries.rules_accepted import rules_number
from ideahub.entries.web.answer_form import (
    form_class,
    in_words,
    names_in,
    stored_form,
    written_in,
)
from ideahub.entries.web.edit_page import draft_key, edit_page, overtaken_by
from ideahub.entries.web.sent_files import Uploads, receive_files
from ideahub.http.forms import Form, button_form, read_form
from ideahub.http.overtaken import opened_on, put_together
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import close_files, sent_form
from ideahub.http.requests import config_of, database_of, viewer_now
from ideahub.ideas.web.attachments import MOST_SENT
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
    sent = str(sent_form(request).get("phase", ""))[:20]
    number = int(sent) if sent.isdecimal() else None
    campaign, chosen = await _find_phase(db, viewer, campaign_id, number)
    await must_sign_in_for(db, viewer, campaign.id, Accepts.ENTRIES)
    form = button_form()
    async with form.attempt(db, "phase"):
        entry_id = await _begin(request, db, viewer, campaign.id, chosen.id)
        return see_other(f"/entries/{entry_id}/draft")
    return await _new_page(request, db, viewer, campaign, chosen, form)


async def _begin(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, campaign_id: int, phase_id: int
) -> int:
    idea = str(sent_form(request).get("idea", ""))[:20]
    if idea.isdecimal() and int(idea) <= MOST:
        return await begin_with_idea(db, viewer, campaign_id, phase_id, int(idea))
    return await begin_entry(db, viewer, campaign_id, phase_id)


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
        asked=asked.fields if asked else usual_fields(),
        own=[one for one in own if one.phase_id == chosen.id],
        ideas=await own_ideas_in(db, viewer, campaign.id),
        conditions=await conditions_of(db, campaign.id),
        rules=await rules_number(db, campaign.id),
        seen_by=seen_by_words(organisation.name),
        form=form,
    )


@get("/entries/{entry_id:int}/draft")
async def edit_entry(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[bytes]:
    """The form of an entry, with what the viewer typed and did not save."""
    entry, row, asked = await _found(db, viewer, entry_id)
    draft = await find_draft(db, viewer, draft_key(entry.id))
    form = stored_form(row, asked, draft)
    overtaken = None
    if form.value("saved") != str(row.saved):
        overtaken = await overtaken_by(form, row, asked)
        form.typed = {**form.typed, "saved": str(row.saved)}
    return await edit_page(
        request, db, viewer, entry, row, asked, form, restored=bool(draft), overtaken=overtaken
    )


@post("/entries/{entry_id:int}/draft", request_max_body_size=MOST_SENT)
async def send_entry(request: AnyRequest, entry_id: FromPath[int]) -> Response[Any]:
    """Saves what was typed and the files that were sent; with the button for it, submits the entry.

    Files are prepared in no transaction, so that none waits while a picture is redrawn.
    """
    try:
        viewer = await viewer_now(request)
        uploads = await receive_files(request, viewer, entry_id)
        async with database_of(request).transaction() as db:
            return await _send(request, db, viewer, entry_id, uploads)
    finally:
        await close_files(sent_form(request).multi_items())


async def _send(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, entry_id: int, uploads: Uploads
) -> Response[Any]:
    entry, row, asked = await _found(db, viewer, entry_id)
    form = await read_form(request, form_class(asked))
    form.errors |= uploads.errors
    do = str(form.value("do"))
    if do == "join":
        return await _join(request, db, viewer, entry, row, asked, form)
    if form.ok:
        row = await _save(db, viewer, row, asked, form, uploads) or row
    if form.ok and do == "submit":
        async with form.attempt(db, "form"):
            site = config_of(request).public_url
            revision = await submit_entry(db, viewer, entry.id, site=site)
            await discard_draft(db, viewer, draft_key(entry.id))
            if entry.is_unconfirmed:
                await ask_to_confirm(db, viewer, entry.id, site=site)
                return see_other(entry.url, _("It is submitted. They are asked to confirm it."))
            return see_other(f"{entry.url}/receipts/{revision.number}", _("Your entry is in."))
    if form.ok:
        await discard_draft(db, viewer, draft_key(entry.id))
        return see_other(f"{entry.url}/draft{_anchor(do)}", _saved_words(entry))
    return await _again(request, db, viewer, entry, row, asked, form)


async def _save(
    db: AsyncSession,
    viewer: Viewer,
    row: Entry,
    asked: FormView,
    form: Form[Any],
    uploads: Uploads,
) -> Entry | None:
    seen, do = form.values.saved, str(form.value("do"))
    async with form.attempt(db, "form"):
        row = await save_entry(
            db,
            viewer,
            row.id,
            asked,
            written_in(form, asked),
            int(seen) if seen.isdecimal() else -1,
        )
        for key, prepared in uploads.prepared.items():
            await keep_file(db, viewer, row.id, asked, key, prepared)
        if do.startswith("drop-"):
            await remove_file(db, viewer, row.id, do.removeprefix("drop-"))
        opened = opened_on(form.typed, names_in(asked))
        form.typed = {**form.typed, "saved": str(row.saved), "opened": opened}
        return row
    return None


async def _join(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry: EntryView,
    row: Entry,
    asked: FormView,
    form: Form[Any],
) -> Response[bytes]:
    now = stored_form(row, asked, None)
    both, overtaken = await put_together(form, now, names_in(asked), in_words(asked))
    both.typed = {**both.typed, "saved": str(row.saved)}
    return await edit_page(request, db, viewer, entry, row, asked, both, overtaken=overtaken)


async def _again(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry: EntryView,
    row: Entry,
    asked: FormView,
    form: Form[Any],
) -> Response[bytes]:
    """The form with its errors; where somebody in the team saved meanwhile, beside their text."""
    await db.refresh(row)
    overtaken, status = None, form.status
    if form.error("saved"):
        overtaken = await overtaken_by(form, row, asked)
        # What both wrote says it all; it is no error of a field.
        del form.errors["saved"]
        form.typed = {**form.typed, "saved": str(row.saved)}
    return await edit_page(
        request, db, viewer, entry, row, asked, form, overtaken=overtaken, status=status
    )


async def _found(
    db: AsyncSession, viewer: Viewer, entry_id: int
) -> tuple[EntryView, Entry, FormView]:
    entry = await find_own_entry(db, viewer, entry_id)
    row = await db.get_one(Entry, entry.id)
    asked = await form_in_use(db, entry.phase_id)
    assert asked is not None
    return entry, row, with_conditions(asked, await conditions_of(db, entry.campaign_id))


def _saved_words(entry: EntryView) -> str:
    if entry.submitted_id and not entry.withdrawn_at:
        return _("Saved. Submit it again, or what you submitted before counts.")
    return _("Saved. Only your team sees it until it is submitted.")


def _anchor(do: str) -> str:
    return f"#{do.removeprefix('drop-')}" if do.startswith("drop-") else ""


@post("/entries/{entry_id:int}/withdrawal")
async def withdraw(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[Any]:
    """Takes the entry back."""
    await withdraw_entry(db, viewer, entry_id)
    return see_other(f"/entries/{entry_id}", _("Your entry is withdrawn."))


ROUTES: list[ControllerRouterHandler] = [
    new_entry,
    create_entry,
    edit_entry,
    send_entry,
    withdraw,
]
