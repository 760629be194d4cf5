"""The prizes, partners and facts of an imported challenge, as the site's own structures.

Only what is certain becomes one: an exact amount, a name that is clearly one name. Everything else
stays as the text that it was.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignChange
from ideahub.campaigns.ordered_rows import PlannedRow, put_in_order
from ideahub.campaigns.terms_models import CampaignPartner, Prize
from ideahub.core import lengths
from ideahub.core.locking import locked
from ideahub.core.money import CURRENCIES, has_decimals
from ideahub.importing.messy_prizes import ParsedPrize
from ideahub.importing.prize_breakdown import SeparatePrize

# Columns of Campaign that hold facts which were only texts in earlier versions.
COLUMNS = ("legal_authority", "fiscal_year", "challenge_types")
# What may stand between two names, or shows that this is a sentence.
_UNCLEAR = re.compile(
    r"[,:/]|\s[&+–—-]\s|[a-z]\.\s|\.\Z|\b(and|or|with|through|only)\b", re.IGNORECASE
)
LONGEST_NAME = 120


@dataclass
class ImportedTerms:
    """What can be won, in all and one by one, and who runs the challenge together with its agency:
    name and part."""

    prize: ParsedPrize | None = None
    separate: Sequence[SeparatePrize] = ()
    partners: list[tuple[str, str]] = field(default_factory=list)


def partner_names(text: str) -> list[str]:
    """The names in a text that is one name, or names with semicolons between and nothing else that
    may separate some; none where it is not certain where a name ends."""
    parts = [part.strip() for part in text.split(";")]
    certain = all(0 < len(part) <= LONGEST_NAME and not _UNCLEAR.search(part) for part in parts)
    return parts if certain else []


async def put_terms(db: AsyncSession, campaign_id: int, terms: ImportedTerms) -> None:
    """Stores the prizes and the partners of a challenge that has none yet."""
    owner = {"campaign_id": campaign_id}
    if prizes := _prizes(terms):
        await put_in_order(db, Prize, owner, prizes)
    partners = [
        PlannedRow(None, {"organisation_id": None, "name": name, "role": role})
        for name, role in terms.partners
    ]
    if partners:
        await put_in_order(db, CampaignPartner, owner, partners)


def _prizes(terms: ImportedTerms) -> list[PlannedRow]:
    if terms.prize is None:
        return []
    whole = SeparatePrize("All prizes together", terms.prize.amount or Decimal(0))
    currency = {"currency": terms.prize.currency}
    return [PlannedRow(None, one._asdict() | currency) for one in terms.separate or [whole]]


async def fill_in_terms(
    db: AsyncSession, campaign_id: int, columns: Mapping[str, Any], terms: ImportedTerms
) -> bool:
    """Fills in what an earlier version of the importer kept as texts only; returns whether there
    was anything to fill in.

    Does nothing where some of it is there, or a manager has changed the challenge since.
    """
    campaign = await locked(db, Campaign, campaign_id)
    wanted = {name: columns[name] for name in COLUMNS if columns[name]}
    if not (wanted or terms.prize or terms.partners):
        return False
    if any(getattr(campaign, name) for name in COLUMNS) or await _is_touched(db, campaign_id):
        return False
    for name, value in wanted.items():
        setattr(campaign, name, value)
    campaign.facts = columns["facts"]
    await put_terms(db, campaign_id, terms)
    await db.flush()
    return True


async def _is_touched(db: AsyncSession, campaign_id: int) -> bool:
    tables = (Prize, CampaignPartner, CampaignChange)
    there = [exists().where(table.campaign_id == campaign_id) for table in tables]
    return bool(await db.scalar(select(or_(*there))))


def fits(text: str, name: str) -> bool:
    """Whether a text can be stored in this column as it is."""
    most = {"legal_authority": lengths.LEGAL_AUTHORITY, "fiscal_year": lengths.FISCAL_YEAR}
    return len(text) <= most[name]


def is_storable(prize: ParsedPrize) -> bool:
    """Whether the amount is one of a prize: in cents at most, of a currency in use."""
    amount = prize.amount
    if amount is None or not 0 < amount < 10**12 or prize.currency not in CURRENCIES:
        return False
    return amount == round(amount, 2) and (not amount % 1 or has_decimals(prize.currency))
