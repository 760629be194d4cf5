"""The prizes, types, authority, dates and partners of imported challenges are in structures."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignChange
from ideahub.campaigns.terms import Terms, terms_of
from ideahub.campaigns.terms_models import CampaignPartner, Prize
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.importing.challenge_terms import partner_names
from tests.campaigns.test_prizes import plain_text
from tests.conftest import Browse
from tests.importing.test_challenge_gov import FULL, imported, only_campaign


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "feed.json"


async def terms(db: AsyncSession) -> Terms:
    return await terms_of(db, (await only_campaign(db))[0].id)


async def test_what_is_certain_is_in_structures_and_on_the_page(
    database: Database, db: AsyncSession, feed: Path, browse: Browse
) -> None:
    open_now = {"submission-end": "2099/12/03", "partners-non-federal": "Fish Lab; Lake Trust"}
    await imported(database, feed, {"_challenge": [FULL | open_now]})
    campaign, phase = await only_campaign(db)
    (prize,) = (await terms(db)).prizes
    assert (prize.amount, prize.currency, prize.winners) == (Decimal("300000.00"), "USD", 1)
    assert campaign.legal_authority == "Water Act"
    assert campaign.fiscal_year == "FY20, FY21"
    assert campaign.challenge_types == ["Ideas", "Scientific"]
    partners = [(one.name, one.role) for one in (await terms(db)).partners]
    assert partners == [
        ("Agency of Lakes", "Federal partner"),
        ("Fish Lab", "Other partner"),
        ("Lake Trust", "Other partner"),
    ]
    assert phase.dates_known
    guest = await browse(None)
    text = plain_text((await guest.get(campaign.url)).text)
    for words in ("$300,000", "Ideas, Scientific", "Water Act", "FY20, FY21", "Fish Lab"):
        assert words in text
    # What the judges look at is a text of the organiser.
    assert text.count("By a jury") == 1
    assert text.count("Judging") >= 1
    assert "19 Mar 2020" in text
    assert "$300,000 in prizes" in plain_text((await guest.get("/challenges")).text)


@pytest.mark.parametrize(
    ("sent", "amount", "summary"),
    [
        ("$3,000,000.00", Decimal(3_000_000), "$3,000,000"),
        ("Up to $150,000", None, "Up to $150,000"),
        ("$10,000 - $20,000", None, "$10,000 - $20,000"),
        ("$5,000+", None, "$5,000+"),
        ("five prizes of $20,000", None, "five prizes of $20,000"),
        ("99999", Decimal(99_999), "$99,999"),
        ("1,000,000,000,000", None, "$1,000,000,000,000"),
        ("0", None, ""),
        ("", None, ""),
        ("A trip", None, "A trip"),
    ],
)
async def test_an_amount_that_is_not_certain_stays_a_text(
    database: Database,
    db: AsyncSession,
    feed: Path,
    sent: str,
    amount: Decimal | None,
    summary: str,
) -> None:
    await imported(database, feed, [FULL | {"total-prize-offered-cash": sent}])
    assert [one.amount for one in (await terms(db)).prizes] == ([amount] if amount else [])
    assert (await only_campaign(db))[0].prize == summary


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Agency of Lakes", ["Agency of Lakes"]),
        ("CivStart; Orange Sparkle Ball", ["CivStart", "Orange Sparkle Ball"]),
        ("AT&T Corporation (FirstNet)", ["AT&T Corporation (FirstNet)"]),
        ("Agency of Lakes, Fish Lab", []),
        ("Agency of Lakes and Fish Lab", []),
        ("Lakes; and Fish Lab", []),
        ("National Heart, Lung, and Blood Institute", []),
        ("The team works with a school.", []),
        ("x" * 121, []),
        (";", []),
        ("", []),
    ],
)
def test_partners_are_taken_apart_only_where_it_is_clear_where_a_name_ends(
    text: str, names: list[str]
) -> None:
    assert partner_names(text) == names


async def test_what_does_not_fit_stays_among_the_facts(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    sent = {"fiscal-year": "From FY20 to the end of FY25", "partner-agencies-federal": "A, B and C"}
    await imported(database, feed, [FULL | sent])
    campaign, _phase = await only_campaign(db)
    assert campaign.fiscal_year == ""
    facts = {one["label"]: one["text"] for one in campaign.facts}
    assert facts["Fiscal year"] == "From FY20 to the end of FY25"
    assert facts["Federal partners"] == "A, B and C"
    assert "Legal authority" not in facts


async def as_imported_before(db: AsyncSession) -> int:
    """Makes the challenge what an earlier version of the importer stored."""
    campaign, _phase = await only_campaign(db)
    number = campaign.id
    await db.execute(delete(Prize))
    await db.execute(delete(CampaignPartner))
    facts = [{"label": "Legal authority", "text": "Water Act"}, *campaign.facts]
    columns: dict[str, Any] = {"legal_authority": "", "fiscal_year": "", "challenge_types": []}
    await db.execute(update(Campaign).values(facts=facts, **columns))
    await db.commit()
    db.expire_all()
    return number


async def test_importing_again_fills_in_once_what_an_earlier_import_kept_as_texts(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    await imported(database, feed, [FULL])
    await as_imported_before(db)
    for _ in range(2):
        report = await imported(database, feed, [FULL])
        assert report.as_json()["campaigns"] == {"created": 0, "unchanged": 1}
        db.expire_all()
        found = await terms(db)
        assert [one.amount for one in found.prizes] == [300_000]
        assert [one.name for one in found.partners] == ["Agency of Lakes"]
        campaign, _phase = await only_campaign(db)
        assert campaign.legal_authority == "Water Act"
        assert "Legal authority" not in {one["label"] for one in campaign.facts}
    kinds = list(await db.scalars(select(Event.kind)))
    assert kinds == [Kind.IMPORTED, Kind.IMPORTED]


async def test_importing_again_replaces_nothing_that_a_manager_wrote(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    await imported(database, feed, [FULL])
    number = await as_imported_before(db)
    db.add(CampaignChange(campaign_id=number, field="legal_authority", old="Water Act", new=""))
    await db.commit()
    await imported(database, feed, [FULL])
    assert (await terms(db)).prizes == []
    assert (await only_campaign(db))[0].legal_authority == ""
