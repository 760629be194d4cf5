"""A stranger's press on “Follow” is carried through signing in, for whatever can be followed."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.following.models import (
    CampaignFollow,
    Follow,
    OrganisationFollow,
    PersonFollow,
    TagFollow,
)
from tests.accounts.arriving import an_idea, page_after, send_unknown, sign_in_on
from tests.conftest import Browse
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("letter_box")
CEM = "cem@mail.example"
# Where the button is pressed, what it is sent to, what is said, and which row comes of it.
THINGS: dict[str, tuple[str, str, str, Any]] = {
    "idea": ("/ideas/{idea}", "/ideas/{idea}/following", "Night bus", Follow),
    "challenge": ("{url}", "{url}/following", "Safer school routes", CampaignFollow),
    "organisation": (
        "/organisations/{city}",
        "/organisations/{city}/following",
        "City of Brookfield",
        OrganisationFollow,
    ),
    "person": ("/profiles/{ada}", "/profiles/{ada}/following", "what this person", PersonFollow),
    "tag": ("/ideas?tag=walking", "/tags/following?tag=walking", "walking", TagFollow),
}


@pytest.mark.parametrize("what", THINGS)
async def test_it_is_followed_after_signing_in(
    owners: Cast, db: AsyncSession, browse: Browse, what: str
) -> None:
    idea = await an_idea(db, owners)
    box = await db.get_one(Campaign, idea.campaign_id)
    named = {"idea": idea.id, "url": box.url, "city": owners.city.id, "ada": owners.ada.id}
    place, address, words, rows = THINGS[what]
    place, address = place.format(**named), address.format(**named)
    cem = await browse(None)
    to_sign_in = await send_unknown(cem, place, address)
    page = (await cem.get(to_sign_in)).text
    assert "Sign in to follow" in page and words in page
    answer = await sign_in_on(cem, page, CEM)
    assert answer.headers["location"].startswith(f"{place}#")
    shown = await page_after(cem, answer)
    assert "You follow “" in shown and "You follow this" in shown
    followers = select(func.count()).select_from(rows).where(rows.person_id == owners.cem.id)
    assert await db.scalar(followers) == 1


async def test_nobody_is_found_by_signing_in_to_follow_them(
    owners: Cast, db: AsyncSession, browse: Browse
) -> None:
    await an_idea(db, owners)
    cem = await browse(None)
    for number in (owners.zed.id, 10**9):
        address = f"/profiles/{number}/following"
        to_sign_in = await send_unknown(cem, f"/profiles/{number}", address)
        page = (await cem.get(to_sign_in)).text
        assert "Sign in to follow what this person does here." in page and "Zed" not in page
    shown = await page_after(cem, await sign_in_on(cem, page, CEM))
    assert "You follow" not in shown
    assert await db.scalar(select(func.count()).select_from(PersonFollow)) == 0
