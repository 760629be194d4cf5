"""Adopting a build: a new revision that names its contributor, once, and nothing lost."""

import asyncio

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase
from ideahub.conversation.adopting import Adoption, adopt
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.withdrawing import withdraw
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import Conflict, NotFound
from ideahub.ideas.models import CoAuthor, Idea, Revision
from tests.conftest import Browse
from tests.support.cast import EVERYTHING, Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.dom import tree
from tests.support.talking import all_said, answer, happened, kept, last_event, say

NEW = {
    "title": "A walking bus",
    "body": "Children walk together in a line, with two adults. Grandparents walk along.",
    "why": "Parents drive because the way is not safe.",
    "note": "Grandparents",
    "revision": "1",
}


async def now(db: AsyncSession, idea_id: int) -> Idea:
    return await db.get_one(Idea, idea_id, populate_existing=True)


async def co_authors(db: AsyncSession, idea_id: int) -> list[int]:
    found = await db.scalars(select(CoAuthor.person_id).where(CoAuthor.idea_id == idea_id))
    return list(found)


async def test_the_author_adopts_a_build(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    assert f"/contributions/{made}/adoption" in (await ada.get(f"/ideas/{idea.id}")).text
    form = (await ada.get(f"/contributions/{made}/adoption")).text
    assert "Children walk together in a line, with two adults.</textarea>" in form
    assert "<p>Grandparents could walk along.</p>" in form
    assert 'name="revision" value="1"' in form
    sent = await ada.post(f"/contributions/{made}/adoption", NEW)
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/ideas/{idea.id}"

    adopted = await kept(db, made)
    assert (adopted.adopted_by, adopted.adopted_revision) == (cast.ada.id, 2)
    assert adopted.adopted_at
    row = await now(db, idea.id)
    assert (row.body, row.revision, row.adopted_count) == (NEW["body"], 2, 1)
    assert row.tags == ["walking", "school"]
    revision = await db.scalar(select(Revision).where(Revision.number == 2))
    assert revision
    assert (revision.author_id, revision.adopted_from) == (cast.ada.id, cast.ben.id)
    assert revision.note == "Grandparents"
    assert await co_authors(db, idea.id) == [cast.ben.id]
    assert await happened(db, Kind.CONTRIBUTION_ADOPTED, idea.id) == 1
    # One deed, one event: that the text has changed is part of it.
    assert await happened(db, Kind.IDEA_REVISED, idea.id) == 0
    event = await last_event(db, Kind.CONTRIBUTION_ADOPTED)
    assert (event.subject_type, event.subject_id) == ("contribution", made)
    assert event.data == {"revision": 2}
    page = (await ada.get(f"/ideas/{idea.id}")).text
    assert "Adopted into the idea by Ada Lind" in page
    assert f"/ideas/{idea.id}/history/2" in page
    assert f'href="/contributions/{made}/adoption"' not in page


async def test_pressing_twice_adopts_once(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    for _press in range(3):
        sent = await ada.post(f"/contributions/{made}/adoption", NEW)
        assert sent.status_code == 303
    row = await now(db, idea.id)
    assert (row.revision, row.adopted_count) == (2, 1)
    assert await happened(db, Kind.CONTRIBUTION_ADOPTED, idea.id) == 1
    assert (await ada.get(f"/contributions/{made}/adoption")).status_code == 303


async def test_a_co_author_adopts_too(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.cem, idea.id)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    ben = await browse(cast.ben)
    assert (await ben.post(f"/contributions/{made}/adoption", NEW)).status_code == 303
    assert set(await co_authors(db, idea.id)) == {cast.ben.id, cast.cem.id}
    assert (await kept(db, made)).adopted_by == cast.ben.id


async def test_the_author_is_not_named_twice(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ada, idea.id)
    ada = await browse(cast.ada)
    await ada.post(f"/contributions/{made}/adoption", NEW)
    assert await co_authors(db, idea.id) == []
    assert (await now(db, idea.id)).adopted_count == 0  # gates ask for builds by others


@pytest.mark.parametrize("who", ["ben", "cem", "mia", "sam"])
async def test_only_authors_adopt(db: AsyncSession, cast: Cast, browse: Browse, who: str) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    browser = await browse(getattr(cast, who))
    assert (await browser.get(f"/contributions/{made}/adoption")).status_code == 403
    assert (await browser.post(f"/contributions/{made}/adoption", NEW)).status_code == 403
    assert (await now(db, idea.id)).revision == 1


async def test_only_builds_are_adopted(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id, kind=ContributionKind.QUESTION)
    ada = await browse(cast.ada)
    assert (await ada.post(f"/contributions/{made}/adoption", NEW)).status_code == 409


async def test_the_text_moved_on_meanwhile(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    first = await say(db, cast.ben, idea.id)
    second = await say(db, cast.cem, idea.id, "And reflective vests.")
    ada = await browse(cast.ada)
    await ada.post(f"/contributions/{first}/adoption", NEW)
    late = NEW | {"body": "Children walk in vests."}
    sent = await ada.post(f"/contributions/{second}/adoption", late)
    assert sent.status_code == 409
    assert "Someone changed this idea while you were writing" in sent.text
    assert "Children walk in vests.</textarea>" in sent.text
    assert "revision 2" in sent.text
    assert 'name="revision" value="2"' in sent.text
    assert (await kept(db, second)).adopted_at is None
    assert (await now(db, idea.id)).revision == 2
    # The page that came back can be sent as it is.
    again = await ada.post(f"/contributions/{second}/adoption", late | {"revision": "2"})
    assert again.status_code == 303
    assert (await now(db, idea.id)).body == "Children walk in vests."


@pytest.mark.parametrize("revision", ["", "x", "-1", "7", "9" * 30])
async def test_a_forged_revision_overwrites_nothing(
    db: AsyncSession, cast: Cast, browse: Browse, revision: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    sent = await ada.post(f"/contributions/{made}/adoption", NEW | {"revision": revision})
    assert sent.status_code in {409, 422}
    assert "Grandparents walk along.</textarea>" in sent.text
    assert (await now(db, idea.id)).revision == 1


async def test_the_same_text_is_no_adoption(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    sent = await ada.post(f"/contributions/{made}/adoption", NEW | {"body": idea.body})
    assert sent.status_code == 422
    assert "Work the build into it" in sent.text
    assert (await kept(db, made)).adopted_at is None


async def test_an_over_long_text_comes_back_whole(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    long = "word " * 4_000 + "x"
    sent = await ada.post(f"/contributions/{made}/adoption", NEW | {"body": long})
    assert sent.status_code == 422
    assert f"{long}</textarea>" in sent.text
    assert "it has 20,001" in sent.text


async def test_the_changes_are_shown_before(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    live = await ada.post(f"/contributions/{made}/adoption/changes", NEW, htmx=True)
    assert "<ins>" in live.text
    assert "3 words added, 0 words removed" in live.text
    without_script = await ada.post(f"/contributions/{made}/adoption", NEW | {"look": "yes"})
    assert without_script.status_code == 200
    assert "3 words added, 0 words removed" in without_script.text
    assert (await now(db, idea.id)).revision == 1
    typed = {"title": idea.title, "body": idea.body, "why": idea.why, "revision": "1"}
    added = await ada.post(f"/contributions/{made}/adoption", typed | {"put": "in"})
    assert "two adults.\n\nGrandparents could walk along.</textarea>" in added.text


async def test_builds_are_adopted_while_people_may_build(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)

    async def accept(*some: Accepts) -> None:
        values = update(Phase).where(Phase.campaign_id == campaign.id).values(accepts=list(some))
        await db.execute(values)
        await db.commit()

    await accept(Accepts.VOTES)
    closed = await ada.post(f"/contributions/{made}/adoption", NEW)
    assert closed.status_code == 409
    assert NEW["body"] in closed.text
    assert (await kept(db, made)).adopted_at is None
    await accept(Accepts.CONTRIBUTIONS)
    assert (await ada.post(f"/contributions/{made}/adoption", NEW)).status_code == 303
    await accept(*EVERYTHING)
    other = await say(db, cast.cem, idea.id)
    await accept(Accepts.IDEAS)
    more = NEW | {"body": "Shorter.", "revision": "2"}
    assert (await ada.post(f"/contributions/{other}/adoption", more)).status_code == 303


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("field", ["title", "body", "why", "note"])
async def test_adopted_by_another_with_other_words(
    db: AsyncSession, cast: Cast, browse: Browse, field: str, htmx: bool
) -> None:
    """The second author is told what stands, and keeps every word; so does whoever presses on."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.cem, idea.id)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    first = NEW | {"note": "Grandparents"}
    await ada.post(f"/contributions/{made}/adoption", first)
    # The very same words are no loss.
    assert (await ben.post(f"/contributions/{made}/adoption", first)).status_code == 303
    for revision in ("1", "2"):
        other = first | {field: "Unheard", "revision": revision}
        sent = await ben.post(f"/contributions/{made}/adoption", other, htmx=htmx)
        assert sent.status_code == 409
        assert "Ada Lind has adopted this build already, as revision 2" in sent.text
        for name in ("title", "body", "why", "note"):
            assert shown_in(sent.text, name) == other.get(name, "")
        assert f'href="/ideas/{idea.id}/revision"' in sent.text
    assert (await now(db, idea.id)).revision == 2


def shown_in(page: str, name: str) -> str:
    """What stands in a field of the form."""
    field = next(one for one in tree(page).walk() if one.attributes.get("name") == name)
    return field.attributes.get("value", "") + "".join(map(str, field.children))


async def test_what_is_adopted_stays(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    ada = await browse(cast.ada)
    await ada.post(f"/contributions/{made}/adoption", NEW)
    ben = await browse(cast.ben)
    assert (await ben.post(f"/contributions/{made}/withdrawal")).status_code == 409
    assert (await kept(db, made)).withdrawn_at is None


async def test_two_authors_at_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea_id = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
        db.add(CoAuthor(idea_id=idea_id, person_id=cast.ben.id))
        made = await say(db, cast.cem, idea_id)

    async def press(who: str) -> int:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, getattr(cast, who))
            said, idea = await find_contribution(db, viewer, made)
            text = Adoption("A walking bus", f"As {who} would have it.", "", "", 1)
            return await adopt(db, viewer, idea, said, text)

    people = ("ada", "ben", "ada")
    came = await asyncio.gather(*map(press, people), return_exceptions=True)
    async with committing.reading() as db:
        row = await now(db, idea_id)
        # Who wrote what stands there has done it; the other is told who did.
        for who, outcome in zip(people, came, strict=True):
            done = row.body == f"As {who} would have it."
            assert outcome == 2 if done else isinstance(outcome, Conflict), outcome
        assert (row.revision, row.adopted_count) == (2, 1)
        assert await happened(db, Kind.CONTRIBUTION_ADOPTED, idea_id) == 1


@pytest.mark.slow
async def test_everybody_at_once_holds_nobody_up(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea_id = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
        made = [await say(db, cast.cem, idea_id, f"Build {number}") for number in range(4)]

    async def deed(number: int) -> None:
        target = made[number % 4]
        async with committing.transaction() as db:
            match number // 4:
                case 0:
                    await answer(db, cast.ben, target, f"Reply {number}")
                case 1:
                    await say(db, cast.sam, idea_id, f"More {number}")
                case 2:
                    viewer = await viewer_of(db, cast.cem)
                    said, idea = await find_contribution(db, viewer, target)
                    await withdraw(db, viewer, idea, said)
                case _:
                    viewer = await viewer_of(db, cast.ada)
                    said, idea = await find_contribution(db, viewer, target)
                    text = Adoption("Title", f"Text {number}", "", "", 1)
                    await adopt(db, viewer, idea, said, text)

    came = await asyncio.gather(*(deed(number) for number in range(16)), return_exceptions=True)
    assert all(one is None or isinstance(one, Conflict | NotFound) for one in came), came
    async with committing.reading() as db:
        row = await now(db, idea_id)
        rows = [one for one in await all_said(db, idea_id) if one.parent_id is None]
        standing = [one for one in rows if one.withdrawn_at is None]
        assert row.contributions_count == row.builds_count == len(standing)
        assert row.adopted_count == len([one for one in rows if one.adopted_at]) <= 1
        assert not [one for one in rows if one.adopted_at and one.withdrawn_at]
