"""Everyone has a page of what they gave, and where each stands now; only they see it."""

from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.following.following import follow
from ideahub.front.own_things import FEW, PAGE
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


def build(idea: Idea, person: Person, text: str, *, adopted: bool = False) -> Contribution:
    return Contribution(
        idea_id=idea.id,
        author_id=person.id,
        kind=ContributionKind.BUILD,
        body=text,
        body_html=f"<p>{text}</p>",
        adopted_at=datetime.now(UTC) if adopted else None,
    )


async def test_it_shows_what_one_gave_and_what_happens_next(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    mine = await make_idea(db, box, cast.ben, "My own bench")
    mine.pseudonym = "Blue heron"
    theirs = await make_idea(db, box, cast.ada, "A walking bus")
    theirs.stage = Stage.PILOT
    db.add(Vote(idea_id=theirs.id, person_id=cast.ben.id))
    db.add_all([build(theirs, cast.ben, "With lamps", adopted=True)])
    ben = await viewer_of(db, cast.ben)
    await follow(db, ben, await find_idea(db, ben, theirs.id))
    await db.commit()
    page = (await (await browse(cast.ben)).get("/my-page")).text
    for words in (
        "My own bench",
        "Next: others support it and add to it",
        "A walking bus",
        "Next: it is decided whether it stays.",
        "With lamps",
        "It was taken into the text.",
        "2 ideas",
    ):
        assert words in page, words
    assert "My own bench" not in (await (await browse(cast.ada)).get("/my-page")).text


async def test_an_empty_page_says_how_to_begin(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await db.commit()
    page = (await (await browse(cast.cem)).get("/my-page")).text
    assert 'href="/ideas/new"' in page and "None yet. A first thought is enough" in page


async def test_strangers_sign_in_first(db: AsyncSession, browse: Browse) -> None:
    guest = await browse(None)
    for page in ("", "/ideas", "/builds", "/support", "/following"):
        answer = await guest.get(f"/my-page{page}")
        assert answer.status_code == 303 and "/sign-in" in answer.headers["location"]


async def test_whoever_supports_very_many_sees_a_few_and_all_by_pages(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    for number in range(PAGE + 3):
        await make_idea(db, box, cast.ada, f"Bench {number:02}")
    some = select(Idea.id, Person.id).join(Person, Person.id == cast.ben.id)
    await db.execute(insert(Vote).from_select(["idea_id", "person_id"], some))
    await db.commit()
    ben = await browse(cast.ben)
    first = (await ben.get("/my-page")).text
    assert first.count('dir="auto">Bench ') == FEW and 'href="/my-page/support"' in first
    page = (await ben.get("/my-page/support")).text
    assert page.count('dir="auto">Bench ') == PAGE
    following = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    rest = (await ben.get(following.replace("&amp;", "&"))).text
    assert rest.count('dir="auto">Bench ') == 3 and "Bench 00" in rest


async def test_what_one_may_not_see_any_more_is_not_on_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    theirs = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Seen no more")
    db.add_all([Vote(idea_id=theirs.id, person_id=cast.ben.id), build(theirs, cast.ben, "Lamps")])
    theirs.hidden_at = datetime.now(UTC)
    await db.commit()
    page = (await (await browse(cast.ben)).get("/my-page")).text
    assert "Seen no more" not in page and "Lamps" not in page
