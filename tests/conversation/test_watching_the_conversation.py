"""What others see live: the page before, with what is pushed, is the page fetched anew."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import shows
from ideahub.conversation.live import SHOWS
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.thanking import thank
from ideahub.conversation.withdrawing import withdraw
from ideahub.core.events import Event, Kind
from ideahub.organisations.models import Person
from ideahub.realtime.push import Push, RoomMessage
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.dom import Node, apply, section, tree
from tests.support.talking import answer, last_event, say

FORBIDDEN = {"form", "input", "textarea", "details", "dialog", "select"}


async def told_since(db: AsyncSession, event_id: int) -> list[RoomMessage]:
    """What the room of the idea is told of everything that happened since."""
    events = await db.scalars(select(Event).where(Event.id > event_id).order_by(Event.id))
    told: list[RoomMessage] = []
    for event in events:
        for show in SHOWS.get(event.kind, ()):
            told += await show(db, event)
    return told


async def latest(db: AsyncSession) -> int:
    return await db.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0


def pushes(told: list[RoomMessage], room: str) -> list[Push]:
    found = [one for one in told if isinstance(one, Push)]
    assert found
    assert {one.room for one in found} == {room}
    return found


async def take_back(db: AsyncSession, person: Person, contribution_id: int) -> None:
    viewer = await viewer_of(db, person)
    said, idea = await find_contribution(db, viewer, contribution_id)
    await withdraw(db, viewer, idea, said)


async def say_thanks(db: AsyncSession, person: Person, contribution_id: int) -> None:
    viewer = await viewer_of(db, person)
    said, idea = await find_contribution(db, viewer, contribution_id)
    await thank(db, viewer, idea, said)


Deed = Callable[[AsyncSession, Cast, int, list[int]], Awaitable[object]]


async def a_build(db: AsyncSession, cast: Cast, idea: int, made: list[int]) -> None:
    made.append(await say(db, cast.cem, idea, "Reflective vests."))


async def a_concern(db: AsyncSession, cast: Cast, idea: int, made: list[int]) -> None:
    made.append(await say(db, cast.mo, idea, "Rain.", ContributionKind.CONCERN, "Capes."))


async def a_reply(db: AsyncSession, cast: Cast, _idea: int, made: list[int]) -> None:
    await answer(db, cast.ada, made[0], "Gladly.")


async def thanks(db: AsyncSession, cast: Cast, _idea: int, made: list[int]) -> None:
    await say_thanks(db, cast.sam, made[0])


async def first_taken_back(db: AsyncSession, cast: Cast, _idea: int, made: list[int]) -> None:
    await take_back(db, cast.ben, made[0])


async def answered_taken_back(db: AsyncSession, cast: Cast, _idea: int, made: list[int]) -> None:
    await answer(db, cast.ada, made[0], "Gladly.")
    await take_back(db, cast.ben, made[0])


async def all_taken_back(db: AsyncSession, cast: Cast, _idea: int, made: list[int]) -> None:
    reply = await answer(db, cast.ada, made[0], "Gladly.")
    await take_back(db, cast.ben, made[0])
    await take_back(db, cast.ada, reply)


async def a_lively_minute(db: AsyncSession, cast: Cast, idea: int, made: list[int]) -> None:
    for deed in (a_reply, a_build, thanks, a_concern, first_taken_back):
        await deed(db, cast, idea, made)
    made.append(await say(db, cast.jo, idea, "A question?", ContributionKind.QUESTION))
    await answer(db, cast.cem, made[-1], "An answer.")


DEEDS: list[Deed] = [
    a_build,
    a_concern,
    a_reply,
    thanks,
    first_taken_back,
    answered_taken_back,
    all_taken_back,
    a_lively_minute,
]


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", [None, "mia", "zed"])
async def test_the_page_with_what_is_pushed_is_the_page_fetched_anew(
    db: AsyncSession, cast: Cast, browse: Browse, deed: Deed, who: str | None
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = [await say(db, cast.ben, idea.id)]
    since = await latest(db)
    browser = await browse(getattr(cast, who) if who else None)
    urls = [
        f"/ideas/{idea.id}",
        f"/ideas/{idea.id}/contributions",
        f"/ideas/{idea.id}/contributions?kind=build",
        f"/ideas/{idea.id}/contributions?kind=question",
    ]
    before = [tree((await browser.get(url)).text) for url in urls]
    await deed(db, cast, idea.id, made)
    await db.commit()
    told = pushes(await told_since(db, since), f"idea:{idea.id}")
    for url, page in zip(urls, before, strict=True):
        apply(page, told)
        # The same may come twice: by push, and by asking again after a gap.
        apply(page, [one for one in told if one.swap == "beforeend"])
        assert shown(page) == shown(tree((await browser.get(url)).text)), url


def shown(page: Node) -> str:
    """The list and the counts, as text."""
    found = [
        one
        for one in page.walk()
        if one.attributes.get("id", "").endswith("-contribution-counts") or one.tag == "ol"
    ]
    assert len(found) > 1
    return "\n".join(map(str, found))


async def test_adopting_is_shown_where_it_was_said(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    stranger = await browse(None)
    page = tree((await stranger.get(f"/ideas/{idea.id}")).text)
    since = await latest(db)
    ada = await browse(cast.ada)
    text = {"title": "A walking bus", "body": "With grandparents.", "revision": "1"}
    await ada.post(f"/contributions/{made}/adoption", text)
    told = pushes(await told_since(db, since), f"idea:{idea.id}")
    assert [one.element_id for one in told] == [f"contribution-{made}-state"]
    apply(page, told)
    fresh = (await stranger.get(f"/ideas/{idea.id}")).text
    list_id = f"idea-{idea.id}-contributions"
    assert str(page.find(list_id)) == str(section(fresh, list_id))
    # The idea's own text and people are shown by its own feature.
    assert len(shows()[Kind.CONTRIBUTION_ADOPTED]) > 1


async def test_what_is_pushed_holds_nothing_to_type_in(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    since = await latest(db)
    made: list[int] = [await say(db, cast.ben, idea.id)]
    await a_lively_minute(db, cast, idea.id, made)
    for push in pushes(await told_since(db, since), f"idea:{idea.id}"):
        parts = tree(push.html)
        assert not {one.tag for one in parts.walk()} & FORBIDDEN
        ids = [one.attributes["id"] for one in parts.walk() if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        if push.swap == "outerMorph":
            assert [one.attributes["id"] for one in parts.children if isinstance(one, Node)] == [
                push.element_id
            ]


async def test_what_was_taken_back_at_once_is_not_shown(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    event = await last_event(db, Kind.CONTRIBUTION_MADE)
    await take_back(db, cast.ben, made)
    for show in SHOWS[Kind.CONTRIBUTION_MADE]:
        assert await show(db, event) == []
