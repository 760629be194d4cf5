"""The wizard asks what a phase is for, says what the schedule means, and names contradictions."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import card_of
from ideahub.campaigns.contradictions import contradictions
from ideahub.campaigns.models import Accepts, CampaignKind, Phase, Purpose
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.schedule_words import schedule_sentence
from ideahub.campaigns.windows import windows
from tests.campaigns.setting_up import LATER, begin, fill_in, phase, phases, stored_phase
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign

DAY = timedelta(days=1)
NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
IDEAS, VOTES, BUILDS = Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS


def on(day: int, month: int = 3) -> datetime:
    return datetime(2027, month, day, 18, tzinfo=UTC)


def planned(
    name: str,
    opens: datetime | None,
    closes: datetime | None,
    *accepts: Accepts,
    purpose: Purpose = Purpose.OTHER,
    timezone: str = "UTC",
) -> PhasePlan:
    return PhasePlan(None, name, opens, closes, timezone, [*accepts], purpose)


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


FEBRUARY = on(1, 1)
COLLECT = planned("Ideas", FEBRUARY, on(1), IDEAS, VOTES, BUILDS, purpose=Purpose.IDEAS)
BUILD = planned("Build", on(1), on(15), VOTES, BUILDS, purpose=Purpose.BUILDING)
JUDGE = planned("Jury", on(15), on(30), purpose=Purpose.JUDGING)


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        (
            [COLLECT, BUILD, JUDGE],
            (
                "The plan (UTC): ideas until 1 Mar 2027, 18:00; support and builds until 15 Mar "
                "2027, 18:00; judging from 15 Mar 2027, 18:00 until 30 Mar 2027, 18:00."
            ),
        ),
        (
            [COLLECT],
            "The plan (UTC): ideas, support and builds until 1 Mar 2027, 18:00.",
        ),
        (
            # Ideas go on in the next phase: that, not the first closing, is when they end.
            [COLLECT, planned("More", on(1), on(20), IDEAS)],
            (
                "The plan (UTC): support and builds until 1 Mar 2027, 18:00; "
                "ideas until 20 Mar 2027, 18:00."
            ),
        ),
        (
            # After a pause they open again.
            [planned("One", FEBRUARY, on(1), IDEAS), planned("Two", on(5), on(9), IDEAS)],
            (
                "The plan (UTC): ideas until 1 Mar 2027, 18:00; ideas from 5 Mar 2027, 18:00 until "
                "9 Mar 2027, 18:00."
            ),
        ),
        (
            [planned("Early", on(1, 1), on(9, 1), IDEAS), planned("Ball", on(1), None)],
            "The plan (UTC): ideas closed on 9 Jan 2027, 18:00; “Ball” from 1 Mar 2027, 18:00 on.",
        ),
        ([planned("Dates unknown", None, None, IDEAS)], ""),
        ([], ""),
    ],
)
def test_the_schedule_in_a_sentence(plans: list[PhasePlan], said: str) -> None:
    assert plain(schedule_sentence(plans, NOW)) == said


def test_times_are_said_in_their_zones() -> None:
    berlin = planned("Ideas", FEBRUARY, on(1), IDEAS, timezone="Europe/Berlin")
    assert plain(schedule_sentence([berlin], NOW)) == (
        "The plan (Berlin time): ideas until 1 Mar 2027, 19:00."
    )
    mixed = plain(schedule_sentence([berlin, planned("Vote", on(1), on(2), VOTES)], NOW))
    assert "ideas until 1 Mar 2027, 19:00 (Berlin time)" in mixed
    assert "2 Mar 2027, 18:00 (UTC)" in mixed


@pytest.mark.parametrize(
    ("plans", "words"),
    [
        ([COLLECT, BUILD, JUDGE], []),
        (
            [COLLECT, planned("Fair", on(1, 2), on(20), VOTES)],
            ["“Ideas” and “Fair” overlap until 1 Mar 2027, 18:00 (UTC): Support."],
        ),
        (
            [COLLECT, planned("Pilot", on(1), on(30), IDEAS, purpose=Purpose.PILOT)],
            ["Ideas are collected until 1 Mar 2027, 18:00 (UTC), but “Pilot” goes on accepting"],
        ),
        (
            [planned("Vote", FEBRUARY, on(1), IDEAS, VOTES, purpose=Purpose.VOTING)],
            ["“Vote” is not for collecting ideas, but accepts them."],
        ),
        (
            [COLLECT, planned("Jury", on(20, 2), on(30), purpose=Purpose.JUDGING)],
            ["“Jury” begins on 20 Feb 2027, 18:00 (UTC), before ideas close"],
        ),
        (
            [
                planned("Award", FEBRUARY, on(1), Accepts.ENTRIES, purpose=Purpose.ENTRIES),
                planned("Jury", on(20, 2), on(30), Accepts.SCORING, purpose=Purpose.JUDGING),
            ],
            ["“Jury” begins on 20 Feb 2027, 18:00 (UTC), before entries close"],
        ),
    ],
)
def test_contradictions_are_named(plans: list[PhasePlan], words: list[str]) -> None:
    found = [plain(sentence) for sentence in contradictions(plans)]
    assert len(found) == len(words)
    for sentence, beginning in zip(found, words, strict=True):
        assert sentence.startswith(beginning)


async def test_an_overlap_is_named_where_phases_are_planned(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    fair = phase(1, name="Fair", opens="2026-02-01T08:00", closes="2099-01-01T00:00")
    await mia.post(f"{at}/phases", phase(accepts=["ideas", "votes"]) | fair)
    assert len(await phases(db)) == 2
    for step in ("phases", "check"):
        page = plain((await mia.get(f"{at}/{step}")).text)
        assert re.search(r"Ideas[^.]*Fair[^.]*overlap until", page), step


def test_windows_join_what_follows_without_a_gap() -> None:
    plans = [
        planned("B", on(5), on(9), IDEAS),
        planned("A", on(1), on(5), IDEAS),
        planned("Within", on(2), on(3), IDEAS),
        planned("Later", on(10), None, IDEAS),
    ]
    assert [(one.opens, one.closes) for one in windows(plans, IDEAS)] == [
        (on(1), on(9)),
        (on(10), None),
    ]


async def test_a_new_phase_begins_with_what_it_is_for(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    page = (await mia.get(at)).text
    assert "What is the first phase for?" in page
    for deed in ("add-ideas", "add-building", "add-voting", "add-judging", "add-pilot"):
        assert f'value="{deed}"' in page
    await mia.post(at, {"do": "add-ideas"})
    (one,) = await phases(db)
    assert (one.name, one.purpose, one.accepts) == ("Ideas", "ideas", [IDEAS, VOTES, BUILDS])
    first = stored_phase(0, one, opens="2026-01-01T08:00", closes=LATER, timezone="UTC")
    await mia.post(at, {**first, "do": "add-judging"})
    _ideas, jury = await phases(db)
    assert (jury.name, jury.purpose, jury.accepts) == ("Judging", "judging", [Accepts.SCORING])
    # It begins when the one before it closes.
    assert jury.opens_at == datetime.fromisoformat(LATER).replace(tzinfo=UTC)


async def test_a_phase_without_a_purpose_accepts_nothing_silently(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    await mia.post(at, {"do": "add-other"})
    (one,) = await phases(db)
    assert one.accepts == []


async def test_the_organisers_phases_need_accept_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    (one,) = await phases(db)
    first = stored_phase(0, one)
    jury = phase(1, name="Jury", opens=LATER, closes="2099-01-01T00:00", purpose="judging")
    await mia.post(f"{at}/phases", {**first, **jury, "phase-1-accepts": []})
    assert "Everything is there" in (await mia.get(f"{at}/check")).text
    _first, stored = await phases(db)
    jury = stored_phase(1, stored, purpose="other")
    await mia.post(f"{at}/phases", {**first, **jury})
    assert "Jury: choose what it accepts." in (await mia.get(f"{at}/check")).text


async def test_the_sentence_follows_what_is_typed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id) + "/phases"
    row = phase(closes="2099-03-01T18:00", accepts=["ideas"], timezone="Europe/Berlin")
    answer = await mia.post(f"{at}/schedule", row)
    assert "ideas until 1 Mar 2099, 18:00" in plain(answer.text)
    assert "<html" not in answer.text
    assert await phases(db) == []
    stored = await mia.post(at, row)
    assert stored.status_code == 303
    for page in (at, at.replace("/phases", "/check")):
        assert "ideas until 1 Mar 2099, 18:00" in plain((await mia.get(page)).text)
    assert (await (await browse(cast.ada)).post(f"{at}/schedule", row)).status_code in {403, 404}


async def test_the_page_and_its_card_never_contradict_the_plan(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, closes=30 * DAY)
    (first,) = await phases(db)
    end = datetime.now(UTC) + 90 * DAY
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Pilot",
            opens_at=first.closes_at,
            closes_at=end,
            accepts=[IDEAS],
        ),
    )
    await db.commit()
    card = await card_of(db, campaign.id)
    assert card
    assert (card.takes_ideas, card.moment) == (True, end)
    page = plain((await (await browse(None)).get(campaign.url)).text)
    assert f"ideas until {end.day} {end:%b %Y, %H:%M}" in page
    assert "Closes in 3 months" in page
    assert "Closes in 1 month" not in page


async def test_what_ends_is_named_where_ideas_are_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(
        db, cast.city, kind=CampaignKind.CHALLENGE, closes=20 * DAY, accepts=[VOTES]
    )
    await db.commit()
    page = plain((await (await browse(None)).get("/challenges")).text)
    assert f'id="campaign-card-{campaign.id}"' in page
    assert re.search(r"“<bdi>Ideas</bdi>” ends in 3 weeks", page)
    assert "Closes in" not in page
