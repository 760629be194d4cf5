"""Rules for the payments of an award: planned by milestone, recorded when they are made."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.money import money
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.results.awarding import standing_award
from ideahub.results.models import AwardPayment


class PlannedPayment(NamedTuple):
    """A part of an award: for which milestone, how much, and when it is due."""

    title: str
    amount: Decimal
    due_on: date | None = None


async def payments_of(db: AsyncSession, award_id: int) -> list[AwardPayment]:
    """The payments of an award in their order."""
    found = await db.scalars(
        select(AwardPayment)
        .where(AwardPayment.award_id == award_id)
        .order_by(AwardPayment.position, AwardPayment.id)
    )
    return list(found)


async def plan_payment(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, award_id: int, planned: PlannedPayment
) -> None:
    """Adds a payment; once, where the same is sent again.

    Raises Invalid for an award without money, for nothing, and where all payments together would
    be more than the award.
    """
    award = await standing_award(db, viewer, campaign, award_id)
    payments = await payments_of(db, award.id)
    if any((one.title, one.amount, one.due_on) == planned for one in payments):
        return
    if award.amount is None:
        raise Invalid(_("This award is not money, so nothing is paid."), field="amount")
    if planned.amount <= 0:
        raise Invalid(_("Enter how much is paid."), field="amount")
    left = award.amount - sum((one.amount for one in payments), Decimal(0))
    if planned.amount > left:
        raise Invalid(
            _(
                "All payments together would be more than the award. At most %(left)s is left.",
                left=money(left, award.currency),
            ),
            field="amount",
        )
    payment = AwardPayment(award_id=award.id, position=len(payments) + 1, **planned._asdict())
    db.add(payment)
    await record(db, Kind.PAYMENT_PLANNED, viewer, on=campaign, subject=payment)


async def record_payment(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    payment_id: int,
    *,
    paid_on: date,
    note: str,
) -> None:
    """Records that a payment was made. Raises Conflict for an award that is not confirmed, and
    where it is recorded otherwise already; Invalid for a day that has not come."""
    payment = await locked(db, AwardPayment, payment_id)
    award = await standing_award(db, viewer, campaign, payment.award_id)
    if award.confirmed_at is None:
        raise Conflict(_("Payments are made once the award is confirmed."))
    if payment.paid_on:
        if (payment.paid_on, payment.note) == (paid_on, note):
            return
        raise Conflict(_("This payment is recorded already."))
    today = await db.scalar(select(func.current_date()))
    if today is None or paid_on > today:
        raise Invalid(_("This day has not come yet."), field="paid_on")
    payment.paid_on, payment.note = paid_on, note
    payment.recorded_by = viewer.person_id
    payment.recorded_at = func.clock_timestamp()
    await record(db, Kind.PAYMENT_RECORDED, viewer, on=campaign, subject=payment)


async def find_payment(db: AsyncSession, award_id: int, payment_id: int) -> AwardPayment:
    """A payment of the award; raises NotFound."""
    found = await db.get(AwardPayment, payment_id)
    if found is None or found.award_id != award_id:
        raise NotFound
    return found
