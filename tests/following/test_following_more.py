"""People follow organisations, people and tags, and hear of each deed once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind, record
from ideahub.core.telling import Addressee, MessageKind
from ideahub.following.following import ORGANISATIONS, followers_of
from ideahub.following.live import SHOWS
from ideahub.following.public_deeds import TELLS as PUBLIC_DEEDS
from ideahub.following.telling import TELLS
from ideahub.ideas.models import Idea
from ideahub.notifications.addressing import Recipient
from ideahub.notifications.seeing import those_who_see
from ideahub.organisations.models import Person
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea

CHANGES = (
    ("/organisations/{city}/following", Kind.ORGANISATION_FOLLOWED),
    ("/profiles/{ada}/following", Kind.PERSON_FOLLOWED),
    ("/tags/following?tag=walking", Kind.TAG_FOLLOWED),
)


async def told(db: AsyncSession, person: Person) -> list[str]:
    """What the person is told of the last deed, as far as this feature tells of it."""
    event = (await db.scalars(select(Event).order_by(Event.id.desc()).limit(1))).one()
    found = []
    for message in await TELLS[Kind(event.kind)](db, event):
        to = [number for number in await db.scalars(message.to) if number != event.actor_id]
        people = [Recipient(n, "", None, None, None, True) for n in to if n == person.id]
        seeing = await those_who_see(db, event, people, although_gone=False)
        found += [message.write(one.addressee).subject for one in seeing]
    # Of several messages one gets the first.
    return found[:1]


@pytest.mark.parametrize(("address", "kind"), CHANGES)
async def test_each_is_followed_once_and_let_go_on_ones_own_list(
    db: AsyncSession, cast: Cast, browse: Browse, address: str, kind: Kind
) -> None:
    await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    ben = await browse(cast.ben)
    place = address.format(city=cast.city.id, ada=cast.ada.id)
    end = place.replace("/following", "/following/withdrawal")
    for _press in range(2):
        answer = await ben.post(place, htmx=True)
        assert answer.status_code == 200 and 'aria-pressed="true"' in answer.text
    assert end in (await ben.get("/my-page/following")).text
    for _press in range(2):
        assert 'aria-pressed="false"' in (await ben.post(end, htmx=True)).text
    assert end not in (await ben.get("/my-page/following")).text
    deeds = select(Event.kind).where(Event.actor_id == cast.ben.id).order_by(Event.id)
    found = list(await db.scalars(deeds))
    assert len(found) == 2 and found[0] == kind


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("/organisations/{city}", "organisation-{city}-following"),
        ("/profiles/{ada}", "person-{ada}-following"),
        ("/ideas?tag=walking", "tag-0-following"),
    ],
)
async def test_each_page_has_the_button_also_for_strangers(
    db: AsyncSession, cast: Cast, browse: Browse, page: str, key: str
) -> None:
    await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    values = {"city": cast.city.id, "ada": cast.ada.id}
    for person in (cast.ben, None):
        answer = await (await browse(person)).get(page.format(**values))
        assert f'id="{key.format(**values)}"' in answer.text, person
    own = (await (await browse(cast.ada)).get(f"/profiles/{cast.ada.id}")).text
    assert "person-" not in own or "-following" not in own


async def test_nobody_is_found_by_following(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    """Of whom nothing can be seen, nobody learns that they are here."""
    await db.commit()
    ben = await browse(cast.ben)
    for number in (cast.zed.id, 10**9):
        assert (await ben.post(f"/profiles/{number}/following")).status_code == 404
    assert (await ben.post("/organisations/999999/following")).status_code == 404
    assert (await ben.get("/organisations/999999")).status_code == 404
    assert (await ben.post(f"/profiles/{cast.ben.id}/following")).status_code == 409


async def test_followed_in_four_ways_an_idea_is_told_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    await make_idea(db, box, cast.ada, "The first")
    await db.commit()
    ben = await browse(cast.ben)
    for address, _kind in CHANGES:
        await ben.post(address.format(city=cast.city.id, ada=cast.ada.id))
    await ben.post(f"{box.url}/following")
    await make_idea(db, box, cast.ada, "The second")
    assert await told(db, cast.ben) == ["New idea: “The second”"]
    assert await told(db, cast.cem) == []


@pytest.mark.parametrize("way", [place for place, _kind in CHANGES[:2]])
async def test_following_tells_nothing_that_is_only_for_others(
    db: AsyncSession, cast: Cast, browse: Browse, way: str
) -> None:
    await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Seen by all")
    await db.commit()
    cem = await browse(cast.cem)
    answer = await cem.post(way.format(city=cast.city.id, ada=cast.ada.id))
    assert answer.status_code == 303
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    await make_idea(db, internal, cast.ada, "For staff only")
    assert await told(db, cast.cem) == []
    assert "For staff only" not in (await cem.get(f"/organisations/{cast.city.id}")).text


async def test_a_pseudonym_is_not_revealed_by_following_its_person(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    await make_idea(db, box, cast.ada, "Under her name")
    await db.commit()
    ben = await browse(cast.ben)
    await ben.post(f"/profiles/{cast.ada.id}/following")
    hidden = await make_idea(db, box, cast.ada, "Under another")
    hidden.pseudonym = "Blue heron"
    await db.commit()
    assert await told(db, cast.ben) == []
    # What she adds there is told to those who follow the idea, under the pseudonym.
    await ben.post(f"/ideas/{hidden.id}/following")
    event = await added(db, hidden.id, cast.ada)
    (message,) = await TELLS[Kind.CONTRIBUTION_MADE](db, event)
    assert message.about == MessageKind.ACTIVITY
    words = message.write(Addressee(cast.ben.id, "Ben", None, None))
    assert "Blue heron" in words.subject and "Ada" not in words.subject + words.text
    assert await PUBLIC_DEEDS[Kind.CONTRIBUTION_MADE](db, event) == []


async def added(db: AsyncSession, idea_id: int, person: Person) -> Event:
    body: dict[str, Any] = {"body": "Yes, and", "body_html": "<p>Yes, and</p>"}
    row = Contribution(idea_id=idea_id, author_id=person.id, kind=ContributionKind.BUILD, **body)
    db.add(row)
    idea = await db.get_one(Idea, idea_id)
    number = await record(db, Kind.CONTRIBUTION_MADE, person, on=idea, subject=row)
    await db.commit()
    return await db.get_one(Event, number)


async def test_whoever_has_to_do_with_an_idea_hears_what_is_added(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "A bench")
    await db.commit()
    await added(db, idea.id, cast.ben)
    assert await told(db, cast.ada) == ["Ben Okoye added to “A bench”"]
    assert await told(db, cast.ben) == []
    await added(db, idea.id, cast.cem)
    assert await told(db, cast.ben) == ["Cem Aydin added to “A bench”"]


async def test_open_pages_of_an_organisation_see_its_followers(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_campaign(db, cast.city)
    await db.commit()
    await (await browse(cast.ben)).post(f"/organisations/{cast.city.id}/following")
    event = (await db.scalars(select(Event))).one()
    (show,) = SHOWS[Kind.ORGANISATION_FOLLOWED]
    (push,) = await show(db, event)
    assert isinstance(push, Push) and push.room == f"host:{cast.city.id}"
    assert (
        push.html.strip() in (await (await browse(None)).get(f"/organisations/{cast.city.id}")).text
    )
    assert await followers_of(db, ORGANISATIONS, cast.city.id) == 1
