"""A challenge whose entries are collected at another site is listed with its link; its facts."""

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from tests.campaigns.setting_up import begin, fill_in, only, phase, phases, save, stored_phase
from tests.campaigns.test_prizes import plain_text
from tests.conftest import Browse, Browser
from tests.support.cast import HOUR, Cast, make_campaign

SITE = "https://enter.example/call?id=7"
FACTS = {
    "description": "What we know.",
    "timezone": "UTC",
    "challenge_types": "Ideas, software , ideas",
    "legal_authority": "Innovation Act, § 4",
    "fiscal_year": "2026/27",
}


async def published(db: AsyncSession, cast: Cast, *accepts: Accepts) -> Campaign:
    campaign = await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=list(accepts),
        closes=90 * HOUR,
        description="What we know.",
    )
    await db.commit()
    return campaign


async def details(mia: Browser, campaign: Campaign, **fields: Any) -> httpx.Response:
    return await save(mia, f"/management/{campaign.id}", "details", {**FACTS, **fields})


async def test_it_is_listed_and_its_button_leads_there(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    answer = await details(mia, campaign, entries_elsewhere="yes", external_url=f" {SITE} ")
    assert answer.status_code == 303, answer.text
    page = (await guest.get(campaign.url)).text
    assert f'class="btn btn-solid btn-lg" href="{SITE}"' in page
    assert "Take part at enter.example" in plain_text(page)
    assert "Entries are collected at another site Yes (before: No)" in plain_text(page)
    assert "Post an idea</span></a>" not in page[page.index("<main") : page.index("</main>")]
    cards = plain_text((await guest.get("/challenges")).text)
    assert "Entries go to another site" in cards


async def test_the_facts_stand_in_short_and_their_changes_are_listed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await published(db, cast, Accepts.IDEAS)
    mia, guest = await browse(cast.mia), await browse(None)
    assert (await details(mia, campaign)).status_code == 303
    text = plain_text((await guest.get(campaign.url)).text)
    for words in ("ideas, software", "Innovation Act, § 4", "2026/27"):
        assert words in text[text.index("In short") :]
    assert (await details(mia, campaign, fiscal_year="2027")).status_code == 303
    assert "Fiscal year 2027 (before: 2026/27)" in plain_text((await guest.get(campaign.url)).text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"entries_elsewhere": "yes"}, "Say at which address entries are collected."),
        ({"external_url": "enter.example"}, "Enter an address that begins with https://."),
        ({"external_url": "javascript:alert(1)"}, "Enter an address that begins with"),
        ({"external_url": "https://me:secret@enter.example"}, "Enter an address that begins with"),
        ({"external_url": "https://[enter"}, "Enter an address that begins with"),
        ({"external_url": f"https://enter.example/{'x' * 600}"}, "Shorten this"),
        ({"fiscal_year": "x" * 21}, "Shorten this to 20 characters"),
        ({"legal_authority": "x" * 1_001}, "Shorten this to 1,000 characters"),
        ({"challenge_types": ",".join("abcdefghi")}, "At most 8, with at most 80 characters each."),
    ],
)
async def test_what_cannot_be_used_is_said_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse, fields: dict[str, str], words: str
) -> None:
    campaign = await published(db, cast)
    mia = await browse(cast.mia)
    answer = await details(mia, campaign, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    for value in fields.values():
        assert value.replace("&", "&amp;") in answer.text
    await db.refresh(campaign)
    assert not campaign.entries_elsewhere
    assert not campaign.fiscal_year


async def test_no_phase_takes_ideas_or_entries_here_at_the_same_time(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    told = "the phase “Ideas” takes ideas or entries here"
    for accepts in (Accepts.IDEAS, Accepts.ENTRIES):
        campaign = await published(db, cast, accepts)
        answer = await details(mia, campaign, entries_elsewhere="yes", external_url=SITE)
        assert answer.status_code == 422
        assert told in plain_text(answer.text)
    # Nor can such a phase be added later.
    campaign = await published(db, cast)
    assert (
        await details(mia, campaign, entries_elsewhere="yes", external_url=SITE)
    ).status_code == 303
    (one,) = [each for each in await phases(db) if each.campaign_id == campaign.id]
    sent = stored_phase(0, one, accepts=["ideas"])
    answer = await mia.post(f"/management/{campaign.id}/phases", {**sent, "do": "save"})
    assert answer.status_code == 422
    assert told in plain_text(answer.text)


async def test_a_draft_says_what_is_missing_and_is_published_without_a_phase_for_ideas(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    campaign = await only(db)
    await details(mia, campaign, entries_elsewhere="yes", external_url="")
    text = plain_text((await mia.get(f"{at}/check")).text)
    assert "Say at which address entries are collected." in text
    assert "takes ideas or entries here" in text
    assert (await mia.post(f"{at}/publication")).status_code == 422
    await details(mia, campaign, entries_elsewhere="yes", external_url=SITE)
    (one,) = await phases(db)
    plan = phase(0, id=one.id, name="Entries there", accepts=[])
    seen = {name: value for name, value in stored_phase(0, one).items() if name.endswith("seen")}
    assert (await mia.post(f"{at}/phases", plan | seen | {"do": "save"})).status_code == 303
    assert (await mia.post(f"{at}/publication")).status_code == 303
