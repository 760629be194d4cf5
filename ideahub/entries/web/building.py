"""Handlers for the page on which managers make the entry form of a phase."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.core.drafts import discard_draft, find_draft, save_draft
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _, ngettext, sentences
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.entries.designing_form import (
    MOST_FIELDS,
    count_answering,
    design_form,
    discard_version,
    find_phase,
    is_stored,
    phases_for_entries,
    prepare_version,
    take_up_version,
)
from ideahub.entries.form_versions import FormView, form_versions
from ideahub.entries.labels import kind_labels
from ideahub.entries.managing_steps import after_form
from ideahub.entries.web.form_rows import (
    ROWS,
    Row,
    draft_of,
    plans_in,
    rearrange,
    row_in_query,
    row_taken_out,
    seen_of,
    stored_rows,
)
from ideahub.http.forms import Form, button_form
from ideahub.http.pages import AnyRequest, page, see_other, with_query
from ideahub.http.receiving import sent_form
from ideahub.http.rows import PUT_BACK, as_sent

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
LONGEST_DEED = 30


@get("/management/{campaign_id:int}/form")
async def edit_form(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase: FromQuery[int | None] = None,
) -> Response[bytes]:
    """The form of a phase: to be changed as long as no entry answers it, else to be read."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    phases = await phases_for_entries(db, campaign.id)
    if not phases:
        return page(request, viewer, "entries/no_form.html", campaign=campaign)
    chosen = await find_phase(db, campaign.id, phase)
    versions = await form_versions(db, chosen.id)
    draft = await find_draft(db, viewer, draft_key(chosen.id))
    rows = ROWS.drafted(draft) if draft else stored_rows(next(iter(versions), None))
    gone = row_in_query(request.query_params.multi_items())
    return await _form_page(
        request, db, viewer, campaign, chosen, rows, from_draft=bool(draft), gone=gone
    )


@post("/management/{campaign_id:int}/form")
async def save_form(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    phase: FromQuery[int | None] = None,
) -> Response[Any]:
    """Saves the questions, after adding, removing or moving one where that button was pressed."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    chosen = await find_phase(db, campaign.id, phase)
    sent = sent_form(request)
    deed = str(sent.get("do", "save"))[:LONGEST_DEED]
    fields = {name: sent.getall(name) for name in sent}
    rows = ROWS.read(fields)
    taken_out = row_taken_out(rows, deed)
    rearrange(rows, deed)
    if deed == PUT_BACK:
        rows.append(ROWS.gone(fields))
    together = button_form()
    if deed.startswith("add-"):
        # A new question has no words yet, so it is kept as a draft until it has.
        await save_draft(db, viewer, draft_key(chosen.id), draft_of(rows))
        return see_other(f"{with_query(_at(campaign), phase=chosen.id)}#field-{len(rows) - 1}")
    newest = next(iter(await form_versions(db, chosen.id)), None)
    if newest and _is_overtaken(str(sent.get("seen", "")), rows, newest):
        together.refuse(_overtaken(), "form")
    elif all(row.ok for row in rows):
        async with together.attempt(db, "form"):
            await design_form(db, viewer, campaign, chosen.id, plans_in(rows))
    if not together.ok or not all(row.ok for row in rows):
        return await _form_page(
            request, db, viewer, campaign, chosen, rows, together=together, taken_out=taken_out
        )
    await discard_draft(db, viewer, draft_key(chosen.id))
    url = with_query(_at(campaign), phase=chosen.id, **taken_out)
    return see_other(url, _("The form is saved."))


def _is_overtaken(seen: str, rows: list[Row], newest: FormView) -> bool:
    """Whether somebody else has changed the version since; not where the same is sent again."""
    if seen in ("", fingerprint(seen_of(newest))):
        return False
    return not (all(row.ok for row in rows) and is_stored(plans_in(rows), newest))


def _overtaken() -> Conflict:
    return Conflict(
        _(
            "Somebody else changed this form after you opened it. Nothing is saved yet. If you "
            "save again, your questions replace theirs."
        )
    )


@post("/management/{campaign_id:int}/form/versions")
async def create_version(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Prepares a new version of a form that entries answer, takes it up, or throws it away."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    sent = sent_form(request)
    number = str(sent.get("phase", ""))[:20]
    chosen = await find_phase(db, campaign.id, int(number) if number.isdecimal() else None)
    do, form = str(sent.get("do", ""))[:LONGEST_DEED], button_form()
    async with form.attempt(db, "form"):
        done = await _change_version(db, viewer, campaign, chosen, do)
        await discard_draft(db, viewer, draft_key(chosen.id))
        return see_other(with_query(_at(campaign), phase=chosen.id), done)
    rows = stored_rows(next(iter(await form_versions(db, chosen.id)), None))
    return await _form_page(request, db, viewer, campaign, chosen, rows, together=form)


async def _change_version(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, chosen: PhaseNow, do: str
) -> str:
    if do == "discard":
        await discard_version(db, viewer, campaign, chosen.id)
        return _("The new version is thrown away. What is in use stays.")
    if do == "use":
        taken = await take_up_version(db, viewer, campaign, chosen.id)
        return _("Version %(number)s is in use from now on.", number=taken.version)
    prepared = await prepare_version(db, viewer, campaign, chosen.id)
    return _(
        "Version %(number)s is prepared. Change it, then take it into use: until then entrants "
        "answer the one before.",
        number=prepared.version,
    )


def _at(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/form"


def draft_key(phase_id: int) -> str:
    """The name of the builder's form among drafts."""
    return f"entry-form-{phase_id}"


