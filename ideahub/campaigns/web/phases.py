"""Handlers for the step in which the phases of a challenge are planned."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.labels import offered_accepts, purpose_choices
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.past_phases import is_settled
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.campaigns.queries import find_managed_challenge
from ideahub.campaigns.scheduling import MOST_PHASES, plan_phases
from ideahub.campaigns.web.phase_plans import clock_notes, is_correction, read_plans
from ideahub.campaigns.web.phase_rows import (
    ROWS,
    Row,
    gone_row,
    rearrange,
    row_in_query,
    row_taken_out,
    stored_rows,
)
from ideahub.campaigns.web.schedule import schedule_meaning
from ideahub.campaigns.web.wizard_pages import draft_key, next_step, saved, wizard_page
from ideahub.campaigns.windows import Timed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.forms import button_form
from ideahub.http.pages import AnyRequest, partial, see_other, with_query
from ideahub.http.receiving import sent_form
from ideahub.http.rows import PUT_BACK

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]

LONGEST_DEED = 20


@get("/management/{campaign_id:int}/phases")
async def edit_phases(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The page of the step, with the stored phases."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, draft_key(campaign, WizardStep.PHASES))
    gone = row_in_query(request.query_params.multi_items())
    rows = ROWS.drafted(draft) if draft else stored_rows(await phases_now(db, campaign.id))
    return await _phases_page(
        request, db, viewer, campaign, rows, from_draft=bool(draft), gone=gone
    )


@post("/management/{campaign_id:int}/phases")
async def save_phases(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Saves the phases, after adding, removing or moving one where that button was pressed."""
    campaign = await find_managed_challenge(db, viewer, campaign_id, lock=True)
    sent = sent_form(request)
    deed = str(sent.get("do", "save"))[:LONGEST_DEED]
    fields = {name: sent.getall(name) for name in sent}
    rows = ROWS.read(fields)
    taken_out = row_taken_out(rows, deed)
    removed = rearrange(rows, deed, campaign.timezone)
    if deed == PUT_BACK:
        rows.append(gone_row(fields))
    stored = {phase.id: phase for phase in await phases_now(db, campaign.id)}
    plans, notes = read_plans(rows, stored, campaign)
    if deed.startswith("add") and campaign.published_at and all(row.ok for row in rows):
        # Everyone would see a phase that is not filled in yet.
        return await _phases_page(request, db, viewer, campaign, rows, plans=plans)
    together = button_form()
    if all(row.ok for row in rows):
        async with together.attempt(db, "phases"):
            await plan_phases(db, viewer, campaign, plans, removed=list(removed), reasons=removed)
    if not together.ok or not all(row.ok for row in rows):
        status = 409 if any(row.error("seen") for row in rows) else 422
        refusal = together.error("phases")
        return await _phases_page(
            request, db, viewer, campaign, rows, plans=plans, refusal=refusal, status=status
        )
    await discard_draft(db, viewer, draft_key(campaign, WizardStep.PHASES))
    to = next_step(campaign, WizardStep.PHASES) if deed == "next" else WizardStep.PHASES.value
    url = with_query(f"/management/{campaign.id}/{to}", **taken_out)
    done = sentences(await saved(db, campaign), *notes)
    return see_other(f"{url}{_anchor(deed, len(rows))}", done)


@post("/management/{campaign_id:int}/phases/schedule")
async def preview_schedule(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """What the schedule in the form means, and what contradicts itself in it; stores nothing."""
    campaign = await find_managed_challenge(db, viewer, campaign_id)
    sent = sent_form(request)
    rows = ROWS.read({name: sent.getall(name) for name in sent})
    stored = {phase.id: phase for phase in await phases_now(db, campaign.id)}
    plans, notes = read_plans(rows, stored, campaign)
    return partial("campaigns/_schedule.html", notes=notes, **schedule_meaning(plans))


async def _phases_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    rows: list[Row],
    *,
    plans: Sequence[Timed] | None = None,
    refusal: str = "",
    status: int = 200,
    from_draft: bool = False,
    gone: Row | None = None,
) -> Response[bytes]:
    stored = {phase.id: phase for phase in await phases_now(db, campaign.id)}
    return await wizard_page(
        request,
        db,
        viewer,
        campaign,
        WizardStep.PHASES.value,
        status=status,
        rows=rows,
        restored=from_draft,
        gone=gone,
        put_back=PUT_BACK,
        stored=stored,
        settled={phase.id for phase in stored.values() if is_settled(campaign, phase)},
        errors=_errors(rows, refusal),
        said=clock_notes(rows, campaign.timezone),
        corrections={index for index, row in enumerate(rows) if is_correction(row)},
        most=MOST_PHASES,
        sources=_sources(rows, stored),
        purposes=purpose_choices(),
        offered=offered_accepts(),
        **({} if plans is None else schedule_meaning(plans)),
    )


def _sources(rows: Sequence[Row], stored: Mapping[int, PhaseNow]) -> list[list[tuple[str, str]]]:
    """For each row the phases before it from which entries can be invited into it, as choices."""
    before = [stored.get(row.values.number or 0) for row in rows]
    choices = [
        (str(one.id), _("Only those invited from “%(phase)s”", phase=one.name or "…"))
        if one and Accepts.ENTRIES in one.accepts
        else None
        for one in before
    ]
    return [[one for one in choices[:place] if one] for place in range(len(rows))]


def _errors(rows: list[Row], refusal: str) -> list[tuple[str, str]]:
    found = [
        (
            f"phase-{index}-{field}",
            _("Phase %(number)s: %(problem)s", number=index + 1, problem=text),
        )
        for index, row in enumerate(rows)
        for field, text in row.errors.items()
    ]
    return [("phases", refusal), *found] if refusal else found


def _anchor(deed: str, rows: int) -> str:
    return f"#phase-{rows - 1}" if deed.startswith("add") or deed == PUT_BACK else ""


ROUTES: list[ControllerRouterHandler] = [edit_phases, save_phases, preview_schedule]
