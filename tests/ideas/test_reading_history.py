"""How an idea came to read as it does, for whoever may read the idea."""

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.ideas.finding import find_idea
from ideahub.ideas.history import PAGE, revisions_of
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.submitting import IdeaText, revise_idea
from tests.cast import Cast, make_campaign, make_idea, viewer_of
from tests.conftest import Browse


async def revise(
    db: AsyncSession, cast: Cast, idea_id: int, body: str, *, by: str = "ada", note: str = "",
    adopted_from: int | None = None,
) -> int:  # fmt: skip
    viewer = await viewer_of(db, getattr(cast, by))
    idea = await find_idea(db, viewer, idea_id)
    text = IdeaText(idea.title, body, idea.why, idea.tags)
    return await revise_idea(
        db, viewer, idea, text, from_revision=idea.revision, note=note, adopted_from=adopted_from
    )


async def test_every_revision_says_who_when_and_what(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    body = "Children walk together in a line, with three adults."
    await revise(db, cast, idea.id, body, note="One more adult", adopted_from=cast.cem.id)
    await revise(db, cast, idea.id, "Children walk together in a line.", by="ben")
    stranger = await browse(None)
    page = (await stranger.get(f"/ideas/{idea.id}/history")).text
    assert "“One more adult”" in page
    assert "taking up a build by Cem Aydin" in page
    assert "by Ben Okoye" in page
    assert "1 word added, 1 word removed" in page
    assert "0 words added, 3 words removed" in page
    assert page.index("revision-3") < page.index("revision-2") < page.index("revision-1")
    assert "(UTC)" in page


async def test_a_revision_shows_what_it_changed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await revise(db, cast, idea.id, "Children walk together in a line, with three adults.")
    stranger = await browse(None)
    page = (await stranger.get(f"/ideas/{idea.id}/history/2")).text
    assert "two" in page.split("<del>")[1].split("</del>")[0]
    assert "three" in page.split("<ins>")[1].split("</ins>")[0]
    # Readable without colour, and read out.
    assert "[added:]" in page
    assert "[removed:]" in page
    first = (await stranger.get(f"/ideas/{idea.id}/history/1")).text
    assert "<del>" not in first
    assert "Children walk together" in first.split("<ins>")[2]


async def test_what_was_written_cannot_become_a_program(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await revise(
        db, cast, idea.id, "<script>alert(1)</script>", note="<img src=x onerror=alert(1)>"
    )
    stranger = await browse(None)
    for url in (f"/ideas/{idea.id}/history", f"/ideas/{idea.id}/history/2"):
        page = (await stranger.get(url)).text
        assert "<script>alert" not in page
        assert "<img" not in page


@pytest.mark.parametrize("number", ["0", "2", "-1", "99999", "x"])
async def test_there_is_nothing_where_there_is_no_revision(
    db: AsyncSession, cast: Cast, browse: Browse, number: str
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    stranger = await browse(None)
    assert (await stranger.get(f"/ideas/{idea.id}/history/{number}")).status_code == 404


async def test_it_is_visible_exactly_as_the_idea_is(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, campaign, cast.ada)
    urls = [f"/ideas/{idea.id}/history", f"/ideas/{idea.id}/history/1"]
    for person, status in ((cast.zed, 404), (None, 404), (cast.cem, 404), (cast.ben, 200)):
        browser = await browse(person)
        for url in urls:
            assert (await browser.get(url)).status_code == status
    await db.execute(update(Idea).where(Idea.id == idea.id).values(hidden_at=func.now()))
    await db.commit()
    ben, ada = await browse(cast.ben), await browse(cast.ada)
    for url in urls:
        assert (await ben.get(url)).status_code == 404
        assert (await ada.get(url)).status_code == 200


async def test_a_long_history_comes_in_pages(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for number in range(2, PAGE * 2 + 2):
        assert await revise(db, cast, idea.id, f"Children walk in {number} lines.") == number
    viewer = await viewer_of(db, None)
    found = await find_idea(db, viewer, idea.id)
    seen: list[int] = []
    before: int | None = None
    while True:
        some, before = await revisions_of(db, found, before=before)
        assert len(some) <= PAGE
        seen += [one.number for one in some]
        assert all(one.added for one in some)
        if before is None:
            break
    assert seen == list(range(PAGE * 2 + 1, 0, -1))