async def _form_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    chosen: PhaseNow,
    rows: list[Row],
    *,
    together: Form[None] | None = None,
    from_draft: bool = False,
    gone: Row | None = None,
    taken_out: dict[str, Any] | None = None,
) -> Response[bytes]:
    if gone is None and taken_out:
        gone = ROWS.gone(as_sent(taken_out))
    phases = await phases_now(db, campaign.id)
    refused = together is not None and not together.ok
    asks_again = refused or any(not row.ok for row in rows)
    return page(
        request,
        viewer,
        "entries/build.html",
        status=together.status if together and refused else 422 if asks_again else 200,
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        phase=chosen,
        phases=[one for one in phases if Accepts.ENTRIES in one.accepts],
        rows=rows,
        errors=_errors(rows, together.errors if together else {}),
        kinds=kind_labels(),
        most=MOST_FIELDS,
        put_back=PUT_BACK,
        gone=gone,
        draft_key=draft_key(chosen.id),
        restored=from_draft,
        next=after_form(campaign.id, chosen.id, phases),
        **await _versions(db, chosen, asks_again=asks_again),
    )


async def _versions(db: AsyncSession, chosen: PhaseNow, *, asks_again: bool) -> dict[str, Any]:
    """The newest version, the one in use, and how many answer that one."""
    versions = await form_versions(db, chosen.id)
    newest = next(iter(versions), None)
    in_use = next((one for one in versions if one.frozen_at), None)
    return {
        "newest": newest,
        "in_use": in_use,
        "is_frozen": bool(newest and newest.frozen_at) and not asks_again,
        "answered": await _answered_words(db, in_use),
        "seen": fingerprint(seen_of(newest)),
    }


async def _answered_words(db: AsyncSession, form: FormView | None) -> str:
    if form is None:
        return ""
    drafts, entries, earlier = await count_answering(db, form)
    before = ngettext(
        "%(num)s entry was submitted with an earlier one.",
        "%(num)s entries were submitted with an earlier one.",
        earlier,
    )
    return sentences(
        ngettext(
            "%(num)s entry was submitted with this version.",
            "%(num)s entries were submitted with this version.",
            entries,
        ),
        before if earlier else "",
        ngettext("%(num)s draft answers it.", "%(num)s drafts answer it.", drafts),
    )


def _errors(rows: Sequence[Row], together: dict[str, str]) -> list[tuple[str, str]]:
    for name, problem in list(together.items()):
        _field, _dash, rest = name.partition("field-")
        index, _dash, field = rest.partition("-")
        if index.isdecimal() and int(index) < len(rows):
            rows[int(index)].errors.setdefault(field, problem)
    found = [
        (
            f"field-{index}-{field}",
            _("Question %(number)s: %(problem)s", number=index + 1, problem=problem),
        )
        for index, row in enumerate(rows)
        for field, problem in row.errors.items()
    ]
    return [("form", together["form"]), *found] if "form" in together else found


ROUTES: list[ControllerRouterHandler] = [edit_form, save_form, create_version]
