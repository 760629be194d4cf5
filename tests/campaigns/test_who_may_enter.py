"""Questions to whoever enters a challenge, and its partners: written in rows, shown to everyone."""

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.terms import terms_of
from ideahub.core.events import Kind
from tests.campaigns.setting_up import events, seen_on
from tests.campaigns.test_prizes import plain_text
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign


async def challenge(db: AsyncSession, cast: Cast) -> Campaign:
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
    await db.commit()
    return campaign


async def save(
    browser: Browser, campaign: Campaign, key: str, *rows: dict[str, Any], do: str = "save"
) -> httpx.Response:
    """Opens the page and sends these rows."""
    at, name = f"/management/{campaign.id}/{key}", {"eligibility": "question"}.get(key, "partner")
    sent = {
        f"{name}-{index}-{field}": value
        for index, one in enumerate(rows)
        for field, value in one.items()
    }
    seen = seen_on((await browser.get(at)).text)
    return await browser.post(at, {"seen": seen, "do": do, **sent})


ADULT = {"text": "Are you 18 or older?", "required_answer": "yes", "blocking": "yes"}
STAFF = {"text": "Do you work for the city?", "required_answer": "no", "help": "Also by contract."}


async def test_questions_are_asked_in_their_order_and_shown_to_everyone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    assert "Who may enter" not in (await guest.get(campaign.url)).text
    assert (await save(mia, campaign, "eligibility", ADULT, STAFF)).status_code == 303
    one, two = (await terms_of(db, campaign.id)).questions
    assert (one.text, one.required_answer, one.blocking) == (ADULT["text"], True, True)
    assert (two.required_answer, two.blocking, two.help) == (False, False, "Also by contract.")
    page = plain_text((await guest.get(campaign.url)).text)
    assert "Who may enter Are you 18 or older? Yes Do you work for the city? No" in page
    assert "New question on who may enter" in page
    # Their numbers stay when they are moved: answers refer to them.
    moved = [{**STAFF, "id": str(two.id)}, {**ADULT, "id": str(one.id)}]
    assert (await save(mia, campaign, "eligibility", *moved)).status_code == 303
    assert [each.id for each in (await terms_of(db, campaign.id)).questions] == [two.id, one.id]
    assert len(await events(db, Kind.CAMPAIGN_CHANGED)) == 2


async def test_a_question_without_words_is_refused(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    answer = await save(mia, campaign, "eligibility", ADULT, {**STAFF, "text": ""})
    assert answer.status_code == 422
    assert "Write the question." in answer.text
    assert "Also by contract." in answer.text
    assert not (await terms_of(db, campaign.id)).questions
    long = {**ADULT, "text": "x" * 301}
    assert (await save(mia, campaign, "eligibility", long)).status_code == 422


async def test_partners_are_organisations_here_and_others_by_name(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await challenge(db, cast)
    mia, guest = await browse(cast.mia), await browse(None)
    here = {"organisation_id": str(cast.ministry.id), "name": "Ignored", "part": "Gives the money"}
    other = {"name": "Lantern Lab", "url": "https://lantern.example/about"}
    assert (await save(mia, campaign, "partners", here, other)).status_code == 303
    page = (await guest.get(campaign.url)).text
    assert "Ministry Gives the money" in plain_text(page)
    assert 'href="https://lantern.example/about" rel="noopener nofollow"' in page
    assert "New partner: Lantern Lab" in plain_text(page)
    stored = (await terms_of(db, campaign.id)).partners
    assert [one.organisation_id for one in stored] == [cast.ministry.id, None]
    page = (await mia.get(f"/management/{campaign.id}/partners")).text
    assert f'<option value="{cast.ministry.id}" selected>' in page
    assert "Ignored" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "part": "Helps"}, "Choose an organisation, or write the name"),
        ({"name": "L", "url": "http://lantern.example"}, "begins with https://"),
        ({"name": "L", "url": "javascript:alert(1)"}, "begins with https://"),
        ({"name": "L", "url": "https://"}, "begins with https://"),
        ({"name": "L", "url": "https://user@evil\\.example"}, "begins with https://"),
        ({"organisation_id": "999999"}, "Choose an organisation from the list."),
        ({"organisation_id": "city"}, "Enter a whole number"),
    ],
)
async def test_a_partner_that_cannot_be_used_is_refused(
    db: AsyncSession, cast: Cast, browse: Browse, fields: dict[str, str], words: str
) -> None:
    campaign = await challenge(db, cast)
    mia = await browse(cast.mia)
    answer = await save(mia, campaign, "partners", fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert not (await terms_of(db, campaign.id)).partners
