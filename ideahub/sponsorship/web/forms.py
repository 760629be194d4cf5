"""The forms for pledges."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ideahub.http.forms import choice, day, line, money, text
from ideahub.ideas.queries import IdeaView
from ideahub.sponsorship.keeping import Fulfilment
from ideahub.sponsorship.models import MarkKind, PledgeKind
from ideahub.sponsorship.offering import PledgeOffer

# Pages say “Condition:” in front of it; whoever begins with “Yes, and…” means what follows.
_LEAD = re.compile(r"\A(?:yes,?\s+and\b)?[\s,.…]*", re.IGNORECASE)


@dataclass
class OfferForm:
    """The fields of an offer of a pledge."""

    kind: PledgeKind | None = choice(PledgeKind, required=True)
    amount: Decimal | None = money()
    currency: str = line(3)
    promise: str = line(500, required=True)
    conditions: str = text(5_000)
    expires_on: date | None = day(required=True)

    @property
    def offer(self) -> PledgeOffer:
        """The fields as the rules take them; only for a form without errors."""
        assert self.kind is not None
        assert self.expires_on is not None
        return PledgeOffer(
            kind=self.kind,
            promise=self.promise,
            expires_on=self.expires_on,
            amount=self.amount,
            currency=self.currency,
            conditions=_LEAD.sub("", self.conditions),
        )


@dataclass
class ReasonForm:
    """The reason for declining an offer, withdrawing a pledge or saying that it did not come."""

    reason: str = text(1_000, required=True)


@dataclass
class FulfilmentForm:
    """What was given for a pledge, and the evidence."""

    note: str = text(1_000, required=True)
    given_amount: Decimal | None = money()
    evidence_url: str = line(500)
    part_why: str = text(1_000)

    @property
    def fulfilment(self) -> Fulfilment:
        """The fields as the rules take them; only for a form without errors."""
        return Fulfilment(self.note, self.given_amount, self.evidence_url, self.part_why)


class Met(StrEnum):
    """Whether the conditions of a pledge are met."""

    YES = "yes"
    NO = "no"


@dataclass
class ConditionsForm:
    """Whether a pledge's conditions are met, and what is missing where they are not."""

    met: Met | None = choice(Met, required=True)
    reason: str = text(1_000)

    @property
    def kind(self) -> MarkKind:
        """What it says; only for a form without errors."""
        return MarkKind.CONDITIONS_MET if self.met is Met.YES else MarkKind.CONDITIONS_UNMET


def draft_key(idea: IdeaView) -> str:
    """The name of the form under which a draft of an offer to this idea is kept."""
    return f"pledge-{idea.id}"
