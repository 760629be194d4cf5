"""Replies, one level deep, and thanks, one per person."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.conversation.models import Contribution
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.thanking import thank
from ideahub.core.db import Database
from ideahub.core.events import Kind
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, make_person, viewer_of
from tests.support.talking import all_said, answer, counts, happened, kept, last_event, say


async def test_the_author_replies_to_a_build(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    assert (await ada.get(f"/contributions/{made}/replies/new")).status_code == 200
    sent = await ada.post(f"/contributions/{made}/replies", {"body": "Yes, and on Fridays too."})
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/ideas/{idea.id}#contribution-{made}"
    reply = (await all_said(db, idea.id))[1]
    assert (reply.parent_id, reply.author_id) == (made, cast.ada.id)
    # Replies are not counted among the contributions.
    assert await counts(db, idea.id) == (1, 1)
    event = await last_event(db, Kind.CONTRIBUTION_MADE)
    assert (event.subject_id, event.data["reply_to"]) == (reply.id, made)
    assert "<p>Yes, and on Fridays too.</p>" in (await ada.get(f"/ideas/{idea.id}")).text


async def test_a_reply_to_a_reply_joins_its_thread(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    first = await answer(db, cast.ada, made, "Yes!")
    second = await answer(db, cast.ben, first, "Friday it is.")
    assert (await kept(db, second)).parent_id == made


async def test_pressing_again_replies_once(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    for _press in range(3):
        await ada.post(f"/contributions/{made}/replies", {"body": "Gladly."}, htmx=True)
    assert len(await all_said(db, idea.id)) == 2
    assert await happened(db, Kind.CONTRIBUTION_MADE, idea.id) == 2


@pytest.mark.parametrize("htmx", [False, True])
async def test_an_over_long_reply_comes_back_whole(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    long = "b" * 20_001
    sent = await ada.post(f"/contributions/{made}/replies", {"body": long}, htmx=htmx)
    assert sent.status_code == 422
    assert f"{long}</textarea>" in sent.text
    assert "it has 20,001" in sent.text


async def test_a_closed_phase_takes_no_replies(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    idea.campaign_id = (await make_campaign(db, cast.city, accepts=[Accepts.VOTES])).id
    ada = await browse(cast.ada)
    body = "A reply of some length that nobody should have to type twice."
    sent = await ada.post(f"/contributions/{made}/replies", {"body": body})
    assert sent.status_code == 409
    assert body in sent.text


async def test_a_stranger_is_asked_to_sign_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    stranger = await browse(None)
    for deed in ("replies", "thanks", "withdrawal", "adoption"):
        sent = await stranger.post(f"/contributions/{made}/{deed}", {"body": "x", "title": "x"})
        assert sent.status_code == 303, deed
        assert sent.headers["location"].startswith("/sign-in")
    assert (await stranger.get(f"/contributions/{made}/replies/new")).status_code == 303
    assert (await stranger.get(f"/contributions/{made}")).status_code == 200


async def test_thanks_are_counted_once(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    first = await ada.post(f"/contributions/{made}/thanks")
    assert first.status_code == 303
    again = await ada.post(f"/contributions/{made}/thanks", htmx=True)
    assert "You thanked" in again.text
    assert "person says" not in again.text  # the count has one writer: the push
    assert (await kept(db, made)).thanks_count == 1
    assert await happened(db, Kind.CONTRIBUTION_THANKED, idea.id) == 1
    page = (await ada.get(f"/ideas/{idea.id}")).text
    assert "You thanked" in page
    assert "1 person says thank you" in page
    other = (await (await browse(cast.cem)).get(f"/ideas/{idea.id}")).text
    assert "You thanked" not in other
    assert "1 person says thank you" in other


async def test_thanks_are_welcome_after_the_phase_has_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    idea.campaign_id = (await make_campaign(db, cast.city, accepts=[])).id
    ada = await browse(cast.ada)
    assert (await ada.post(f"/contributions/{made}/thanks")).status_code == 303


async def test_nobody_thanks_themselves(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ben = await browse(cast.ben)
    assert (await ben.post(f"/contributions/{made}/thanks")).status_code == 409
    assert (await kept(db, made)).thanks_count == 0
    assert f"contribution-{made}-thank" in (await ben.get(f"/ideas/{idea.id}")).text
    assert f'id="contribution-{made}-thank"' not in (await ben.get(f"/ideas/{idea.id}")).text


@pytest.mark.slow
async def test_a_hundred_thanks_at_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea_id = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
        made = await say(db, cast.ada, idea_id)
        people = [await make_person(db, f"P{number} Person") for number in range(100)]

    async def press(number: int) -> bool:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, people[number])
            said, idea = await find_contribution(db, viewer, made)
            return await thank(db, viewer, idea, said)

    twice = [*range(100), *range(100)]
    new = await asyncio.gather(*(press(number) for number in twice))
    assert sum(new) == 100
    async with committing.reading() as db:
        assert (await db.get_one(Contribution, made)).thanks_count == 100
        assert await happened(db, Kind.CONTRIBUTION_THANKED, idea_id) == 100
