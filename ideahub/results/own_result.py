"""What those behind an entry see of its results: place, reasons, appeal, invitations, awards."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.db import rows_of
from ideahub.core.money import money
from ideahub.results.answers import AnswerView, answers_to
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    RunPlace,
)
from ideahub.results.public_results import ResultView, published_results

ENTRY_ID = bindparam("entry_id", type_=BigInteger)
PLACES = select(RunPlace.run_id, RunPlace.rank, RunPlace.value, RunPlace.is_shared).where(
    RunPlace.entry_id == ENTRY_ID
)
INVITATIONS = (
    select(
        Advancement.id,
        Phase.name,
        Phase.closes_at,
        Phase.timezone,
        Advancement.accepted_at,
        Advancement.declined_at,
        Advancement.next_entry_id,
    )
    .join(Phase, Phase.id == Advancement.to_phase_id)
    .where(Advancement.entry_id == ENTRY_ID)
    .order_by(Advancement.id)
)
AWARDS = (
    select(Award.title, Award.amount, Award.currency, Award.reason, Award.confirmed_at)
    .where(Award.entry_id == ENTRY_ID, Award.confirmed_at.is_not(None), Award.revoked_at.is_(None))
    .order_by(Award.id)
)


class OwnResult(msgspec.Struct, frozen=True):
    """The result of one panel, as it is for an entry. `answer` is None until it is released;
    `appeals` are against this result and those that it replaced."""

    result: ResultView
    rank: int | None
    value: Decimal | None
    is_shared: bool
    answer: AnswerView | None
    appeals: Sequence[Appeal]

    @property
    def may_appeal(self) -> bool:
        """Whether the time for appeals runs, and the entry has not appealed against this result."""
        made = any(one.result_id == self.result.id for one in self.appeals)
        return self.result.is_open_to_appeal and not made


class PhaseInvitation(msgspec.Struct, frozen=True):
    """An invitation into a later phase."""

    id: int
    phase: str
    closes_at: datetime | None
    timezone: str
    accepted_at: datetime | None
    declined_at: datetime | None
    next_entry_id: int | None


class OwnAward(msgspec.Struct, frozen=True):
    """An award that the entry won."""

    title: str
    amount: Decimal | None
    currency: str
    reason: str
    confirmed_at: datetime

    @property
    def money(self) -> str:
        """The amount with its currency; empty where it is no money."""
        return money(self.amount, self.currency) if self.amount and self.currency else ""


async def results_of_entry(db: AsyncSession, campaign_id: int, entry_id: int) -> list[OwnResult]:
    """The published results in which the entry was ranked, the newest of each panel. Checks no
    permission: the caller has found the entry as one of its people, or its manager."""
    places = {row.run_id: row for row in await rows_of(db, PLACES, {ENTRY_ID.key: entry_id})}
    published = {result.id: result for result in await published_results(db, campaign_id)}
    answers = await answers_to(db, entry_id)
    appeals = await appeals_of_entry(db, entry_id)
    return [
        OwnResult(
            result,
            place.rank,
            place.value,
            place.is_shared,
            _released(result, answers.get(result.id)),
            [one for one in appeals if published[one.result_id].panel_id == result.panel_id],
        )
        for result in published.values()
        if result.replaced_at is None and (place := places.get(result.run_id))
    ]


def _released(result: ResultView, answer: AnswerView | None) -> AnswerView | None:
    if result.answers_from is None or result.answers_from > result.now:
        return None
    return answer if answer and answer.signed_at else None


async def appeals_of_entry(db: AsyncSession, entry_id: int) -> Sequence[Appeal]:
    """Every appeal of the entry, in their order."""
    found = await db.scalars(select(Appeal).where(Appeal.entry_id == entry_id).order_by(Appeal.id))
    return found.all()


async def invitations_of(db: AsyncSession, entry_id: int) -> list[PhaseInvitation]:
    """The entry's invitations into later phases."""
    return [
        PhaseInvitation(*row) for row in await rows_of(db, INVITATIONS, {ENTRY_ID.key: entry_id})
    ]


async def own_awards(db: AsyncSession, entry_id: int) -> list[OwnAward]:
    """The confirmed awards of the entry."""
    return [OwnAward(*row) for row in await rows_of(db, AWARDS, {ENTRY_ID.key: entry_id})]
