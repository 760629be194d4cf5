"""What a template asks its manager stands at the fields for as long as the draft is written."""

from html import escape

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.templates import TEMPLATES
from tests.campaigns.setting_up import QUESTION
from tests.campaigns.test_start_from_a_template import begin
from tests.conftest import Browse, Browser
from tests.support.cast import Cast

STEPS = {
    "framing": ("question", "whys", "hopes", "fears", "beneficiaries"),
    "details": ["description"],
}


async def asked(browser: Browser, campaign: Campaign, key: str) -> bool:
    """Whether every question of the template stands at its fields; fails where only some do."""
    found = set()
    for step, fields in STEPS.items():
        page = (await browser.get(f"/management/{campaign.id}/{step}")).text
        found |= {escape(TEMPLATES[key].prompts[field], quote=False) in page for field in fields}
    assert len(found) == 1
    return found.pop()


async def start(db: AsyncSession, cast: Cast, mia: Browser, key: str) -> Campaign:
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    assert (await begin(mia, key, typed)).status_code == 303
    return (await db.scalars(select(Campaign))).one()


@pytest.mark.parametrize("key", list(TEMPLATES))
async def test_they_are_there_whenever_and_by_whomever_the_draft_is_opened(
    db: AsyncSession, cast: Cast, browse: Browse, key: str
) -> None:
    campaign = await start(db, cast, await browse(cast.mia), key)
    # Another day, in another browser.
    assert await asked(await browse(cast.mia), campaign, key)


async def test_a_copy_of_a_copy_asks_the_same(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    source = await start(db, cast, mia, "policy-track")
    for title in ("Again", "Once more"):
        page = await mia.get(f"/management/{source.id}/copy")
        opens_on = page.text.split('name="opens_on"')[1].split('value="')[1].split('"')[0]
        sent = {"title": title, "organisation_id": str(cast.city.id), "opens_on": opens_on}
        assert (await mia.post(f"/management/{source.id}/copy", sent)).status_code == 303
        copied = select(Campaign).where(Campaign.copied_from_id == source.id)
        source = (await db.scalars(copied)).one()
        assert await asked(mia, source, "policy-track")


async def test_who_takes_part_is_asked_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    campaign = await start(db, cast, mia, "service-track")
    assert (await mia.post(f"/management/{campaign.id}/publication")).status_code == 303
    assert not await asked(mia, campaign, "service-track")
    page = (await (await browse(None)).get(campaign.url)).text
    assert escape(TEMPLATES["service-track"].prompts["hopes"], quote=False) not in page


async def test_a_template_that_is_gone_asks_nothing_and_breaks_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    campaign = await start(db, cast, mia, "service-track")
    campaign.template = "of-an-earlier-release"
    await db.commit()
    assert not await asked(mia, campaign, "service-track")
