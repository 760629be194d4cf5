"""Prizes that a text names one by one become several, where they are certainly all of them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.terms_models import Prize
from ideahub.core.db import Database
from ideahub.importing.challenge_gov import import_challenge_gov
from ideahub.importing.prize_breakdown import separate_prizes
from tests.campaigns.test_prizes import plain_text
from tests.conftest import Browse
from tests.importing.test_challenge_gov import FULL, imported, only_campaign, quiet

Named = tuple[str, int, int, int | None]


@pytest.mark.parametrize(
    ("text", "total", "named"),
    [
        (
            "First place: $4,000.00\n\nSecond Place: $1,000\n\nWon by: Nobody",
            5_000,
            [("First place", 4_000, 1, 1), ("Second place", 1_000, 1, 2)],
        ),
        (
            "Total Cash Prize Pool\n\n$1,500\n\n**First Place**\n\n$1,000\n\nSecond place\n\n$500",
            1_500,
            [("First place", 1_000, 1, 1), ("Second place", 500, 1, 2)],
        ),
        (
            "- Grand Prize: $25,000.00\n- Finalist: $3,000\n- Finalist: $3,000",
            31_000,
            [("Grand prize", 25_000, 1, None), ("Finalist", 3_000, 2, None)],
        ),
        (
            (
                "One grand prize winner will receive $100. The 2nd place winner will receive $75 "
                "and the 3rd place winner will receive $50."
            ),
            225,
            [
                ("Grand prize", 100, 1, None),
                ("Second place", 75, 1, 2),
                ("Third place", 50, 1, 3),
            ],
        ),
        (
            "1st ($70): A firm\n\n2nd ($20): Another",
            90,
            [("First place", 70, 1, 1), ("Second place", 20, 1, 2)],
        ),
        (
            (
                "At least $50,000 in total.\n\n* $30,000 for a grand prize winner\n"
                "* $20,000 for a student prize"
            ),
            50_000,
            [("Grand prize", 30_000, 1, None), ("Student prize", 20_000, 1, None)],
        ),
        ("$1,500 to 57 teams", 85_500, [("Prize", 1_500, 57, None)]),
        (
            (
                "Two grand prize awards of $4,000 to be split evenly among all. 12 first prize "
                "awards of $2,000"
            ),
            32_000,
            [("Grand prize", 4_000, 2, None), ("First place", 2_000, 12, None)],
        ),
        (
            (
                "A $100 first place cash prize will be awarded to the winning entry. A $50 second "
                "place cash prize will be awarded to the second."
            ),
            150,
            [("First place", 100, 1, 1), ("Second place", 50, 1, 2)],
        ),
    ],
)
def test_they_are_taken_apart_where_they_come_to_the_whole(
    text: str, total: int, named: list[Named]
) -> None:
    assert [tuple(one) for one in separate_prizes(text, Decimal(total))] == named


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("", 100),
        ("First place: $60\n\nSecond place: $30", 100),
        ("Up to five winners: $20 each", 100),
        ("First place: $100\n\nTravel of up to $20 is paid", 100),
        ("First place: $60\n\nOthers share $40", 100),
        ("First place: at least $100", 100),
        ("The prize purse is $100.", 100),
        ("First place: $1,00", 100),
        ("First place: $100.50", 100),
        ("0 teams: $100\n\nFirst place: $100", 100),
        ("First place: €100", 100),
    ],
)
def test_what_is_not_certain_stays_a_text(text: str, total: int) -> None:
    assert separate_prizes(text, Decimal(total)) == []


LINES = st.one_of(
    st.text(max_size=40),
    st.builds(
        "{} {}: ${}".format,
        st.sampled_from(["First place", "2nd", "Grand prize", "", "3 teams", "Up to 4"]),
        st.text("aäß:$-–. ", max_size=5),
        st.integers(0, 10**9),
    ),
)


@given(st.lists(LINES, max_size=6).map("\n".join), st.integers(1, 10**9))
def test_whatever_the_text_they_come_to_the_whole_or_there_are_none(text: str, total: int) -> None:
    found = separate_prizes(text, Decimal(total))
    assert not found or sum(one.amount * one.winners for one in found) == total
    assert all(one.title and one.winners > 0 for one in found)


async def test_the_page_shows_each_with_its_winners(
    database: Database, db: AsyncSession, tmp_path: Path, browse: Browse
) -> None:
    prizes = "<p>First place: $200,000</p><ul><li>$50,000 to 2 teams</li></ul>"
    await imported(database, tmp_path / "feed.json", [FULL | {"prizes": prizes}])
    campaign, _phase = await only_campaign(db)
    found = (await terms_of(db, campaign.id)).prizes
    assert [(one.title, str(one.amount), one.winners) for one in found] == [
        ("First place", "200000.00", 1),
        ("Prize", "50000.00", 2),
    ]
    text = plain_text((await (await browse(None)).get(campaign.url)).text)
    for words in ("$300,000 in all", "First place", "$200,000", "$50,000"):
        assert words in text


async def test_what_a_form_left_in_a_text_is_no_section(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    await imported(database, tmp_path / "feed.json", [FULL | {"prizes": "<p>true</p>"}])
    campaign, _phase = await only_campaign(db)
    assert "prizes" not in {one["key"] for one in campaign.sections}


async def test_of_the_real_challenges_nothing_is_lost(
    database: Database, db: AsyncSession, shared_data: Path
) -> None:
    """Each that has an amount, an authority, types or judging text in the feed shows it."""
    sent = {}
    for feed in sorted((shared_data / "challenge-gov").glob("feed-*.json")):
        report = await import_challenge_gov(database, feed, quiet)
        assert not report.failed
        for one in json.loads(feed.read_text())["_challenge"]:
            sent[f"challenge-gov:{one['challenge-id']}"] = one
    several = 0
    for campaign in await db.scalars(select(Campaign)):
        one = sent.pop(campaign.source_ref or "")
        assert bool(campaign.legal_authority) == bool(one["legal-authority"]), campaign.title
        assert bool(campaign.challenge_types) == bool(one["type-of-challenge"]), campaign.title
        assert bool(campaign.prize) == bool(one["total-prize-offered-cash"]), campaign.title
        judged = any(part["key"] == "judging" for part in campaign.sections)
        assert judged == bool(plain_text(one["judging"]).strip()), campaign.title
        prizes = (await db.scalars(select(Prize).where(Prize.campaign_id == campaign.id))).all()
        total = sum((prize.amount or 0) * prize.winners for prize in prizes)
        assert total == 0 or f"${total:,.0f}" == campaign.prize, campaign.title
        several += len(prizes) > 1
    assert not sent
    assert several >= 8
