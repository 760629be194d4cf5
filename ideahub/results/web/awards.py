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
from ideahub.results.places import places_of
from ideahub.results.web.award_page import ALL, ONE, award_page, find_place, try_on_award
from ideahub.results.web.forms import (
    AwardForm,
    CheckForm,
    NewCheckForm,
    RevocationForm,
    YesNo,
)
from ideahub.results.web.managing import address, results_room, state_of
from ideahub.results.web.steps import coming_step
from ideahub.results.won import (
    awards_of,
    prizes_left,
)

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


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
    return await award_page(await find_place(request, db, viewer, campaign_id, panel_id, award_id))


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
    place = await find_place(request, db, viewer, campaign_id, panel_id, award_id)
    form = await read_form(request, NewCheckForm)
    say_what_is_missing(form, text=_("Say what has to be verified."))
    return await try_on_award(
        place,
        form,
        "text",
        lambda: add_check(db, viewer, place.campaign, award_id, form.values.text),
        _("Added to the checklist."),
        draft=f"award-check-new-{award_id}",
    )


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
    place = await find_place(request, db, viewer, campaign_id, panel_id, award_id)
    form = await read_form(request, CheckForm)
    if form.error("passed"):
        form.errors[f"note-{check_id}"] = _("Say whether it is so.")
    passed, note = form.values.passed is YesNo.YES, form.values.note
    return await try_on_award(
        place,
        form,
        f"note-{check_id}",
        lambda: note_check(
            db, viewer, place.campaign, award_id, check_id, passed=passed, note=note
        ),
        _("Noted."),
        draft=f"award-check-{check_id}",
        about=check_id,
        back=f"{place.address}#check-{check_id}",
    )


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
    place = await find_place(request, db, viewer, campaign_id, panel_id, award_id)
    return await try_on_award(
        place,
        button_form(),
        "confirmation",
        lambda: confirm_award(db, viewer, place.campaign, award_id),
        _("Confirmed. Everyone who can see the challenge sees it, and the winners are told."),
    )


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
    place = await find_place(request, db, viewer, campaign_id, panel_id, award_id)
    form = await read_form(request, RevocationForm)
    say_what_is_missing(form, reason=_("Say why it is taken back."))
    return await try_on_award(
        place,
        form,
        "reason",
        lambda: revoke_award(db, viewer, place.campaign, award_id, form.values.reason),
        _("Taken back. Those behind it are told."),
        draft=f"award-revocation-{award_id}",
        back=f"{address(place.panel)}/awards",
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
    published = state.published_run
    places, _more = await places_of(db, published) if published else ([], "")
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
