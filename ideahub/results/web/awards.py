"""Handlers for awards: giving one, its checklist, confirming it, and taking it back."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import (
    Form,
    blank,
    button_form,
    read_form,
    restored,
    say_what_is_missing,
)
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.awarding import (
    PlannedAward,
    add_check,
    confirm_award,
    give_award,
    note_check,
    revoke_award,
)
from ideahub.results.queries import places_of
from ideahub.results.web.forms import (
    AwardForm,
    CheckForm,
    NewCheckForm,
    PaidForm,
    PaymentForm,
    RevocationForm,
    YesNo,
)
from ideahub.results.web.managing import address, results_room, state_of
from ideahub.results.web.steps import coming_step
from ideahub.results.won import (
    awards_of,
    checklist_of,
    find_managed_award,
    payment_views,
    prizes_left,
)

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ALL = "/management/{campaign_id:int}/results/{panel_id:int}/awards"
ONE = ALL + "/{award_id:int}"


@get(ALL)
async def show_awards(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The awards of a challenge, and the form that gives one."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    draft = await find_draft(db, viewer, f"award-{panel.id}")
    return await _list_page(request, db, viewer, campaign, panel, restored(AwardForm, draft))


@post(ALL)
async def give(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Decides that an entry wins; the form again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, AwardForm)
    say_what_is_missing(form, entry=_("Choose an entry."))
    sent = form.values
    if form.ok and not sent.prize and not sent.title:
        form.errors["title"] = _("Choose a prize, or say what is won.")
    if form.ok:
        async with form.attempt(db, "entry"):
            planned = PlannedAward(
                sent.entry or 0,
                sent.title,
                sent.amount,
                sent.currency.upper() if sent.amount else "",
                sent.prize,
                sent.reason,
            )
            made = await give_award(db, viewer, campaign, panel, planned)
    if not form.ok:
        return await _list_page(request, db, viewer, campaign, panel, form)
    await discard_draft(db, viewer, f"award-{panel.id}")
    done = _("Decided. Now verify what is on the checklist; nobody is told before you confirm it.")
    return go_to(request, f"{address(panel)}/awards/{made.id}", done)


@get(ONE)
async def show_award(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
) -> Response[bytes]:
    """An award with its checklist and payments."""
    where = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    return await award_page(request, db, viewer, where, award_id, None)


@post(ONE + "/checks")
async def add_point(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
) -> Response[Any]:
    """Adds a point to the checklist."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, NewCheckForm)
    say_what_is_missing(form, text=_("Say what has to be verified."))
    if form.ok:
        async with form.attempt(db, "text"):
            await add_check(db, viewer, campaign, award_id, form.values.text)
    if not form.ok:
        return await award_page(request, db, viewer, (campaign, panel), award_id, form)
    await discard_draft(db, viewer, f"award-check-new-{award_id}")
    return go_to(request, f"{address(panel)}/awards/{award_id}", _("Added to the checklist."))


@post(ONE + "/checks/{check_id:int}")
async def note_point(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
    check_id: FromPath[int],
) -> Response[Any]:
    """Notes whether a point of the checklist is so."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, CheckForm)
    if form.error("passed"):
        form.errors[f"note-{check_id}"] = _("Say whether it is so.")
    if form.ok:
        async with form.attempt(db, f"note-{check_id}"):
            passed = form.values.passed is YesNo.YES
            await note_check(
                db, viewer, campaign, award_id, check_id, passed=passed, note=form.values.note
            )
    if not form.ok:
        return await award_page(request, db, viewer, (campaign, panel), award_id, form, check_id)
    await discard_draft(db, viewer, f"award-check-{check_id}")
    return go_to(request, f"{address(panel)}/awards/{award_id}#check-{check_id}", _("Noted."))


@post(ONE + "/confirmation")
async def confirm(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
) -> Response[Any]:
    """Confirms an award, which everyone sees from then on."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = button_form()
    async with form.attempt(db, "confirmation"):
        await confirm_award(db, viewer, campaign, award_id)
    if not form.ok:
        return await award_page(request, db, viewer, (campaign, panel), award_id, form)
    done = _("Confirmed. Everyone who can see the challenge sees it, and the winners are told.")
    return go_to(request, f"{address(panel)}/awards/{award_id}", done)


@post(ONE + "/revocation")
async def revoke(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
) -> Response[Any]:
    """Takes an award back, with a reason."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, RevocationForm)
    say_what_is_missing(form, reason=_("Say why it is taken back."))
    if form.ok:
        async with form.attempt(db, "reason"):
            await revoke_award(db, viewer, campaign, award_id, form.values.reason)
    if not form.ok:
        return await award_page(request, db, viewer, (campaign, panel), award_id, form)
    await discard_draft(db, viewer, f"award-revocation-{award_id}")
    return go_to(request, f"{address(panel)}/awards", _("Taken back. Those behind it are told."))


async def award_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    where: tuple[Campaign, Panel],
    award_id: int,
    form: Form[Any] | None,
    check_id: int = 0,
) -> Response[bytes]:
    """The page of an award; `form` is one of its forms that was refused, `check_id` the point of
    the checklist that it is about."""
    campaign, panel = where
    award = await find_managed_award(db, campaign.id, award_id)
    kinds = {
        "new_check": NewCheckForm,
        "revocation": RevocationForm,
        "payment": PaymentForm,
        "paid": PaidForm,
    }
    forms = {
        name: form if form and isinstance(form.values, kind) else blank(kind)
        for name, kind in kinds.items()
    }
    return page(
        request,
        viewer,
        "results/award.html",
        status=form.status if form else 200,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=await state_of(db, campaign.id, panel.id),
        award=award,
        checks=await checklist_of(db, award.id),
        payments=await payment_views(db, award.id),
        forms=forms,
        refused=form,
        check_id=check_id,
    )


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    form: Form[AwardForm],
) -> Response[bytes]:
    state = await state_of(db, campaign.id, panel.id)
    places, _more = await places_of(db, state.last_run) if state.last_run else ([], "")
    slots = await fill_slots(part_context(request, db, viewer), "awards", campaign)
    return page(
        request,
        viewer,
        "results/awards.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=state,
        next=coming_step(state, campaign.id),
        awards=await awards_of(db, campaign.id),
        prizes=await prizes_left(db, campaign.id),
        places=[place for place in places if place.rank is not None],
        form=form,
        **slots.context,
    )


ROUTES: list[ControllerRouterHandler] = [
    show_awards,
    give,
    show_award,
    add_point,
    note_point,
    confirm,
    revoke,
]
