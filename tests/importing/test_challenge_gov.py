"""Challenges of a Challenge.gov feed become challenges here, however messy the feed is."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind, Phase
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.importing.challenge_gov import import_challenge_gov
from ideahub.importing.report import Report
from ideahub.organisations.models import Organisation
from tests.conftest import Browse

FULL = {
    "challenge-id": "1088",
    "challenge-title": "Cleaner  rivers",
    "permalink": "https://calls.example/challenge/rivers/",
    "external-url": "https://rivers.example/enter",
    "tagline": "Find what pollutes our rivers",
    "legal-authority": "Water Act",
    "fiscal-year": "FY20, FY21",
    "type-of-challenge": ["Ideas", "Scientific"],
    "total-prize-offered-cash": "300000",
    "challenge_status": "open",
    "agency": "Agency of Rivers ",
    "partner-agencies-federal": "Agency of Lakes",
    "partners-non-federal": "",
    "submission-start": "2020/03/19 12 p.m.",
    "submission-end": "2021/12/03",
    "description": "<h2>Why</h2><p>Because <b>fish</b> <script>alert(1)</script>matter.</p>",
    "prizes": "<ul><li>First</li></ul>",
    "rules": "",
    "judging": '<p><a href="/rules">By a jury</a></p>',
    "how-to-enter": "<p>By mail</p>",
}
NOTHING = {"created": 0, "unchanged": 0}


def quiet(_doing: str, _done: int, _total: int) -> None:
    """A bar nobody looks at."""


def write(path: Path, content: Any) -> None:
    """Makes the file that is to be imported."""
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    path.write_bytes(content)


async def imported(database: Database, path: Path, content: Any) -> Report:
    """What comes of a feed with this content: bytes, text, or a value as JSON."""
    write(path, content)
    return await import_challenge_gov(database, path, quiet)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "feed.json"


async def only_campaign(db: AsyncSession) -> tuple[Campaign, Phase]:
    campaign = (await db.scalars(select(Campaign))).one()
    return campaign, (await db.scalars(select(Phase))).one()


async def campaigns(db: AsyncSession) -> int:
    return (await db.execute(select(func.count(Campaign.id)))).scalar_one()


async def test_every_field_finds_its_place(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    report = await imported(database, feed, {"_challenge": [FULL]})
    assert report.as_json() == {
        "campaigns": {"created": 1, "unchanged": 0},
        "ideas": NOTHING,
        "people": NOTHING,
        "votes": NOTHING,
        "refused": [],
    }
    assert report.notes == []
    campaign, phase = await only_campaign(db)
    assert campaign.kind == CampaignKind.CHALLENGE
    assert campaign.audience == Audience.PUBLIC
    assert campaign.published_at is not None
    assert campaign.title == "Cleaner rivers"
    assert campaign.tagline == "Find what pollutes our rivers"
    assert campaign.prize == "$300,000"
    assert campaign.topics == ["Ideas", "Scientific"]
    assert campaign.external_url == "https://rivers.example/enter"
    assert campaign.source_ref == "challenge-gov:1088"
    assert "<script" not in campaign.description_html
    assert "alert" not in campaign.description_html
    assert "<strong>fish</strong>" in campaign.description_html
    assert [one["key"] for one in campaign.sections] == ["prizes", "how-to-enter", "judging"]
    assert 'href="https://calls.example/rules"' in campaign.sections[2]["html"]
    assert {one["label"]: one["text"] for one in campaign.facts} == {
        "Number at Challenge.gov": "1088",
        "Listed at": "https://calls.example/challenge/rivers/",
        "Entries": "Collected by the organiser, not here",
    }
    assert phase.opens_at == datetime(2020, 3, 19, 16, 0, tzinfo=UTC)
    assert phase.closes_at == datetime(2021, 12, 4, 4, 59, 59, tzinfo=UTC)
    assert phase.timezone == campaign.timezone == "America/New_York"
    assert phase.dates_known
    assert phase.opening_announced_at
    assert phase.closing_announced_at
    agency = await db.get_one(Organisation, campaign.organisation_id)
    assert agency.name == "Agency of Rivers"
    event = (await db.scalars(select(Event))).one()
    assert (event.kind, event.campaign_id, event.actor_id) == (Kind.IMPORTED, campaign.id, None)


async def test_a_second_run_creates_nothing(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    await imported(database, feed, {"_challenge": [FULL]})
    again = await imported(database, feed, {"_challenge": [FULL | {"challenge-title": "New"}]})
    assert again.as_json()["campaigns"] == {"created": 0, "unchanged": 1}
    assert (await only_campaign(db))[0].title == "Cleaner rivers"
    assert len((await db.scalars(select(Event))).all()) == 1
    assert len((await db.scalars(select(Organisation))).all()) == 1


async def test_one_agency_however_it_is_spaced(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    spaced = [FULL, FULL | {"challenge-id": "2", "agency": "agency of  Rivers"}]
    await imported(database, feed, spaced)
    assert len((await db.scalars(select(Organisation))).all()) == 1


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: {"version": "1", "_challenge": [one]},
        lambda one: {"_challenge": [one], "a": []},
        lambda one: [one],
        lambda one: {"items": [one]},
        lambda one: one,
        lambda one: {"items": [{"id": "x", "url": "https://a.example", "_challenge": one}]},
        lambda one: [{name.replace("-", "_").title(): value for name, value in one.items()}],
        lambda one: [dict(reversed(one.items()))],
        lambda one: [one | {"challenge-id": 1088, "fiscal-year": 2020, "challenge-manager": "X"}],
    ],
)
async def test_other_exports_of_the_format(
    database: Database, db: AsyncSession, feed: Path, wrap: Any
) -> None:
    report = await imported(database, feed, wrap(FULL))
    assert report.campaigns.created == 1
    campaign, phase = await only_campaign(db)
    assert campaign.source_ref == "challenge-gov:1088"
    assert campaign.title == "Cleaner rivers"
    assert phase.dates_known
    assert campaign.source_data is not None
    assert not [name for name in campaign.source_data if "manager" in name]


async def test_a_json_feed_with_its_own_names(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    item = {
        "id": "https://a.example/7",
        "url": "https://a.example/7",
        "title": "A plain item",
        "content_text": "1 < 2\nand *so* on",
        "tags": ["One", "Two"],
    }
    report = await imported(database, feed, {"items": [item]})
    assert report.campaigns.created == 1
    campaign, phase = await only_campaign(db)
    assert campaign.external_url == "https://a.example/7"
    assert campaign.topics == ["One", "Two"]
    assert "1 &lt; 2" in campaign.description_html
    assert "*so*" in campaign.description_html
    assert (phase.dates_known, phase.opens_at, phase.closes_at) == (False, None, None)
    assert (await db.scalars(select(Organisation))).one().name == "Agency not named"


@pytest.mark.parametrize(
    ("start", "end", "known", "noted"),
    [
        ("03/18/2019 12:00 AM", "04/22/2019 12:00 AM", True, ""),
        ("", "", False, ""),
        (None, None, False, ""),
        ("TBD", "2020/6/05 10:00 AM ET", False, ""),
        ("2019/01/01", "", False, ""),
        ("soon", "2020/6/05 10:00 AM ET", False, "“soon”"),
        ("2020/13/45", "31/31/2020", False, "“2020/13/45”"),
        ("2021/01/01", "2020/01/01", False, "before it opens"),
        ({"a": 1}, "2020/01/01", False, "should be text"),
    ],
)
async def test_unknown_dates_stay_unknown(
    database: Database, db: AsyncSession, feed: Path, start: Any, end: Any, known: bool, noted: str
) -> None:
    record = FULL | {"submission-start": start, "submission-end": end}
    report = await imported(database, feed, [record])
    assert report.campaigns.created == 1
    assert report.refused == []
    _, phase = await only_campaign(db)
    assert phase.dates_known is known
    notes = " ".join(report.notes)
    assert noted in notes
    assert bool(notes) is bool(noted)
    assert not notes or "feed.json: challenge 1 (id 1088)" in notes


@pytest.mark.parametrize(
    ("field", "value", "column", "shown"),
    [
        ("total-prize-offered-cash", "Up to $150,000", "prize", "Up to $150,000"),
        ("total-prize-offered-cash", "", "prize", ""),
        ("total-prize-offered-cash", None, "prize", ""),
        ("total-prize-offered-cash", 99999, "prize", "$99,999"),
        ("total-prize-offered-cash", "$0", "prize", ""),
        ("total-prize-offered-cash", "x" * 900, "prize", "x" * 499 + "…"),
        ("type-of-challenge", "Ideas; Scientific", "topics", ["Ideas", "Scientific"]),
        ("type-of-challenge", None, "topics", []),
        ("type-of-challenge", {"a": 1}, "topics", []),
        ("type-of-challenge", ["x" * 200], "topics", ["x" * 79 + "…"]),
        ("challenge-title", "y" * 500, "title", "y" * 199 + "…"),
        ("tagline", ["a", 7], "tagline", "a; 7"),
        ("tagline", {"a": 1}, "tagline", ""),
        ("external-url", "javascript:alert(1)", "external_url", FULL["permalink"]),
        ("external-url", "http://[bad", "external_url", FULL["permalink"]),
        ("external-url", "https://a.example/" + "x" * 600, "external_url", FULL["permalink"]),
        ("description", "", "description", ""),
        ("description", 12.0, "description", "12"),
        ("description", "a\x00b\ud800", "description", "ab\N{REPLACEMENT CHARACTER}"),
    ],
)
async def test_messy_fields_become_what_they_can(
    database: Database,
    db: AsyncSession,
    feed: Path,
    field: str,
    value: Any,
    column: str,
    shown: Any,
) -> None:
    report = await imported(database, feed, [FULL | {field: value}])
    assert report.refused == []
    campaign, _ = await only_campaign(db)
    assert getattr(campaign, column) == shown


async def test_long_rules_are_kept_whole_in_parts(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    rules = "".join(f"<p>Rule {one} says something at some length.</p>" for one in range(2_000))
    report = await imported(database, feed, [FULL | {"rules": rules}])
    assert report.notes == []
    campaign, _ = await only_campaign(db)
    parts = [one for one in campaign.sections if one["key"].startswith("rules")]
    assert [one["heading"] for one in parts][:2] == ["Rules", "Rules, continued"]
    assert all(len(one["source"]) <= 20_000 for one in parts)
    assert "Rule 1999 " in parts[-1]["source"]
    assert sum(one["source"].count("Rule ") for one in parts) == 2_000


@pytest.mark.slow
async def test_what_is_endless_is_cut_and_said(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    report = await imported(database, feed, [FULL | {"rules": "<p>word</p>" * 400_000}])
    assert report.campaigns.created == 1
    assert "“rules” is too long" in " ".join(report.notes)


async def test_one_bad_record_never_stops_or_half_writes_the_rest(
    database: Database, db: AsyncSession, feed: Path
) -> None:
    good = [FULL | {"challenge-id": str(one)} for one in range(3)]
    bad = [
        FULL | {"challenge-title": " "},
        "not an object",
        None,
        [1],
        {},
        FULL | {"challenge-id": {"a": 1}},
        FULL | {"challenge-id": None, "permalink": None},
        good[0],
    ]
    feed_of = [good[0], *bad[:4], good[1], *bad[4:], good[2]]
    for run in range(2):
        report = await imported(database, feed, feed_of)
        assert report.campaigns.created == (3 if run == 0 else 0)
        assert report.campaigns.unchanged == (0 if run == 0 else 3)
        assert [one.where for one in report.refused] == [
            "feed.json: challenge 2 (id 1088)",
            "feed.json: challenge 3",
            "feed.json: challenge 4",
            "feed.json: challenge 5",
            "feed.json: challenge 7",
            "feed.json: challenge 8 (id {'a': 1})",
            "feed.json: challenge 9",
            "feed.json: challenge 10 (id 0)",
        ]
        assert [one.why for one in report.refused] == [
            "It has no title.",
            "An object was expected, not str.",
            "An object was expected, not NoneType.",
            "An object was expected, not list.",
            "It has neither a number nor a link, so it could not be known again.",
            "“id” should be text, not dict.",
            "It has neither a number nor a link, so it could not be known again.",
            "It is known by the same number as challenge 1 of this file.",
        ]
        assert not report.failed
    assert await campaigns(db) == 3
    assert len((await db.scalars(select(Phase))).all()) == 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{", "is not JSON"),
        (b"<html>", "is not JSON"),
        (b"\x00\x01\x02", "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"12", "no list of challenges"),
        (b'"text"', "no list of challenges"),
        (b"null", "no list of challenges"),
        (b'{"a": 1}', "no list of challenges"),
        (b'{"_challenge": {"a": 1}}', "no list of challenges"),
    ],
)
async def test_a_file_that_is_no_feed(
    database: Database, db: AsyncSession, feed: Path, content: bytes, why: str
) -> None:
    report = await imported(database, feed, content)
    assert report.failed
    assert [one.where for one in report.refused] == ["feed.json"]
    assert why in report.refused[0].why
    assert await campaigns(db) == 0
    assert why in report.as_text()


async def test_no_file_and_a_folder(database: Database, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "no.json", "no such file"), (tmp_path, "a folder")):
        report = await import_challenge_gov(database, path, quiet)
        assert report.failed
        assert why in report.refused[0].why


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
async def test_other_encodings(
    database: Database, db: AsyncSession, feed: Path, encoding: str
) -> None:
    text = json.dumps([FULL | {"challenge-title": "Café – “été”"}], ensure_ascii=False)
    report = await imported(database, feed, text.encode(encoding))
    assert (await only_campaign(db))[0].title == "Café – “été”"
    assert any("Windows-1252" in note for note in report.notes) is (encoding == "cp1252")


async def test_strange_numbers_do_no_harm(database: Database, db: AsyncSession, feed: Path) -> None:
    text = json.dumps([FULL])
    digits = "9" * 5_000
    text = text.replace('"FY20, FY21"', digits).replace('"300000"', "NaN")
    text = text.replace('"Water Act"', "1e999").replace('"open"', "-Infinity")
    report = await imported(database, feed, text)
    assert report.campaigns.created == 1
    assert (await only_campaign(db))[0].prize == ""


async def test_places_and_reasons_can_be_printed(database: Database, feed: Path) -> None:
    bad = FULL | {"challenge-id": "\ud800\n\x00\u202e7", "challenge-title": ""}
    report = await imported(database, feed, [bad, FULL | {"submission-end": "\ud800 soon\x1b"}])
    assert report.refused[0].where == "feed.json: challenge 1 (id \N{REPLACEMENT CHARACTER} 7)"
    printed = report.as_text() + json.dumps(report.as_json(), ensure_ascii=False)
    assert printed.encode()
    assert "\x1b" not in printed


async def test_progress_reaches_the_end(database: Database, feed: Path) -> None:
    seen: list[tuple[int, int]] = []
    write(feed, [FULL, FULL | {"challenge-id": "2"}])
    await import_challenge_gov(database, feed, lambda _doing, done, of: seen.append((done, of)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["feed-open.json", "feed-closed.json"])
async def test_the_real_feeds(
    database: Database, db: AsyncSession, shared_data: Path, browse: Browse, name: str
) -> None:
    path = shared_data / "challenge-gov" / name
    records = json.loads(path.read_text())["_challenge"]
    report = await import_challenge_gov(database, path, quiet)
    assert report.campaigns.created == len(records)
    assert report.refused == []
    assert report.notes == []
    stored = (await db.scalars(select(Campaign))).all()
    assert Counter(one.source_ref for one in stored) == Counter(
        f"challenge-gov:{record['challenge-id']}" for record in records
    )
    agencies = {" ".join(record["agency"].split()).casefold() for record in records}
    assert len((await db.scalars(select(Organisation))).all()) == len(agencies)
    phases = (await db.scalars(select(Phase))).all()
    assert all(phase.dates_known for phase in phases)
    for one in stored:
        for html in (one.description_html, *(section["html"] for section in one.sections)):
            assert "<script" not in html
            assert "<img" not in html
            assert "{{" not in html

    again = await import_challenge_gov(database, path, quiet)
    assert again.as_json()["campaigns"] == {"created": 0, "unchanged": len(records)}
    events = await db.execute(select(func.count()).where(Event.kind == Kind.IMPORTED))
    assert events.scalar_one() == len(records)
    page = await (await browse(None)).get(f"/challenges/{stored[0].id}")
    assert page.status_code == 200
