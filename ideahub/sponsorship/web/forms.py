"""The forms of sponsorship, and how an amount is read."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ideahub.core.i18n import _
from ideahub.http.forms import FieldError, choice, day, line, own_field, text
from ideahub.ideas.queries import IdeaView
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer

_DIGITS = re.compile(r"\d[\d.,]*")
_DECIMALS = re.compile(r"[.,](\d{1,2})\Z")
# The form's own lead, typed once more.
_LEAD = re.compile(r"\A(?:yes,?\s+and\b)?[\s,.…]*", re.IGNORECASE)
LONGEST_AMOUNT = 30


def read_amount(typed: str) -> Decimal:
    """An amount as people write it: 12000, 12,000, 12.000,50, 1 250.5. Raises FieldError.

    Amounts have two decimals at most, so a last group of three digits is thousands.
    """
    bare = re.sub(r"[\s'’_]", "", typed)
    if len(bare) > LONGEST_AMOUNT or not _DIGITS.fullmatch(bare) or not bare.isascii():
        raise FieldError(_("Enter a number, such as 40 or 12,500."))
    decimals = _DECIMALS.search(bare)
    whole = re.sub(r"[.,]", "", bare[: decimals.start()] if decimals else bare)
    return Decimal(f"{whole}.{decimals[1]}" if decimals else whole)


def amount_field() -> Any:
    """An optional amount."""
    return own_field(read_amount, None)


@dataclass
class OfferForm:
    """What a leader types to offer a pledge."""

    kind: PledgeKind | None = choice(PledgeKind, required=True)
    amount: Decimal | None = amount_field()
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
