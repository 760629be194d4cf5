"""Handlers for letters to many entrants."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import N_, _, ngettext
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.letters import (
    PLACEHOLDERS,
    batches_of,
    find_batch,
    letters_to_see,
    send_seen,
    write_letters,
)
from ideahub.results.web.forms import LetterForm, LettersSeenForm, LetterTo
from ideahub.results.web.managing import address, results_room, state_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ALL = "/management/{campaign_id:int}/results/{panel_id:int}/letters"
ONE = ALL + "/{batch_id:int}"
RECIPIENTS = {
    LetterTo.EVERYONE: N_("Everyone whose entry was ranked"),
    LetterTo.WINNERS: N_("Those who have a confirmed award"),
    LetterTo.INVITED: N_("Those who are invited into a later phase"),
    LetterTo.OTHERS: N_("Those who have no award and no invitation"),
}
# Templates to begin with, by their name in the address.
BEGINNINGS = {
    "winners": (
        N_("Your entry has won: {challenge}"),
        N_(
            "Dear {names},\n\nyour entry “{entry}” (number {number}) is in place {place} of "
            "“{challenge}”. It has won: {award}.\n\nCongratulations. We will write to you about "
            "the next steps."
        ),
    ),
    "invited": (
        N_("Invited into the next phase: {challenge}"),
        N_(
            "Dear {names},\n\nyour entry “{entry}” (number {number}) is invited into the next "
            "phase of “{challenge}”. Please accept the invitation on the page of your result."
        ),
    ),
    "others": (
        N_("The result of your entry: {challenge}"),
        N_(
            "Dear {names},\n\nthank you for your entry “{entry}” (number {number}). It is in place "
            "{place}, with {points} points of 100, and has not won. You can read the reasons, and "
            "what it would have taken, on the page of your result."
        ),
    ),
}


@get(ALL)
async def show_letters(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The letters that were written, and the form for another one; a template to begin with is
    named in the address."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    asked = request.query_params.get("template", "")
    begun: dict[str, str] = {}
    if asked in BEGINNINGS:
        subject, text = BEGINNINGS[asked]
        begun = {"recipients": asked, "subject": _(subject), "text": _(text)}
    draft = await find_draft(db, viewer, f"letter-{panel.id}")
    form = restored(LetterForm, None if begun else draft, **begun)
    return await _page(request, db, viewer, campaign, panel, form)


@post(ALL)
async def write(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[Any]:
    """Writes a letter to each, and goes to the page on which they are seen."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, LetterForm)
    say_what_is_missing(
        form,
        recipients=_("Choose who gets it."),
        subject=_("Write what it is about."),
        text=_("Write the letter."),
    )
    if form.ok and form.values.recipients:
        sent = form.values
        async with form.attempt(db, "recipients"):
            batch = await write_letters(
                db,
                viewer,
                campaign,
                panel,
                recipients=form.values.recipients.value,
                subject=sent.subject,
                text=sent.text,
            )
    if not form.ok:
        return await _page(request, db, viewer, campaign, panel, form)
    await discard_draft(db, viewer, f"letter-{panel.id}")
    done = _("Written. Nothing is sent before you have seen it here.")
    return go_to(request, f"{address(panel)}/letters/{batch.id}", done)


@get(ONE)
async def show_batch(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    batch_id: FromPath[int],
) -> Response[bytes]:
    """The next letters that nobody has seen yet, in full."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    return page(
        request,
        viewer,
        "results/letter_batch.html",
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        batch=await find_batch(db, panel, batch_id),
        letters=await letters_to_see(db, batch_id),
    )


@post(ONE)
async def send(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    batch_id: FromPath[int],
) -> Response[Any]:
    """Sends the letters that the page showed, and goes on to the next ones."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, LettersSeenForm)
    seen = [int(one) for one in form.values.seen if one.isdecimal()]
    left_out = [int(one) for one in form.values.left_out if one.isdecimal()]
    sent = await send_seen(db, viewer, campaign, panel, batch_id, seen, left_out)
    done = ngettext("%(num)s letter is sent.", "%(num)s letters are sent.", sent)
    return go_to(request, f"{address(panel)}/letters/{batch_id}", done)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel: Panel,
    form: Form[LetterForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "results/letters.html",
        status=form.status,
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=await state_of(db, campaign.id, panel.id),
        batches=await batches_of(db, panel.id),
        recipients=[{"value": one.value, "label": _(RECIPIENTS[one])} for one in LetterTo],
        placeholders=[(f"{{{name}}}", _(words)) for name, words in PLACEHOLDERS.items()],
        beginnings=[(name, _(RECIPIENTS[LetterTo(name)])) for name in BEGINNINGS],
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [show_letters, write, show_batch, send]
