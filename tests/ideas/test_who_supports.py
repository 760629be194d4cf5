"""Supporters are named where they agreed to it, and what people gave stands on their page."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.ideas import supporters
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea, make_person, viewer_of
from tests.support.ripening import contribute, pledge


async def supported(db: AsyncSession, campaign: Campaign, author: Person, *people: Person) -> Idea:
    idea = await make_idea(db, campaign, author)
    for number, person in enumerate(people):
        since = datetime.now(UTC) - timedelta(minutes=number)
        await add(db, Vote(idea_id=idea.id, person_id=person.id, created_at=since))
    await db.execute(update(Idea).where(Idea.id == idea.id).values(votes_count=len(people)))
    await db.commit()
    return idea


async def choose(db: AsyncSession, person: Person, shows: bool | None) -> None:
    await db.execute(update(Person).where(Person.id == person.id).values(shows_support=shows))
    await db.commit()


def linked(html: str, person: Person) -> bool:
    return f'href="/profiles/{person.id}"' in html


async def listed(browse: Browse, viewer: Person | None, idea: Idea) -> str:
    answer = await (await browse(viewer)).get(f"/ideas/{idea.id}/supporters")
    assert answer.status_code == 200
    return answer.text


async def test_staff_are_named_among_colleagues(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await supported(db, box, cast.ada, cast.ben, cast.mia)
    shown = await listed(browse, cast.ada, idea)
    assert "Ben Okoye" in shown
    assert "City of Brookfield" in shown
    assert linked(shown, cast.ben)
    assert linked(shown, cast.mia)
    assert "counted, not named" not in shown
    assert (
        f"/ideas/{idea.id}/supporters"
        in (await (await browse(cast.ada)).get(f"/ideas/{idea.id}")).text
    )


async def test_elsewhere_people_are_counted(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await supported(db, await make_campaign(db, cast.city), cast.ada, cast.ben, cast.cem)
    for viewer in (None, cast.ada, cast.mia):
        shown = await listed(browse, viewer, idea)
        assert "Ben Okoye" not in shown.replace("Your menu, Ben Okoye", "")
        assert "Cem Aydin" not in shown
        assert "2 people support this and are counted, not named." in shown


@pytest.mark.parametrize("audience", list(Audience))
async def test_people_choose_on_their_account_s_page(
    db: AsyncSession, cast: Cast, browse: Browse, audience: Audience
) -> None:
    idea = await supported(
        db, await make_campaign(db, cast.city, audience=audience), cast.ada, cast.ben
    )
    ben = await browse(cast.ben)
    for choice, named in (("always", True), ("never", False)):
        saved = await ben.post("/account", {"name": "Ben Okoye", "support": choice})
        assert saved.status_code == 303
        page = (await ben.get("/account")).text
        assert f'<option value="{choice}" selected>' in page
        assert linked(await listed(browse, cast.ada, idea), cast.ben) is named
    await ben.post("/account", {"name": "Ben Okoye", "support": "usual"})
    usual = audience is Audience.INTERNAL
    assert linked(await listed(browse, cast.ada, idea), cast.ben) is usual


async def test_a_form_that_does_not_ask_changes_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await supported(db, await make_campaign(db, cast.city), cast.ada, cast.ben)
    await choose(db, cast.ben, True)
    await (await browse(cast.ben)).post("/account", {"name": "Ben Okoye"})
    assert linked(await listed(browse, cast.ada, idea), cast.ben)


async def test_many_are_shown_in_pages(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    many = [
        await make_person(db, f"Nr{number} Clerk", cast.city)
        for number in range(supporters.PAGE + 3)
    ]
    idea = await supported(db, box, cast.ada, *many)
    first = await listed(browse, cast.ada, idea)
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = (await (await browse(cast.ada)).get(following.replace("&amp;", "&"))).text
    shown = [[one for one in many if linked(html, one)] for html in (first, second)]
    assert [len(some) for some in shown] == [supporters.PAGE, 3]
    assert [one.id for some in shown for one in some] == [one.id for one in many]
    for nonsense in ("x", "9~9", f"{datetime.now(UTC).isoformat()}~x"):
        answer = await (await browse(cast.ada)).get(
            f"/ideas/{idea.id}/supporters", params={"after": nonsense}
        )
        assert answer.status_code == 200


async def test_who_may_not_see_the_idea_finds_no_supporters(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await supported(db, box, cast.ada, cast.ben)
    for viewer in (None, cast.cem, cast.zed):
        answer = await (await browse(viewer)).get(f"/ideas/{idea.id}/supporters")
        assert answer.status_code == 404


async def test_a_page_shows_what_its_person_gave(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await supported(db, await make_campaign(db, cast.city), cast.ada)
    await contribute(db, idea, cast.ben)
    await pledge(db, idea, cast.sam)
    await choose(db, cast.cem, True)
    await add(db, Vote(idea_id=idea.id, person_id=cast.cem.id))
    await db.commit()
    stranger = await browse(None)
    for person in (cast.ada, cast.ben, cast.sam, cast.cem):
        shown = (await stranger.get(f"/profiles/{person.id}")).text
        assert person.name in shown
        assert f"/ideas/{idea.id}" in shown
        assert (person.email or "") not in shown
    page = (await stranger.get(f"/ideas/{idea.id}")).text
    assert [linked(page, person) for person in (cast.ada, cast.ben, cast.sam)] == [True] * 3


async def test_a_page_shows_no_more_than_the_viewer_may_see(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await supported(db, box, cast.ada, cast.mia)
    await contribute(db, idea, cast.ben)
    await pledge(db, idea, cast.sam)
    await db.commit()
    gave = (cast.ada, cast.ben, cast.sam, cast.mia)
    for viewer, status in ((cast.jo, 200), (cast.zed, 404), (cast.cem, 404), (None, 404)):
        browser = await browse(viewer)
        answers = [await browser.get(f"/profiles/{person.id}") for person in gave]
        assert [answer.status_code for answer in answers] == [status] * 4
    await make_idea(db, await make_campaign(db, cast.city), cast.ada, "For everyone")
    await db.commit()
    shown = (await (await browse(cast.zed)).get(f"/profiles/{cast.ada.id}")).text
    assert "For everyone" in shown
    assert f'/ideas/{idea.id}"' not in shown


async def test_a_pseudonym_leads_to_nobody(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    text = IdeaText(title="Secret", body="Hush.", why="", tags=[], pseudonym="Nightingale")
    idea = await post_idea(db, await viewer_of(db, cast.cem), box, text)
    await contribute(db, idea, cast.cem)
    await db.commit()
    for viewer in (None, cast.ada, cast.ann, cast.mo):
        browser = await browse(viewer)
        assert not linked((await browser.get(f"/ideas/{idea.id}")).text, cast.cem)
        assert (await browser.get(f"/profiles/{cast.cem.id}")).status_code == 404
    own = (await (await browse(cast.cem)).get(f"/profiles/{cast.cem.id}")).text
    assert "Secret" not in own
    # What they gave under their own name shows nothing of the other.
    await make_idea(db, box, cast.cem, "Benches")
    await db.commit()
    shown = (await (await browse(None)).get(f"/profiles/{cast.cem.id}")).text
    assert "Benches" in shown
    assert "Secret" not in shown
    assert "Nightingale" not in shown


async def test_what_was_taken_back_or_hidden_is_not_shown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await supported(db, await make_campaign(db, cast.city), cast.ada)
    await contribute(db, idea, cast.ben, withdrawn_at=datetime.now(UTC))
    await db.execute(update(Idea).where(Idea.id == idea.id).values(hidden_at=datetime.now(UTC)))
    await db.commit()
    for person in (cast.ada, cast.ben):
        stranger = await browse(None)
        assert (await stranger.get(f"/profiles/{person.id}")).status_code == 404
    assert (await (await browse(cast.ada)).get(f"/profiles/{cast.ada.id}")).status_code == 200


async def test_there_is_no_page_of_nobody(browse: Browse) -> None:
    assert (await (await browse(None)).get("/profiles/999999")).status_code == 404
