"""One's own controls come with one's own answers and copies; what is pushed is the same for all."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.live import SHOWS
from ideahub.conversation.models import Contribution
from ideahub.core.events import Event
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.organisations.models import Person
from ideahub.realtime.push import Push, Refresh, RoomMessage
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea
from tests.support.dom import Node, section, tree
from tests.support.ripening import contribute, pledge

BUILD = {"kind": "build", "body": "And with a song.", "seen": "1"}


async def idea_of(db: AsyncSession, cast: Cast) -> Idea:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    return idea


async def told(db: AsyncSession) -> list[RoomMessage]:
    """What is sent after the last deed."""
    event = await db.scalar(select(Event).order_by(Event.id.desc()).limit(1))
    assert event
    return [one for show in SHOWS[event.kind] for one in await show(db, event)]


def deeds(node: Node) -> set[str]:
    """The last words of the addresses that its buttons send to."""
    sent = (one.attributes.get("formaction", "") for one in node.walk())
    return {address.rpartition("/")[2] for address in sent if address}


def within(html: str, number: int) -> Node:
    """A contribution in a page or a push."""
    return section(html, f"contribution-{number}")


async def newest(db: AsyncSession) -> int:
    number = await db.scalar(select(Contribution.id).order_by(Contribution.id.desc()).limit(1))
    assert number
    return number


async def must_be_own(browse: Browse, person: Person, idea: Idea, made: int, answer: str) -> None:
    """The answer has the controls that the person's own copy of the page has: not those of a
    reader, and none of the words, which come by push."""
    own = f"contribution-{made}-own"
    assert deeds(section(answer, own)) == {"withdrawal"}
    shown = (await (await browse(person)).get(f"/ideas/{idea.id}")).text
    assert str(section(answer, own)) == str(section(shown, own))
    assert f'hx-target="#{own}"' in answer


async def test_one_s_own_new_words_can_be_taken_back_and_not_thanked(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await idea_of(db, cast)
    answer = await (await browse(cast.ben)).post(
        f"/ideas/{idea.id}/contributions", BUILD, htmx=True
    )
    made = await newest(db)
    await must_be_own(browse, cast.ben, idea, made, answer.text)


async def test_one_s_own_new_reply_can_be_taken_back_and_not_thanked(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await idea_of(db, cast)
    build = await contribute(db, idea, cast.ben)
    await db.commit()
    answer = await (await browse(cast.cem)).post(
        f"/contributions/{build.id}/replies", {"body": "Which song?"}, htmx=True
    )
    made = await newest(db)
    await must_be_own(browse, cast.cem, idea, made, answer.text)


async def test_what_is_pushed_is_what_somebody_else_sees_and_names_nobody(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await idea_of(db, cast)
    ben = await browse(cast.ben)
    await ben.post(f"/ideas/{idea.id}/contributions", BUILD)
    made = await newest(db)
    messages = await told(db)
    html = next(one.html for one in messages if isinstance(one, Push))
    assert deeds(within(html, made)) == {"thanks"}
    other = (await (await browse(cast.mia)).get(f"/ideas/{idea.id}")).text
    assert str(within(html, made)) == str(within(other, made))
    # The other pages of whoever wrote it fetch their own copy, which has their controls.
    assert [one.room for one in messages if isinstance(one, Refresh)] == [f"person:{cast.ben.id}"]


@pytest.mark.parametrize("page", ["", "/contributions"])
async def test_pages_hear_what_only_their_person_is_told(
    db: AsyncSession, cast: Cast, browse: Browse, page: str
) -> None:
    idea = await idea_of(db, cast)
    shown = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}{page}")).text
    assert f"room=person%3A{cast.ben.id}" in shown
    assert "room=person" not in (await (await browse(None)).get(f"/ideas/{idea.id}{page}")).text


async def test_taking_words_back_leaves_the_controls_at_their_replies(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await idea_of(db, cast)
    build = await contribute(db, idea, cast.ben)
    reply = await contribute(db, idea, cast.cem, parent_id=build.id)
    await db.commit()
    await (await browse(cast.ben)).post(f"/contributions/{build.id}/withdrawal")
    pushed = [one for one in await told(db) if isinstance(one, Push)]
    assert f"contribution-{build.id}-said" in {one.element_id for one in pushed}
    assert [one.element_id for one in pushed if f"contribution-{reply.id}" in one.html] == []


async def test_no_author_is_asked_to_accept_a_pledge_of_their_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await idea_of(db, cast)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.sam.id))
    await pledge(db, idea, cast.sam, accepted_at=None)
    await db.commit()
    can = {}
    for person in (cast.ada, cast.sam):
        shown = tree((await (await browse(person)).get(f"/ideas/{idea.id}")).text)
        main = next(one for one in shown.walk() if one.tag == "main")
        can[person.name] = "accept" in main.attributes["data-can"].split()
    assert can == {"Ada Lind": True, "Sam Hart": False}
