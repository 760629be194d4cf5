"""Queries for awards and invitations into later phases, for those who manage them."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.campaigns.terms_models import Prize
from ideahub.core.db import rows_of
from ideahub.core.money import money
from ideahub.core.refusals import NotFound
from ideahub.entries.models import Entry, EntryRevision
from ideahub.organisations.models import Person
from ideahub.results.models import (
    Advancement,
    Award,
    AwardCheck,
    AwardPayment,
    PanelResult,
)

PANEL_ID = bindparam("panel_id", type_=BigInteger)
AWARD_ID = bindparam("award_id", type_=BigInteger)
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)


class ManagedAward(msgspec.Struct, frozen=True, kw_only=True):
    """An award as managers see it."""

    id: int
    entry_id: int
    number: int | None
    entry_title: str
    title: str
    amount: Decimal | None
    currency: str
    reason: str
    decided_by: str
    created_at: datetime
    confirmed_at: datetime | None
    revoked_at: datetime | None
    revocation_reason: str
    checks: int
    passed: int
    payments: int
    paid: int

    @property
    def money(self) -> str:
        """The amount with its currency; empty where it is no money."""
        return money(self.amount, self.currency) if self.amount and self.currency else ""


class CheckView(msgspec.Struct, frozen=True):
    """A point of the checklist, and who has checked it."""

    id: int
    text: str
    passed: bool | None
    note: str
    checked_by: str | None
    checked_at: datetime | None


class PaymentView(msgspec.Struct, frozen=True):
    """A payment of an award."""

    id: int
    title: str
    amount: Decimal
    due_on: date | None
    paid_on: date | None
    note: str


class InvitedEntry(msgspec.Struct, frozen=True):
    """An entry that is invited into a later phase, and what its team answered."""

    entry_id: int
    number: int | None
    title: str
    phase: str
    created_at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None


class PrizeLeft(msgspec.Struct, frozen=True):
    """A prize, and how many of its winners are not chosen yet."""

    id: int
    title: str
    category: str
    rank: int | None
    amount: Decimal | None
    currency: str | None
    left: int

    @property
    def money(self) -> str:
        """The amount with its currency; empty where it is no money."""
        return money(self.amount, self.currency) if self.amount and self.currency else ""


_checks = select(func.count(AwardCheck.id)).where(AwardCheck.award_id == Award.id)
_payments = select(func.count(AwardPayment.id)).where(AwardPayment.award_id == Award.id)
AWARDS = (
    select(
        Award.id,
        Award.entry_id,
        Entry.number,
        EntryRevision.title.label("entry_title"),
        Award.title,
        Award.amount,
        Award.currency,
        Award.reason,
        Person.name.label("decided_by"),
        Award.created_at,
        Award.confirmed_at,
        Award.revoked_at,
        Award.revocation_reason,
        _checks.correlate(Award).scalar_subquery().label("checks"),
        _checks.where(AwardCheck.passed.is_(True))
        .correlate(Award)
        .scalar_subquery()
        .label("passed"),
        _payments.correlate(Award).scalar_subquery().label("payments"),
        _payments.where(AwardPayment.paid_on.is_not(None))
        .correlate(Award)
        .scalar_subquery()
        .label("paid"),
    )
    .join(Entry, Entry.id == Award.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .join(Person, Person.id == Award.decided_by)
    .where(Award.campaign_id == CAMPAIGN_ID)
    .order_by(Award.revoked_at.is_not(None), Award.id)
)
CHECKS = (
    select(
        AwardCheck.id,
        AwardCheck.text,
        AwardCheck.passed,
        AwardCheck.note,
        Person.name,
        AwardCheck.checked_at,
    )
    .outerjoin(Person, Person.id == AwardCheck.checked_by)
    .where(AwardCheck.award_id == AWARD_ID)
    .order_by(AwardCheck.position, AwardCheck.id)
)
PAYMENTS = (
    select(
        AwardPayment.id,
        AwardPayment.title,
        AwardPayment.amount,
        AwardPayment.due_on,
        AwardPayment.paid_on,
        AwardPayment.note,
    )
    .where(AwardPayment.award_id == AWARD_ID)
    .order_by(AwardPayment.position, AwardPayment.id)
)
INVITED = (
    select(
        Advancement.entry_id,
        Entry.number,
        EntryRevision.title,
        Phase.name,
        Advancement.created_at,
        Advancement.accepted_at,
        Advancement.declined_at,
    )
    .join(PanelResult, PanelResult.id == Advancement.result_id)
    .join(Phase, Phase.id == Advancement.to_phase_id)
    .join(Entry, Entry.id == Advancement.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(PanelResult.panel_id == PANEL_ID)
    .order_by(Entry.number)
)
_given = (
    select(func.count(Award.id))
    .where(Award.prize_id == Prize.id, Award.revoked_at.is_(None))
    .correlate(Prize)
    .scalar_subquery()
)
PRIZES = (
    select(
        Prize.id,
        Prize.title,
        Prize.category,
        Prize.rank,
        Prize.amount,
        Prize.currency,
        Prize.winners - _given,
    )
    .where(Prize.campaign_id == CAMPAIGN_ID)
    .order_by(Prize.position)
)


async def awards_of(db: AsyncSession, campaign_id: int) -> list[ManagedAward]:
    """Every award of a campaign, those that were taken back last."""
    found = await rows_of(db, AWARDS, {CAMPAIGN_ID.key: campaign_id})
    return [ManagedAward(**row._mapping) for row in found]


async def find_managed_award(db: AsyncSession, campaign_id: int, award_id: int) -> ManagedAward:
    """One of them; raises NotFound."""
    for award in await awards_of(db, campaign_id):
        if award.id == award_id:
            return award
    raise NotFound


async def checklist_of(db: AsyncSession, award_id: int) -> list[CheckView]:
    """The checklist of an award."""
    return [CheckView(*row) for row in await rows_of(db, CHECKS, {AWARD_ID.key: award_id})]


async def payment_views(db: AsyncSession, award_id: int) -> list[PaymentView]:
    """The payments of an award."""
    return [PaymentView(*row) for row in await rows_of(db, PAYMENTS, {AWARD_ID.key: award_id})]


async def invited_of(db: AsyncSession, panel_id: int) -> list[InvitedEntry]:
    """The entries that were invited by results of a panel."""
    return [InvitedEntry(*row) for row in await rows_of(db, INVITED, {PANEL_ID.key: panel_id})]


async def prizes_left(db: AsyncSession, campaign_id: int) -> list[PrizeLeft]:
    """The prizes of a campaign, each with how many winners it still can have."""
    return [PrizeLeft(*row) for row in await rows_of(db, PRIZES, {CAMPAIGN_ID.key: campaign_id})]
