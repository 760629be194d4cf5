"""The forms of sponsorship, and how an amount is read."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ideahub.http.forms import choice, day, line, money, text
from ideahub.ideas.queries import IdeaView
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer

# The form's own lead, typed once more.
_LEAD = re.compile(r"\A(?:yes,?\s+and\b)?[\s,.…]*", re.IGNORECASE)


@dataclass
class OfferForm:
    """What a leader types to offer a pledge."""

    kind: PledgeKind | None = choice(PledgeKind, required=True)
    amount: Decimal | None = money()
    currency: str = line(3)
    promise: str = line(500, required=True)
    conditions: str = text(5_000)
    expires_on: date | None = day(required=True)

    @property
    def offer(self) -> PledgeOffer:
        """What the rules take; only for a form without errors."""
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
    """Why an offer is declined or a pledge withdrawn."""

    reason: str = text(1_000, required=True)


@dataclass
class NoteForm:
    """How a pledge was kept."""

    note: str = text(1_000, required=True)


def draft_key(idea: IdeaView) -> str:
    """The name of the draft of an offer to this idea."""
    return f"pledge-{idea.id}"
