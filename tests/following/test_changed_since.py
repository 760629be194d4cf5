"""Whoever comes back to an idea reads what others changed there, with a link to each."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind, record
from ideahub.following.models import IdeaVisit
from ideahub.following.visiting import OF_IDEAS
from ideahub.ideas.models import Idea, Revision
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of

OPENS = {"sec-fetch-mode": "navigate"}
HEADING = "Since you were here"


async def visited(db: AsyncSession, idea: Idea, person: Person, *, hours: int = 2) -> None:
    ago = datetime.now(UTC) - timedelta(hours=hours)
    await db.execute(update(Event).values(created_at=Event.created_at - timedelta(hours=9)))
    db.add(IdeaVisit(idea_id=idea.id, person_id=person.id, seen_at=ago))
    await db.commit()


async def posted(db: AsyncSession, cast: Cast) -> Idea:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    return idea


async def add_build(db: AsyncSession, idea: Idea, person: Person) -> Contribution:
    row = await add(
        db,
        Contribution(
            idea_id=idea.id,
            author_id=person.id,
            kind=ContributionKind.BUILD,
            body="Yes, and",
            body_html="<p>Yes, and</p>",
        ),
    )
    await record(db, Kind.CONTRIBUTION_MADE, person, on=idea, subject=row)
    await db.commit()
    return row


async def revised(db: AsyncSession, idea: Idea, person: Person, number: int) -> None:
    texts = {"title": idea.title, "body": f"Text {number}", "why": idea.why}
    await add(db, Revision(idea_id=idea.id, number=number, author_id=person.id, **texts))
    idea.revision = number
    await record(db, Kind.IDEA_REVISED, person, on=idea, revision=number)
    await db.commit()


def texts_in(tag: str, page: str) -> list[str]:
    """What each such element says, without the words for screen readers."""
    found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", page, re.DOTALL)
    return [re.sub(r"<span.*?</span>", "", text, flags=re.DOTALL).strip() for text in found]


async def test_of_several_edits_the_link_shows_all_that_they_changed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    await revised(db, idea, cast.ada, 2)
    await visited(db, idea, cast.ben)
    for number in (3, 4):
        await revised(db, idea, cast.ada, number)
    ben = await browse(cast.ben)
    page = (await ben.get(f"/ideas/{idea.id}", headers=OPENS)).text
    at = f"/ideas/{idea.id}/history/4"
    assert f'href="{at}?since=2"' in page and "edited 2 times" in page
    shown = (await ben.get(f"{at}?since=2")).text
    assert "all that was changed since revision 2" in shown
    assert texts_in("del", shown) == ["2"] and texts_in("ins", shown) == ["4"]
    assert texts_in("del", (await ben.get(at)).text) == ["3"]
    assert (await ben.get(f"{at}?since=99")).status_code == 404


async def test_what_others_changed_is_shown_with_a_link_and_seen_by_visiting(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    await visited(db, idea, cast.ben)
    await add_build(db, idea, cast.cem)
    last = await add_build(db, idea, cast.cem)
    await revised(db, idea, cast.ada, 2)
    ben = await browse(cast.ben)
    page = (await ben.get(f"/ideas/{idea.id}", headers=OPENS)).text
    assert HEADING in page and "2 things were added" in page and "The text was edited" in page
    assert (
        f'href="/contributions/{last.id}"' in page and f'href="/ideas/{idea.id}/history/2"' in page
    )
    # Still on the same visit.
    assert HEADING in (await ben.get(f"/ideas/{idea.id}", headers=OPENS)).text
    later = timedelta(hours=1)
    await db.execute(update(IdeaVisit).values(seen_at=func.now() + later))
    await db.commit()
    await db.execute(update(IdeaVisit).values(since=func.now() + later))
    await db.commit()
    assert HEADING not in (await ben.get(f"/ideas/{idea.id}", headers=OPENS)).text


async def test_a_first_visit_shows_nothing_and_neither_do_ones_own_deeds(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    await add_build(db, idea, cast.cem)
    for person in (cast.ben, None):
        reader = await browse(person)
        assert HEADING not in (await reader.get(f"/ideas/{idea.id}", headers=OPENS)).text
    await visited(db, idea, cast.cem)
    await add_build(db, idea, cast.cem)
    cem = await browse(cast.cem)
    assert HEADING not in (await cem.get(f"/ideas/{idea.id}", headers=OPENS)).text


async def test_what_was_hidden_meanwhile_is_not_told_of(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    await visited(db, idea, cast.ben)
    hidden = await add_build(db, idea, cast.cem)
    hidden.hidden_at = datetime.now(UTC)
    await db.commit()
    ben = await browse(cast.ben)
    assert HEADING not in (await ben.get(f"/ideas/{idea.id}", headers=OPENS)).text


async def test_only_opening_the_page_is_a_visit(db: AsyncSession, cast: Cast) -> None:
    """A copy that the browser fetches by itself makes nothing old that nobody has seen."""
    idea = await posted(db, cast)
    ben = await viewer_of(db, cast.ben)
    for arrives, visits in ((False, []), (True, [cast.ben.id]), (True, [cast.ben.id])):
        assert await OF_IDEAS.since(db, ben, idea.id, arrives=arrives) is None
        assert list(await db.scalars(select(IdeaVisit.person_id))) == visits
