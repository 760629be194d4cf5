"""Handlers for the payments of an award."""

from decimal import Decimal
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import read_form, say_what_is_missing
from ideahub.http.pages import AnyRequest
from ideahub.results.awarding import find_award
from ideahub.results.paying import PlannedPayment, find_payment, plan_payment, record_payment
from ideahub.results.web.award_page import ONE, AwardPlace, find_place, try_on_award
from ideahub.results.web.forms import PaidForm, PaymentForm

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
    place = await find_place(request, db, viewer, campaign_id, panel_id, award_id)
    form = await read_form(request, PaymentForm)
    say_what_is_missing(form, title=_("Say for what it is paid."))
    sent = form.values
    if form.ok and sent.amount is None:
        form.errors["amount"] = _("Enter how much is paid.")
    planned = PlannedPayment(sent.title, sent.amount or Decimal(0), sent.due_on)
    return await try_on_award(
        place,
        form,
        "amount",
        lambda: plan_payment(db, viewer, place.campaign, award_id, planned),
        _("The payment is planned."),
        draft=f"award-payment-{award_id}",
    )


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
    place = await find_place(request, db, viewer, campaign_id, panel_id, award_id)
    award = await find_award(db, place.campaign, award_id)
    await find_payment(db, award.id, payment_id)
    form = await read_form(request, PaidForm)
    say_what_is_missing(form, paid_on=_("Say on which day it was paid."))
    return await try_on_award(
        place,
        form,
        "paid_on",
        lambda: _record(place, payment_id, form.values),
        _("The payment is recorded."),
        draft=f"payment-{payment_id}",
        about=payment_id,
    )


async def _record(place: AwardPlace, payment_id: int, sent: PaidForm) -> None:
    assert sent.paid_on is not None
    await record_payment(
        place.db,
        place.viewer,
        place.campaign,
        payment_id,
        paid_on=sent.paid_on,
        note=sent.note,
    )


ROUTES: list[ControllerRouterHandler] = [plan, pay]
