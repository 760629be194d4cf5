"""The demo's prizes, rules, questions, partners and a document, for the challenge of schools."""

import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.terms_models import (
    CampaignDocument,
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    PrizeMilestone,
    RulesVersion,
)
from ideahub.core.text.rendering import render_markdown

DAY = timedelta(days=1)
FIRST_RULES = """### Who may take part

Everyone who lives, works or goes to school in Lindenau. Children take part through their class.

### What counts

How much safer a route becomes, how soon it can be tried, and what it costs in a year.

### What becomes of the rights

You keep the rights to your idea. The city may try it in its schools.
"""
NEW_RULES = FIRST_RULES.replace("in its schools.", "in its schools, and tell others how it went.")
TABLE = "street;children on foot;cars at eight\nLindenallee;212;340\nAm Anger;98;120\n"


async def add_terms(db: AsyncSession, key: str, campaign: Campaign) -> None:
    """Adds what the campaign with this key has; to any other it adds nothing."""
    if key != "schools":
        return
    await _add_prizes(db, campaign)
    _add_rules(db, campaign)
    campaign.legal_authority = "Decision 114 of the city council, section 3"
    campaign.fiscal_year = str(datetime.now(UTC).year)
    campaign.challenge_types = ["ideas", "pilots"]
    texts = (
        ("Do you live, work or go to school in Lindenau?", "", True),
        ("Do you work for the traffic department?", "Its engineers advise all teams alike.", False),
    )
    for position, (question, explained, answer) in enumerate(texts, 1):
        db.add(
            EligibilityQuestion(
                campaign_id=campaign.id,
                position=position,
                text=question,
                help=explained,
                required_answer=answer,
            )
        )
    db.add(
        CampaignPartner(
            campaign_id=campaign.id,
            position=1,
            name="Parents’ Council of Lindenau",
            role="Tries out the routes with children",
        )
    )
    _add_document(db, campaign)
    await db.flush()


async def _add_prizes(db: AsyncSession, campaign: Campaign) -> None:
    pilots = Prize(
        campaign_id=campaign.id,
        position=1,
        title="Pilot at a school",
        rank=1,
        amount=Decimal(20_000),
        currency="EUR",
        winners=3,
        non_money="A named sponsor in the city’s administration",
    )
    weeks = Prize(
        campaign_id=campaign.id,
        position=2,
        title="Prototype week",
        non_money="A week with our traffic engineers",
        winners=10,
    )
    db.add_all([pilots, weeks])
    await db.flush()
    parts = (("Route agreed with the school", 5_000), ("A month of trying it out", 15_000))
    for position, (title, amount) in enumerate(parts, 1):
        db.add(
            PrizeMilestone(
                prize_id=pilots.id, position=position, title=title, amount=Decimal(amount)
            )
        )


def _add_rules(db: AsyncSession, campaign: Campaign) -> None:
    versions = (
        (FIRST_RULES, "", campaign.published_at or datetime.now(UTC)),
        (NEW_RULES, "Others may learn what came of the pilots.", datetime.now(UTC) - 9 * DAY),
    )
    for number, (text, note, at) in enumerate(versions, 1):
        db.add(
            RulesVersion(
                campaign_id=campaign.id,
                number=number,
                text=text.strip(),
                html=render_markdown(text),
                note=note,
                published_at=at,
                published_by=campaign.published_by,
            )
        )


def _add_document(db: AsyncSession, campaign: Campaign) -> None:
    content = TABLE.encode()
    db.add(
        CampaignDocument(
            campaign_id=campaign.id,
            token=secrets.token_urlsafe(24),
            media_type="text/csv",
            file_name="morning-counts.csv",
            description="Children and cars counted at eight in the morning",
            digest=sha256(content).digest(),
            size=len(content),
            content=content,
            added_by=campaign.published_by,
        )
    )
