"""The dates of a challenge as a calendar file, as calendar programs read it."""

from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.scheduling import plan_phases
from ideahub.core.calendar_dates import CALENDAR_DATES, CalendarDate
from tests.campaigns.setting_up import phases, stored_phase
from tests.conftest import Browse, Browser
from tests.support.cast import HOUR, Cast, add, make_campaign, viewer_of

CHALLENGE = CampaignKind.CHALLENGE


async def dates_in(browser: Browser, campaign: Campaign) -> dict[str, dict[str, str]]:
    """The fields of each event in the file, by its UID."""
    answer = await browser.get(f"{campaign.url}/calendar.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["version"] == "2.0" and calendar["prodid"]
    return {
        str(event["uid"]): {
            name.lower(): str(getattr(event[name], "dt", event[name])) for name in event
        }
        for event in calendar.walk("VEVENT")
    }


async def challenge(db: AsyncSession, cast: Cast, **columns: Any) -> Campaign:
    """With overlapping phases in Berlin; the second closes in the hour that comes twice."""
    campaign = await make_campaign(
        db, cast.city, kind=CHALLENGE, description="What we know.", **columns
    )
    (first,) = await phases(db)
    first.timezone = "Europe/Berlin"
    first.closes_at = datetime(2099, 10, 1, 16, tzinfo=UTC)
    await add(
        db,
        Phase(
            campaign_id=campaign.id,
            position=2,
            name="Jury; with, commas",
            opens_at=first.opens_at,
            closes_at=datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
            timezone="Europe/Berlin",
            accepts=[Accepts.SCORING],
            grace_seconds=600,
        ),
    )
    await db.commit()
    return campaign


async def test_each_opening_and_closing_is_there_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    first, jury = await phases(db)
    found = await dates_in(await browse(None), campaign)
    ends = [
        f"campaign-{campaign.id}-phase-{one.id}-{end}@127.0.0.1"
        for one in (first, jury)
        for end in ("opens", "closes")
    ]
    assert set(found) == set(ends)
    closing = found[ends[1]]
    assert closing["dtstart"] == "2099-10-01 16:00:00+00:00"
    assert closing["summary"] == "Safer school routes: “Ideas” closes"
    assert "1 Oct 2099, 18:00 (Berlin time)" in closing["description"]
    assert closing["url"].endswith(campaign.url)
    late = found[ends[3]]
    assert late["dtstart"] == "2027-10-31 01:30:00+00:00"
    assert "Jury; with, commas" in late["summary"]
    assert "31 Oct 2027, 02:30, the second time, UTC+1 (Berlin time)" in late["description"]
    assert "still taken until 31 Oct 2027, 02:40" in late["description"]


async def test_a_change_moves_the_same_date(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await challenge(db, cast)
    campaign.published_at = datetime.now(UTC) - 24 * HOUR
    await db.commit()
    first, jury = await phases(db)
    stranger, mia = await browse(None), await browse(cast.mia)
    before = await dates_in(stranger, campaign)
    assert {one["sequence"] for one in before.values()} == {"0"}
    rows = stored_phase(0, first, closes="2099-11-01T18:00") | stored_phase(1, jury)
    answer = await mia.post(f"/management/{campaign.id}/phases", rows)
    assert answer.status_code == 303
    after = await dates_in(stranger, campaign)
    assert set(after) == set(before)
    moved = f"campaign-{campaign.id}-phase-{first.id}-closes@127.0.0.1"
    assert after[moved]["dtstart"] == "2099-11-01 17:00:00+00:00"
    assert after[moved]["sequence"] == "1"
    assert after[moved]["last-modified"] > before[moved]["last-modified"]


async def test_only_who_may_see_the_challenge_gets_its_dates(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await challenge(db, cast, published=False)
    inside = await make_campaign(db, cast.city, kind=CHALLENGE, audience=Audience.INTERNAL)
    box = await make_campaign(db, cast.city)
    await db.commit()
    stranger, ada, mia = await browse(None), await browse(cast.ada), await browse(cast.mia)
    at = "/challenges/{}/calendar.ics"
    assert (await stranger.get(at.format(draft.id))).status_code == 404
    assert (await stranger.get(at.format(inside.id))).status_code == 404
    assert (await mia.get(at.format(draft.id))).status_code == 200
    assert (await ada.get(at.format(inside.id))).status_code == 200
    assert (await mia.get(at.format(box.id))).status_code == 404
    assert (await stranger.get(at.format(10**30))).status_code == 404


async def test_the_page_leads_to_it(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await challenge(db, cast)
    page = (await (await browse(None)).get(campaign.url)).text
    assert f'href="{campaign.url}/calendar.ics"' in page


async def test_other_features_add_their_dates(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: object
) -> None:
    campaign = await challenge(db, cast)
    results = datetime(2099, 12, 1, 9, tzinfo=UTC)

    async def results_of(_db: AsyncSession, campaign_id: int) -> list[CalendarDate]:
        return [CalendarDate("results", results, f"Results of {campaign_id}")]

    CALENDAR_DATES.append(results_of)
    try:
        found = await dates_in(await browse(None), campaign)
    finally:
        CALENDAR_DATES.remove(results_of)
    assert found[f"campaign-{campaign.id}-results@127.0.0.1"]["dtstart"] == str(results)
    assert len(found) == 5


async def test_a_phase_without_an_end_has_only_its_opening(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CHALLENGE, opens=HOUR)
    await db.commit()
    found = await dates_in(await browse(None), campaign)
    assert [uid.partition("@")[0].rpartition("-")[2] for uid in found] == ["opens"]


async def test_what_was_removed_is_cancelled_under_the_same_number(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    _first, jury = await phases(db)
    jury.opens_at = datetime(2027, 9, 1, 8, tzinfo=UTC)
    await db.commit()
    guest = await browse(None)
    before = await dates_in(guest, campaign)
    assert {one["status"] for one in before.values()} == {"CONFIRMED"}
    row = await db.get_one(Campaign, campaign.id)
    (one, _jury) = await phases_now(db, campaign.id)
    ends = one.opens_at, one.closes_at
    kept = PhasePlan(one.id, one.name, *ends, one.timezone, one.accepts, one.purpose)
    why = {jury.id: "The council decides."}
    mia = await viewer_of(db, cast.mia)
    await plan_phases(db, mia, row, [kept], removed=[jury.id], reasons=why)
    await db.commit()
    after = await dates_in(guest, campaign)
    assert set(after) == set(before)
    gone = [f"phase-{jury.id}-opens", f"phase-{jury.id}-closes"]
    for uid, date in after.items():
        is_gone = any(name in uid for name in gone)
        assert date["status"] == ("CANCELLED" if is_gone else "CONFIRMED"), uid
        assert int(date["sequence"]) > int(before[uid]["sequence"])
        if is_gone:
            assert date["dtstart"] == before[uid]["dtstart"]
            assert date["summary"] == before[uid]["summary"]
