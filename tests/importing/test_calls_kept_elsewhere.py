"""Calls whose text or entries are elsewhere say so, lead there, and offer nothing to post here."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.browsing import topics_of
from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.core.db import Database
from ideahub.core.viewer import STRANGER
from ideahub.importing.challenge_topics import tidy_types
from tests.campaigns.setting_up import save
from tests.conftest import Browse
from tests.importing.test_challenge_gov import FULL, imported
from tests.support.cast import Cast, make_campaign

SITE = "https://prizes.example.gov/call"
ANALYTICS = "Analytics, visualizations, algorithms"
SPELLINGS = (
    ANALYTICS,
    "Analytics, visualization, algorithms",
    "Analytics, visualizations and algorithms",
    "Analytics, Visualizations and algorithms",
    "Analytics, visualizations, and algorithms",
)


async def elsewhere(db: AsyncSession, cast: Cast, **columns: Any) -> Campaign:
    values: dict[str, Any] = {
        "question": "",
        "entries_elsewhere": True,
        "external_url": SITE,
        "description_html": "<p>We ask.</p>",
        **columns,
    }
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, accepts=[], **values)
    await db.commit()
    return campaign


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({}, ("Entries are collected at", "prizes.example.gov", ", not here.")),
        (
            {"description_html": ""},
            ("The text of this challenge is not here, and entries are not collected here: see",),
        ),
        ({"external_url": ""}, ("The organiser collects the entries, not this site",)),
        (
            {"external_url": "", "description_html": ""},
            ("Neither the text of this challenge nor its entries are here",),
        ),
    ],
)
async def test_one_true_sentence_and_the_way_there(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    columns: dict[str, str],
    sentence: tuple[str, ...],
) -> None:
    campaign = await elsewhere(db, cast, **columns)
    page = (await (await browse(None)).get(campaign.url)).text
    for part in sentence:
        assert part in page
    assert (f'href="{SITE}"' in page) is ("external_url" not in columns)
    for offered in ("/ideas/new?within=", "New ideas", "Post an idea</span></a>", "0 ideas"):
        assert offered not in main_of(page), offered
    cards = (await (await browse(None)).get("/challenges")).text
    assert f'id="campaign-card-{campaign.id}-count"' not in cards


async def test_where_a_phase_takes_ideas_they_are_offered(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=[Accepts.IDEAS],
        entries_elsewhere=True,
        external_url=SITE,
    )
    await db.commit()
    page = (await (await browse(None)).get(campaign.url)).text
    assert f"/ideas/new?within={campaign.id}" in page
    assert "not here" not in page


def main_of(page: str) -> str:
    """The page without what stands on every page."""
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({}, "Entries are collected at"),
        ({"description": "", "prizes": "", "judging": "", "how-to-enter": ""}, "The text of this"),
    ],
)
async def test_an_open_call_of_a_feed_leads_to_its_organiser(
    database: Database, tmp_path: Path, browse: Browse, texts: dict[str, str], sentence: str
) -> None:
    record = FULL | {"submission-end": "2099/12/03"} | texts
    await imported(database, tmp_path / "feed.json", {"_challenge": [record]})
    stranger = await browse(None)
    cards = (await stranger.get("/challenges")).text
    found = re.search(r'href="(/challenges/\d+)"', cards)
    assert found
    page = main_of((await stranger.get(found[1])).text)
    assert sentence in page
    assert 'href="https://rivers.example/enter"' in page
    for shown in (page, main_of(cards)):
        assert not re.search(r"New ideas|Post an idea|\b0 ideas|/ideas/new", shown)


async def test_five_spellings_in_a_feed_are_one_topic(
    database: Database, db: AsyncSession, tmp_path: Path
) -> None:
    records = [
        FULL | {"challenge-id": f"{number}", "type-of-challenge": [spelling]}
        for number, spelling in enumerate(SPELLINGS)
    ]
    report = await imported(database, tmp_path / "feed.json", {"_challenge": records})
    assert report.campaigns.created == len(SPELLINGS) == 5
    assert await topics_of(db, STRANGER, CampaignKind.CHALLENGE) == [ANALYTICS]


@pytest.mark.parametrize(
    ("named", "topics"),
    [
        ("Analytics, visualization, algorithms", [ANALYTICS]),
        ("Analytics, visualizations and algorithms", [ANALYTICS]),
        ("Analytics, Visualizations and algorithms", [ANALYTICS]),
        ("Analytics, visualizations, algorithms", [ANALYTICS]),
        ("Analytics, visualizations, and algorithms", [ANALYTICS]),
        ("Business Plans", ["Business plans"]),
        ("Creative (multimedia and design)", ["Creative (multimedia & design)"]),
        ("Creative", ["Creative (multimedia & design)"]),
        ("Ideas, scientific", ["Ideas", "Scientific"]),
        ("technology demonstration", ["Technology demonstration and hardware"]),
        (
            "Technology demonstration and hardware, Scientific, Software and apps",
            ["Technology demonstration and hardware", "Scientific", "Software and apps"],
        ),
        ("Virtual Reality", ["Virtual Reality"]),
        ("Ideas about Mars, red", ["Ideas about Mars, red"]),
    ],
)
def test_each_topic_has_one_spelling(named: str, topics: list[str]) -> None:
    assert tidy_types([named]) == topics
    assert tidy_types([named, named.upper(), *topics]) == topics


@pytest.mark.parametrize("name", ["feed-open.json", "feed-closed.json"])
def test_no_topic_of_the_real_feeds_comes_in_two_spellings(shared_data: Path, name: str) -> None:
    text = json.loads((shared_data / "challenge-gov" / name).read_text())
    found: set[str] = set()
    records = text["_challenge"] if isinstance(text, dict) else text
    for record in records:
        types = record.get("type-of-challenge") or []
        split = types if isinstance(types, list) else types.split(";")
        found.update(tidy_types([one.strip() for one in split if one.strip()]))
    assert found <= {
        ANALYTICS,
        "Business plans",
        "Creative (multimedia & design)",
        "Ideas",
        "Nominations",
        "Scientific",
        "Software and apps",
        "Technology demonstration and hardware",
        "Virtual Reality",
    }


async def test_a_typed_topic_takes_the_spelling_that_is_known(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, topics=["Mobility"])
    draft = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, published=False)
    await db.commit()
    mia = await browse(cast.mia)
    fields = {"description": "We ask.", "topics": "mobility, Night", "timezone": "UTC"}
    await save(mia, f"/management/{draft.id}", "details", fields)
    await db.refresh(draft)
    assert draft.topics == ["Mobility", "Night"]
    assert await topics_of(db, STRANGER, CampaignKind.CHALLENGE) == ["Mobility"]
