"""The page of choices lists all that one follows: each with its choice, and a way to stop."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.following.following import follow
from ideahub.following.models import CampaignFollow, Follow, TagFollow
from ideahub.following.things import Tag, find_host
from ideahub.ideas.queries import find_idea
from ideahub.notifications.models import MailWish
from ideahub.organisations.profiles import profile_of
from tests.conftest import Browse, Counted
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

PAGE = "/notifications/choices"
Count = Callable[[], AbstractContextManager[Counted]]


async def follows_everything(db: AsyncSession, cast: Cast) -> dict[str, str]:
    """What Cem follows: one of each kind, with its title."""
    box = await make_campaign(db, cast.city, title="Routes")
    idea = await make_idea(db, box, cast.ada, "A walking bus")
    cem = await viewer_of(db, cast.cem)
    await follow(db, cem, box)
    await follow(db, cem, await find_host(db, cem, cast.city.id))
    await follow(db, cem, await profile_of(db, cast.ada.id))
    await follow(db, cem, Tag("night bus"))
    await follow(db, cem, await find_idea(db, cem, idea.id))
    await db.commit()
    return {
        f"campaign:{box.id}": "Routes",
        f"organisation:{cast.city.id}": cast.city.name,
        f"person:{cast.ada.id}": cast.ada.name,
        "tag:night bus": "night bus",
        f"idea:{idea.id}": "A walking bus",
    }


async def test_each_is_listed_with_its_choice_and_can_be_stopped(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    things = await follows_everything(db, cast)
    cem = await browse(cast.cem)
    page = (await cem.get(PAGE)).text
    for key, title in things.items():
        assert f'name="thing-{key}"' in page and title in page
    stops = re.findall(r'formaction="([^"]+)"', page)
    assert len(stops) == len(things)
    chosen = {f"thing-{key}": "weekly" for key in things}
    sent = await cem.post(f"{PAGE}/things", chosen)
    assert sent.headers["location"] == PAGE
    wishes = await db.execute(select(MailWish.thing, MailWish.rhythm))
    assert {row.thing: row.rhythm for row in wishes} == dict.fromkeys(things, "weekly")
    for stop in stops:
        address = stop.replace("&amp;", "&")
        back = await cem.post(address, chosen, headers={"Referer": f"http://127.0.0.1:8000{PAGE}"})
        assert back.status_code == 303, address
    # What was chosen stays, and holds again for who follows it again.
    page = (await cem.get(PAGE)).text
    assert page.count("You do not follow it now.") == len(things) and "formaction" not in page


async def test_many_come_by_pages_at_the_same_cost(
    db: AsyncSession, cast: Cast, browse: Browse, count_queries: Count
) -> None:
    await follows_everything(db, cast)
    cem = await browse(cast.cem)
    with count_queries() as few:
        await cem.get(PAGE)
    tags = [f"tag {number:02}" for number in range(45)]
    db.add_all(TagFollow(tag=tag, person_id=cast.cem.id) for tag in tags)
    await db.commit()
    at, seen = PAGE, []
    for _page in range(3):
        with count_queries() as many:
            page = (await cem.get(at)).text
        assert many.number <= few.number
        seen += re.findall(r'name="thing-(?:tag:)?([^"]+)"', page)
        following = re.search(r'href="([^"]*choices\?after=[^"#]+)#things"', page)
        at = following[1].replace("&amp;", "&") if following else ""
    assert not at and len(seen) == len(set(seen)) == 50 and set(tags) <= set(seen)
    await db.execute(delete(TagFollow))
    for forged in ("x", "4.0", "4.1.a", "9" * 30, "4.9999999999999999999.a", "4.0." + "a" * 500):
        assert (await cem.get(PAGE, params={"after": forged})).status_code == 200


async def test_one_of_five_hundred_is_found_by_its_title_at_the_same_cost(
    db: AsyncSession, cast: Cast, browse: Browse, count_queries: Count
) -> None:
    things = await follows_everything(db, cast)
    secret = await make_campaign(db, cast.city, title="Secret plans", audience=Audience.INTERNAL)
    hidden = await make_idea(db, secret, cast.ada, "A walking ban")
    db.add(CampaignFollow(campaign_id=secret.id, person_id=cast.cem.id))
    db.add(Follow(idea_id=hidden.id, person_id=cast.cem.id))
    tags = [f"tag {number:03}" for number in range(500)]
    db.add_all(TagFollow(tag=tag, person_id=cast.cem.id) for tag in tags)
    await db.commit()
    cem = await browse(cast.cem)
    with count_queries() as all_of_them:
        await cem.get(PAGE)
    for key, title in things.items():
        with count_queries() as found:
            page = (await cem.get(PAGE, params={"q": title.upper()})).text
        assert re.findall(r'name="thing-([^"]+)"', page) == [key]
        assert found.number <= all_of_them.number
    page = (await cem.get(PAGE, params={"q": "tag"})).text
    following = re.search(r'href="([^"]*choices\?q=tag[^"#]+)#things"', page)
    assert following and 'value="tag"' in page
    second = (await cem.get(following[1].replace("&amp;", "&"))).text
    assert second.count('name="thing-tag:') == 20 and "tag 020" in second
    # Nothing is found of what one may not see, and no sign is taken for a pattern.
    for nothing in ("secret", "walking ban", "%", "_", "\\", "nobody"):
        page = (await cem.get(PAGE, params={"q": nothing})).text
        assert 'name="thing-' not in page and "Nothing that you follow has" in page
    assert (await cem.get(PAGE, params={"q": "x" * 5_000 + "\x00"})).status_code in {200, 400}
