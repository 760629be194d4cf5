"""Gathers what a decision or an answer rests on."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.desk.backing import Backing, backing_of
from ideahub.desk.weighing import Strongest, Weight, strongest_of, weight_of
from ideahub.ideas.queries import IdeaView
from ideahub.sponsorship.labels import Gift, what_is_given
from ideahub.sponsorship.models import PledgeKind, PledgeState
from ideahub.sponsorship.queries import pledges_of, shared
from ideahub.sponsorship.rows import PledgeView

ENDED = frozenset({PledgeState.LAPSED, PledgeState.WITHDRAWN})


class Case(msgspec.Struct, frozen=True):
    """Who wants an idea, what speaks for and against it, and who pays: the pledges that hold or are
    offered, and those that lapsed or were taken back."""

    weight: Weight
    supporters: Backing
    strongest: Strongest
    pledges: Sequence[PledgeView]
    ended: Sequence[PledgeView]

    @property
    def promised(self) -> list[str]:
        """What the pledges that hold give in all: "40 staff hours", "€12,000"."""
        sums: dict[tuple[PledgeKind, str], Decimal] = defaultdict(Decimal)
        for pledge in self.pledges:
            if pledge.is_standing:
                sums[pledge.given.as_told, pledge.currency] += pledge.amount or 0
        return [
            what_is_given(Gift(kind, amount or None, currency))
            for (kind, currency), amount in sums.items()
        ]


async def case_of(db: AsyncSession, idea: IdeaView) -> Case:
    """What a decision on an idea rests on, which the caller has found through the viewer."""
    pledges = shared(await pledges_of(db, idea))
    return Case(
        weight=await weight_of(db, idea),
        supporters=await backing_of(db, idea),
        strongest=await strongest_of(db, idea),
        pledges=[
            pledge
            for pledge in pledges
            if pledge.is_standing or pledge.state is PledgeState.OFFERED
        ],
        ended=[pledge for pledge in pledges if pledge.state in ENDED],
    )
