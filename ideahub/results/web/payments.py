"""Handlers for the payments of an award."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import read_form, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.awarding import find_award
from ideahub.results.paying import PlannedPayment, find_payment, plan_payment, record_payment
from ideahub.results.web.awards import ONE, award_page
from ideahub.results.web.forms import PaidForm, PaymentForm
from ideahub.results.web.managing import address

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@post(ONE + "/payments")
async def plan(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
) -> Response[Any]:
    """Plans a payment; the page again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    form = await read_form(request, PaymentForm)
    say_what_is_missing(form, title=_("Say for what it is paid."))
    sent = form.values
    if form.ok and sent.amount is None:
        form.errors["amount"] = _("Enter how much is paid.")
    if form.ok and sent.amount is not None:
        async with form.attempt(db, "amount"):
            planned = PlannedPayment(sent.title, sent.amount, sent.due_on)
            await plan_payment(db, viewer, campaign, award_id, planned)
    if not form.ok:
        return await award_page(request, db, viewer, (campaign, panel), award_id, form)
    await discard_draft(db, viewer, f"award-payment-{award_id}")
    return go_to(request, f"{address(panel)}/awards/{award_id}", _("The payment is planned."))


@post(ONE + "/payments/{payment_id:int}")
async def pay(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    award_id: FromPath[int],
    payment_id: FromPath[int],
) -> Response[Any]:
    """Records that a payment was made; the page again where it is refused."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    award = await find_award(db, campaign, award_id)
    await find_payment(db, award.id, payment_id)
    form = await read_form(request, PaidForm)
    say_what_is_missing(form, paid_on=_("Say on which day it was paid."))
    sent = form.values
    if form.ok and sent.paid_on:
        async with form.attempt(db, "paid_on"):
            await record_payment(
                db, viewer, campaign, payment_id, paid_on=sent.paid_on, note=sent.note
            )
    if not form.ok:
        return await award_page(request, db, viewer, (campaign, panel), award_id, form, payment_id)
    await discard_draft(db, viewer, f"payment-{payment_id}")
    return go_to(request, f"{address(panel)}/awards/{award_id}", _("The payment is recorded."))


ROUTES: list[ControllerRouterHandler] = [plan, pay]
