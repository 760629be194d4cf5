"""Taking one's own words back; their place stays where somebody has answered."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.adopting import Adoption, adopt
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.withdrawing import withdraw
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import Conflict
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.talking import answer, counts, happened, kept, say


async def test_without_answers_nothing_is_left(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ben = await browse(cast.ben)
    assert (await ben.post(f"/contributions/{made}/withdrawal")).status_code == 303
    assert (await kept(db, made)).withdrawn_at
    assert await counts(db, idea.id) == (0, 0)
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "Grandparents" not in page
    assert f'id="contribution-{made}"' not in page
    assert (await ben.get(f"/contributions/{made}")).status_code == 404


async def test_with_an_answer_its_place_stays(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    await answer(db, cast.ada, made, "A fine thought.")
    ben = await browse(cast.ben)
    await ben.post(f"/contributions/{made}/withdrawal")
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "Withdrawn by its author." in page
    assert "A fine thought." in page
    place = page.split(f'id="contribution-{made}"')[1]
    assert "Grandparents" not in place
    assert "Ben Okoye" not in place
    assert await counts(db, idea.id) == (0, 0)
    # What is gone takes neither replies nor thanks.
    ada = await browse(cast.ada)
    sent = await ada.post(f"/contributions/{made}/replies", {"body": "Are you sure?"})
    assert sent.status_code == 409
    assert (await ada.post(f"/contributions/{made}/thanks")).status_code == 409


async def test_pressing_again_changes_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id, kind=ContributionKind.OFFER)
    await answer(db, cast.ada, made)
    await say(db, cast.ben, idea.id, "Another")
    ben = await browse(cast.ben)
    for _press in range(3):
        assert (await ben.post(f"/contributions/{made}/withdrawal")).status_code == 303
    assert await counts(db, idea.id) == (1, 1)
    assert await happened(db, Kind.CONTRIBUTION_WITHDRAWN, idea.id) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_pressing_again_where_nothing_is_left_says_the_same(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ben, url = await browse(cast.ben), f"/contributions/{made}/withdrawal"
    first, second = [await ben.post(url, htmx=htmx) for _press in range(2)]
    assert first.status_code == (200 if htmx else 303)
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert first.headers.multi_items() == second.headers.multi_items()
    assert await happened(db, Kind.CONTRIBUTION_WITHDRAWN, idea.id) == 1
    # Its place is gone for everybody, its author too.
    for who in (cast.ben, cast.ada, cast.mo):
        browser = await browse(who)
        assert (await browser.get(f"/contributions/{made}")).status_code == 404
        assert who is cast.ben or (await browser.post(url)).status_code == 404


async def test_what_was_adopted_meanwhile_is_not_said_to_be_gone(
    db: AsyncSession, cast: Cast
) -> None:
    """Found before it was adopted, taken back after."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ben, ada = await viewer_of(db, cast.ben), await viewer_of(db, cast.ada)
    said, found = await find_contribution(db, ben, made)
    await adopt(db, ada, found, said, Adoption("A walking bus", "With all.", "", "", 1))
    with pytest.raises(Conflict, match="part of the idea"):
        await withdraw(db, ben, found, said)


async def test_a_reply_can_be_taken_back_too(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    reply = await answer(db, cast.ada, made, "A fine thought.")
    ada = await browse(cast.ada)
    await ada.post(f"/contributions/{reply}/withdrawal")
    assert "A fine thought." not in (await ada.get(f"/ideas/{idea.id}")).text
    assert await counts(db, idea.id) == (1, 1)


@pytest.mark.parametrize("who", ["ada", "cem", "mo"])
async def test_nobody_takes_back_the_words_of_others(
    db: AsyncSession, cast: Cast, browse: Browse, who: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    browser = await browse(getattr(cast, who))
    assert (await browser.post(f"/contributions/{made}/withdrawal")).status_code == 403
    assert f"/contributions/{made}/withdrawal" not in (await browser.get(f"/ideas/{idea.id}")).text
    assert (await kept(db, made)).withdrawn_at is None


async def test_two_at_once_are_counted_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea_id = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
        made = await say(db, cast.ben, idea_id)

    all_look = asyncio.Barrier(3)

    async def press() -> bool:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, cast.ben)
            said, idea = await find_contribution(db, viewer, made)
            await all_look.wait()
            return await withdraw(db, viewer, idea, said)

    assert sorted(await asyncio.gather(press(), press(), press())) == [False, False, True]
    async with committing.reading() as db:
        assert await counts(db, idea_id) == (0, 0)
        assert await happened(db, Kind.CONTRIBUTION_WITHDRAWN, idea_id) == 1
