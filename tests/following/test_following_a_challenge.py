"""People follow a challenge or an idea box: once, seen by all as a number, found on their page."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import SignInNeeded
from ideahub.core.viewer import STRANGER
from ideahub.following.following import CAMPAIGNS, follow, followers_of, unfollow
from ideahub.following.live import SHOWS
from ideahub.following.models import CampaignFollow
from ideahub.following.queries import followed_campaigns
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_cast, viewer_of

BOTH = pytest.mark.parametrize("kind", CampaignKind)


async def kinds(db: AsyncSession, campaign: Campaign) -> list[Kind]:
    found = select(Event.kind).where(Event.campaign_id == campaign.id).order_by(Event.id)
    return [Kind(kind) for kind in await db.scalars(found)]


@BOTH
async def test_following_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse, kind: CampaignKind
) -> None:
    campaign = await make_campaign(db, cast.city, kind=kind)
    await db.commit()
    ben = await browse(cast.ben)
    for _press in range(2):
        answer = await ben.post(f"{campaign.url}/following", htmx=True)
        assert answer.status_code == 200 and 'aria-pressed="true"' in answer.text
    assert await followers_of(db, CAMPAIGNS, campaign.id) == 1
    for _press in range(2):
        answer = await ben.post(f"{campaign.url}/following/withdrawal", htmx=True)
        assert 'aria-pressed="false"' in answer.text
    assert await followers_of(db, CAMPAIGNS, campaign.id) == 0
    assert await kinds(db, campaign) == [Kind.CAMPAIGN_FOLLOWED, Kind.CAMPAIGN_UNFOLLOWED]


@BOTH
async def test_without_javascript_one_comes_back_to_the_page(
    db: AsyncSession, cast: Cast, browse: Browse, kind: CampaignKind
) -> None:
    campaign = await make_campaign(db, cast.city, kind=kind)
    await db.commit()
    ben = await browse(cast.ben)
    answer = await ben.post(f"{campaign.url}/following")
    assert (answer.status_code, answer.headers["location"]) == (303, campaign.url)
    page = (await ben.get(campaign.url)).text
    assert "1 person follows this." in page
    assert f'action="{campaign.url}/following/withdrawal"' in page
    other = (await (await browse(cast.ada)).get(campaign.url)).text
    assert "You follow this" not in other and "1 person follows this." in other
    assert campaign.title in (await ben.get("/my-page/following")).text


async def test_many_at_once_are_counted_exactly(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        people = [await viewer_of(db, getattr(cast, name)) for name in ("ben", "cem", "mia", "sam")]

    async def press(number: int) -> None:
        async with committing.transaction() as db:
            await follow(db, people[number % len(people)], campaign)

    await asyncio.gather(*(press(number) for number in range(20)))
    async with committing.reading() as db:
        assert await followers_of(db, CAMPAIGNS, campaign.id) == len(people)
        assert len(await kinds(db, campaign)) == len(people)


async def test_who_may_not_see_it_cannot_follow_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    secret = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    draft = await make_campaign(db, cast.city, published=False)
    await db.commit()
    zed, mia = await browse(cast.zed), await browse(cast.mia)
    for address in ("following", "following/withdrawal"):
        assert (await zed.post(f"{secret.url}/{address}")).status_code == 404
        assert (await zed.post(f"{draft.url}/{address}")).status_code == 404
    assert (await mia.post(f"{draft.url}/following")).status_code == 409
    assert await db.scalar(select(func.count()).select_from(CampaignFollow)) == 0


async def test_a_stranger_signs_in_first(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    for deed in (follow, unfollow):
        with pytest.raises(SignInNeeded):
            await deed(db, STRANGER, campaign)
    await db.commit()
    guest = await browse(None)
    assert f'action="{campaign.url}/following"' in (await guest.get(campaign.url)).text
    answer = await guest.post(f"{campaign.url}/following")
    assert answer.status_code == 303
    asked = (await guest.get(answer.headers["location"])).text
    assert "Sign in to follow “Safer school routes”." in asked


async def test_what_one_can_see_no_longer_is_not_listed(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    zed = await viewer_of(db, cast.zed)
    await follow(db, zed, campaign)
    assert [found.id for found in await followed_campaigns(db, zed)] == [campaign.id]
    campaign.audience = Audience.INTERNAL
    await db.flush()
    assert await followed_campaigns(db, zed) == []
    # It can still be ended.
    await unfollow(db, zed, campaign)
    assert await followers_of(db, CAMPAIGNS, campaign.id) == 0


async def test_the_push_is_what_the_page_shows_and_names_nobody(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    await follow(db, await viewer_of(db, cast.ben), campaign)
    await db.commit()
    event = (await db.scalars(select(Event))).one()
    (show,) = SHOWS[Kind.CAMPAIGN_FOLLOWED]
    (push,) = await show(db, event)
    assert isinstance(push, Push)
    assert push.room == f"campaign:{campaign.id}"
    assert push.html.strip() in (await (await browse(None)).get(campaign.url)).text
    assert "Ben" not in push.html and "form" not in push.html
