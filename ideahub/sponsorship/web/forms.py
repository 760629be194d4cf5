"""The forms of sponsorship, and how an amount is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ideahub.core.i18n import _
from ideahub.http.forms import FieldError, Form, choice, day, fill, line, own_field, text
from ideahub.ideas.queries import IdeaView
from ideahub.sponsorship.models import PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, problems

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


def offer_from(draft: Mapping[str, Any] | None) -> Form[OfferForm]:
    """The form as it was left; empty without a draft. What is missing yet is no error."""
    sent = {name: [str(value)] for name, value in (draft or {}).items()}
    form = fill(OfferForm, sent)
    form.errors.clear()
    return form


def offer_of(form: Form[OfferForm], on: date) -> PledgeOffer | None:
    """The offer the form makes on this day; None, with errors in the form, if it makes none."""
    values = form.values
    if not form.ok or values.kind is None or values.expires_on is None:
        return None
    offer = PledgeOffer(
        kind=values.kind,
        promise=values.promise,
        expires_on=values.expires_on,
        amount=values.amount,
        currency=values.currency,
        conditions=_LEAD.sub("", values.conditions),
    )
    wrong = problems(offer, on)
    form.errors |= wrong
    return None if wrong else offer
