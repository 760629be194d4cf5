"""How an idea came to read as it does, for whoever may read the idea."""

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.text.diff import Piece, word_diff
from ideahub.ideas import differing
from ideahub.ideas.history import PAGE, revisions_of
from ideahub.ideas.models import CoAuthor, Idea, Revision
from ideahub.ideas.queries import find_idea
from ideahub.ideas.recounting import count_old_revisions
from ideahub.ideas.submitting import AdoptedBuild, IdeaText, revise_idea
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


async def revise(
    db: AsyncSession, cast: Cast, idea_id: int, body: str, *, by: str = "ada", note: str = "",
    adopts: AdoptedBuild | None = None,
) -> int:  # fmt: skip
    viewer = await viewer_of(db, getattr(cast, by))
    idea = await find_idea(db, viewer, idea_id)
    text = IdeaText(idea.title, body, idea.why, idea.tags)
    return await revise_idea(
        db, viewer, idea, text, from_revision=idea.revision, note=note, adopts=adopts
    )


async def test_every_revision_says_who_when_and_what(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.ben.id))
    body = "Children walk together in a line, with three adults."
    build = AdoptedBuild(1, cast.cem.id, "With three adults.")
    await revise(db, cast, idea.id, body, note="One more adult", adopts=build)
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


@pytest.mark.slow
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


async def heard(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], list[tuple[str, str]]]:
    """The statements sent and the comparisons made from here on."""
    statements: list[str] = []
    compared: list[tuple[str, str]] = []
    connection = (await db.connection()).sync_connection
    event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))

    def diff(old: str, new: str) -> list[Piece]:
        compared.append((old, new))
        return word_diff(old, new)

    monkeypatch.setattr(differing, "word_diff", diff)
    return statements, compared


async def test_the_list_compares_nothing_and_reads_no_text(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What each revision changed is kept: a list of long ones is as cheap as one of short ones."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await revise(db, cast, idea.id, "Children walk together.")
    await db.commit()
    stranger = await browse(None)
    statements, compared = await heard(db, monkeypatch)
    page = (await stranger.get(f"/ideas/{idea.id}/history")).text
    assert "0 words added, 6 words removed" in page
    queries = [one for one in statements if "revision.number" in one]
    assert len(queries) == 1
    assert not any(f"revision.{text}" in queries[0] for text in ("body", "why", "title"))
    assert compared == []
    for number in range(PAGE):
        await revise(db, cast, idea.id, f"Children walk in {number} lines. " + "Again. " * 500)
    await db.commit()
    compared.clear()
    assert (await stranger.get(f"/ideas/{idea.id}/history")).status_code == 200
    assert compared == []


async def test_the_pages_of_a_history_lead_to_each_other(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for number in range(PAGE):
        await revise(db, cast, idea.id, f"Children walk in {number} lines.")
    await db.commit()
    stranger = await browse(None)
    address = f"/ideas/{idea.id}/history"
    first = (await stranger.get(address)).text
    assert f'href="{address}?before=2" rel="next"' in first
    assert 'id="revision-2"' in first
    assert 'id="revision-1"' not in first
    rest = (await stranger.get(f"{address}?before=2")).text
    assert 'id="revision-1"' in rest
    assert "First text" in rest
    assert "20 words" in rest
    assert f'href="{address}"' in rest
    assert 'rel="next"' not in rest


async def test_the_clock_counts_what_was_written_before_there_were_figures(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await revise(db, cast, idea.id, "Children walk together in a line, with three adults.")
    kept = select(Revision.number, Revision.words_added, Revision.words_removed)
    before = (await db.execute(kept.order_by(Revision.number))).all()
    assert before == [(1, 20, 0), (2, 1, 1)]
    await db.execute(update(Revision).values(words_added=None, words_removed=None))
    await db.commit()
    stranger = await browse(None)
    page = (await stranger.get(f"/ideas/{idea.id}/history")).text
    assert "Revision 2" in page
    assert "words" not in page.split('class="history"')[1].split("</ol>")[0]
    await count_old_revisions(db)
    assert (await db.execute(kept.order_by(Revision.number))).all() == before


async def test_the_clock_counts_a_little_at_a_time(
    db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    for number in range(4):
        await revise(db, cast, idea.id, f"Children walk in {number} lines.")
    await db.execute(update(Revision).values(words_added=None, words_removed=None))
    monkeypatch.setattr("ideahub.ideas.recounting.SECONDS", -1)
    left = select(func.count()).where(Revision.words_added.is_(None))
    for expected in (4, 3, 2, 1, 0, 0):
        await count_old_revisions(db)
        assert await db.scalar(left) == expected


async def test_a_comparison_made_in_vain_is_not_kept(db: AsyncSession, cast: Cast) -> None:
    """Somebody else was faster, but with the same revision in view: the clock counts anew."""
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await viewer_of(db, cast.ada)
    seen = await find_idea(db, ada, idea.id)
    await revise(db, cast, idea.id, "Children walk together.")
    text = IdeaText(seen.title, "Children walk alone.", seen.why, seen.tags)
    assert await revise_idea(db, ada, seen, text, from_revision=2) == 3
    third = select(Revision.words_added, Revision.words_removed).where(Revision.number == 3)
    assert (await db.execute(third)).one() == (None, None)
    await count_old_revisions(db)
    assert (await db.execute(third)).one() == (1, 1)
