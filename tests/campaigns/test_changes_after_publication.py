"""What is changed in a published challenge is said to everyone: when, and what it was before."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.change_words import headings
from ideahub.campaigns.local_time import typed_time
from ideahub.campaigns.models import Accepts, Campaign, CampaignChange, CampaignKind, Phase
from ideahub.campaigns.term_words import TERM_FIELDS
from ideahub.core.events import Kind
from ideahub.realtime.push import Push
from tests.campaigns.setting_up import events, phase, phases, save, stored_phase
from tests.conftest import Browse, Browser
from tests.support.cast import HOUR, Cast, add, make_campaign

DAY = timedelta(days=1)
CHALLENGE = CampaignKind.CHALLENGE


async def published(
    db: AsyncSession, cast: Cast, *, opens: timedelta = -DAY, closes: timedelta = 10 * DAY
) -> Campaign:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CHALLENGE,
        opens=opens,
        closes=closes,
        description="What we know.",
        prize="500 €",
    )
    await db.commit()
    return campaign


async def listed(browse: Browse, campaign: Campaign) -> str:
    """The changes on the page as a stranger reads them, as text."""
    page = (await (await browse(None)).get(campaign.url)).text
    found = re.search(
        rf'<div id="campaign-{campaign.id}-changes".*?</div>\s*(?=<)', page, re.DOTALL
    )
    assert found
    whole = page[found.start() : page.index("<aside", found.start())]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|[\u2066-\u2069]", "", whole))


async def replan(
    mia: Browser, campaign: Campaign, *rows: dict[str, object], do: str = "save"
) -> int:
    sent = {name: value for one in rows for name, value in one.items()}
    answer = await mia.post(f"/management/{campaign.id}/phases", {**sent, "do": do})
    return answer.status_code


async def test_nothing_is_listed_before_anything_changed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast)
    page = (await (await browse(None)).get(campaign.url)).text
    assert "Changes since publication" not in page
    assert "Changed since publication" not in page


async def test_a_deadline_that_was_moved_is_listed_with_both_dates(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast)
    (one,) = await phases(db)
    later = datetime.now(UTC).replace(hour=18, minute=0) + 17 * DAY
    mia = await browse(cast.mia)
    assert one.closes_at
    assert await replan(mia, campaign, stored_phase(0, one, closes=typed_time(later, "UTC"))) == 303
    text = await listed(browse, campaign)
    assert "Changes since publication" in text
    assert "Phase “Ideas”" in text
    before = f"{one.closes_at.day} {one.closes_at:%b %Y, %H:%M} (UTC)"
    assert f"Closes: {later.day} {later:%b %Y}, 18:00 (UTC) (before: {before})" in text
    (event,) = await events(db, Kind.CAMPAIGN_CHANGED)
    assert (event.actor_id, event.campaign_id) == (cast.mia.id, campaign.id)
    today = f"{datetime.now(UTC).day} {datetime.now(UTC):%b %Y}"
    page = (await (await browse(None)).get(campaign.url)).text
    assert 'Changed since publication, last on <time datetime="' in page
    assert today in text


async def test_phases_added_renamed_and_removed_are_listed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast)
    (one,) = await phases(db)
    mia = await browse(cast.mia)
    soon, end = (typed_time(datetime.now(UTC) + days * DAY, "UTC") for days in (12, 20))
    vote = phase(
        1, name="Vote", opens=soon, closes=end, timezone="UTC", purpose="voting", accepts=["votes"]
    )
    assert await replan(mia, campaign, stored_phase(0, one), vote) == 303
    text = await listed(browse, campaign)
    assert "New phase: “Vote”" in text
    assert "What people can do: Support" in text
    first, second = await phases(db)
    both = (stored_phase(0, first, name="Your ideas"), stored_phase(1, second))
    assert await replan(mia, campaign, *both, do="remove-1") == 303
    text = await listed(browse, campaign)
    assert "“Vote” was removed" in text
    # What it was is said, not that each part of it is nothing now.
    assert "What it is for: Vote" in text
    assert "nothing now" not in text
    assert "Name: Your ideas (before: Ideas)" in text


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("basics", {"title": "A new title", "audience": "public"}, "A new title (before: Safer"),
        ("framing", {"question": "How might we walk?"}, "The question How might we walk?"),
        (
            "details",
            {"description": "What we know.", "prize": "900 €", "timezone": "UTC"},
            "Prize or reward 900 € (before: 500 €)",
        ),
        (
            "details",
            {"description": "What we know.", "timezone": "UTC"},
            "nothing now (before: 500 €)",
        ),
    ],
)
async def test_texts_and_prizes_are_listed(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    step: str,
    fields: dict[str, str],
    words: str,
) -> None:
    campaign = await published(db, cast)
    mia = await browse(cast.mia)
    answer = await save(mia, f"/management/{campaign.id}", step, fields)
    assert answer.status_code == 303, answer.text
    assert words in await listed(browse, campaign)


async def test_a_long_text_is_compared_on_a_page_of_its_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast)
    mia = await browse(cast.mia)
    long = "We have measured the road for a year, and children told us where it is not safe. " * 4
    at = f"/management/{campaign.id}"
    for text in (long, long.replace("a year", "two years", 1)):
        await save(mia, at, "details", {"description": text, "prize": "500 €", "timezone": "UTC"})
    assert "The text was changed: compare" in await listed(browse, campaign)
    page = (await (await browse(None)).get(f"{campaign.url}/changes")).text
    assert re.search(r"<ins>.*two years.*</ins>", page, re.DOTALL)
    assert re.search(r"<del>.*a year.*</del>", page, re.DOTALL)


async def test_a_draft_changes_without_a_word(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    draft = await make_campaign(db, cast.city, kind=CHALLENGE, published=False)
    await db.commit()
    mia = await browse(cast.mia)
    await save(mia, f"/management/{draft.id}", "basics", {"title": "T", "audience": "public"})
    assert (await db.scalars(select(CampaignChange))).all() == []


async def test_changes_are_seen_by_whoever_sees_the_challenge(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    draft = await make_campaign(db, cast.city, kind=CHALLENGE, published=False)
    await db.commit()
    assert (await (await browse(None)).get(f"{draft.url}/changes")).status_code == 404
    assert (await (await browse(cast.mia)).get(f"{draft.url}/changes")).status_code == 200


async def test_open_pages_hear_of_it_rendered_once_for_all(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar
) -> None:
    campaign = await published(db, cast)
    (one,) = await phases(db)
    mia = await browse(cast.mia)
    await replan(mia, campaign, stored_phase(0, one, name="Your ideas"))
    (event,) = await events(db, Kind.CAMPAIGN_CHANGED)
    shows = app.state.hub.shows[Kind.CAMPAIGN_CHANGED]
    told = [message for show in shows for message in await show(db, event)]
    pushed = {one.element_id: one for one in told if isinstance(one, Push)}
    changes = pushed[f"campaign-{campaign.id}-changes"]
    assert changes.room == f"campaign:{campaign.id}"
    assert "Your ideas" in changes.html
    assert "Your ideas" in pushed[f"campaign-{campaign.id}-phases"].html
    assert f"#campaign-{campaign.id}-changes" in pushed[f"campaign-{campaign.id}-changed"].html
    page = (await (await browse(None)).get(campaign.url)).text
    for push in pushed.values():
        if push.room == changes.room and "-card-" not in push.element_id:
            assert re.sub(r"\s+", "", push.html) in re.sub(r"\s+", "", page), push.element_id


# What is past stays past.


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"opens": "2026-01-02T08:00"}, "is open already"),
        ({"opens": "2098-01-02T08:00"}, "is open already"),
        ({"closes": "yesterday"}, "choose times from now on"),
    ],
)
async def test_what_has_been_cannot_be_moved(
    db: AsyncSession, cast: Cast, browse: Browse, changed: dict[str, str], words: str
) -> None:
    campaign = await published(db, cast, opens=-5 * DAY)
    (one,) = await phases(db)
    yesterday = typed_time(datetime.now(UTC) - DAY, "UTC")
    moved = {name: yesterday if typed == "yesterday" else typed for name, typed in changed.items()}
    moved |= {"closes": "2099-01-01T00:00"} if "closes" not in moved else {}
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}/phases"
    answer = await mia.post(at, stored_phase(0, one, **moved))
    assert answer.status_code == 422
    assert words in answer.text
    (still,) = await phases(db)
    assert (still.opens_at, still.closes_at) == (one.opens_at, one.closes_at)


async def test_an_open_phase_is_not_removed(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await published(db, cast)
    later = Phase(
        campaign_id=campaign.id,
        position=2,
        name="More",
        opens_at=datetime.now(UTC) + 11 * DAY,
        closes_at=datetime.now(UTC) + 12 * DAY,
        accepts=[Accepts.IDEAS],
    )
    await add(db, later)
    await db.commit()
    first, second = await phases(db)
    mia = await browse(cast.mia)
    answer = await mia.post(
        f"/management/{campaign.id}/phases",
        {**stored_phase(0, first), **stored_phase(1, second), "do": "remove-0"},
    )
    assert answer.status_code == 422
    assert "Say when it closes instead" in answer.text
    assert len(await phases(db)) == 2


async def test_a_phase_added_after_the_closing_is_announced_and_dated(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast, opens=-5 * DAY, closes=-HOUR)
    (past,) = await phases(db)
    mia = await browse(cast.mia)
    hidden: dict[str, object] = {"phase-0-id": past.id}
    began = typed_time(datetime.now(UTC) - 3 * DAY, "UTC")
    again = phase(1, name="Again", opens=began, timezone="UTC")
    assert await replan(mia, campaign, hidden, again) == 422
    soon = typed_time(datetime.now(UTC) + HOUR, "UTC")
    again = phase(1, name="Again", opens=soon, timezone="UTC")
    assert await replan(mia, campaign, hidden, again) == 303
    assert "New phase: “Again”" in await listed(browse, campaign)
    assert len(await events(db, Kind.CAMPAIGN_CHANGED)) == 1


async def test_a_mistake_is_corrected_with_the_reason_shown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, closes=DAY)
    draft = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, published=False)
    await db.commit()
    mia, stranger = await browse(cast.mia), await browse(None)
    at = f"/management/{campaign.id}"
    assert 'name="reason"' in (await mia.get(f"{at}/basics")).text
    # Of a draft nobody has read anything yet.
    assert 'name="reason"' not in (await mia.get(f"/management/{draft.id}/basics")).text
    fields = {"title": "Safer routes", "audience": "public", "reason": "A typing <mistake>."}
    assert (await save(mia, at, "basics", fields)).status_code == 303
    for page in (campaign.url, f"{campaign.url}/changes"):
        shown = (await stranger.get(page)).text
        assert "A typing &lt;mistake&gt;." in shown
        assert "Safer school routes" in shown
    long = {"title": "Other", "audience": "public", "reason": "r" * 301}
    refused = await save(mia, at, "basics", long)
    assert refused.status_code == 422
    assert "r" * 301 in refused.text
    assert "300 characters" in refused.text
    await db.refresh(campaign)
    assert campaign.title == "Safer routes"


def test_whoever_is_told_of_a_change_reads_what_it_was() -> None:
    assert headings().keys() >= TERM_FIELDS
