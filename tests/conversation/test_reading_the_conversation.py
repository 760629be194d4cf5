"""Reading what was said: in pages, by kind, under the names people chose."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.rows import REPLIES
from ideahub.conversation.statements import PAGE
from ideahub.ideas.models import Idea
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.dom import section, tree
from tests.support.talking import answer, say


async def fill(
    db: AsyncSession, idea: Idea, author_id: int, number: int, parent_id: int | None = None
) -> list[int]:
    """Many contributions at once, past the limits that people have."""
    rows = [
        {
            "idea_id": idea.id,
            "author_id": author_id,
            "kind": ContributionKind.BUILD,
            "parent_id": parent_id,
            "body": f"Thought {one}",
            "body_html": f"<p>Thought {one}</p>",
        }
        for one in range(number)
    ]
    made = await db.scalars(insert(Contribution).returning(Contribution.id), rows)
    await db.commit()
    return sorted(made)


def listed(html: str, list_id: str) -> list[int]:
    """The numbers of the contributions in a list, in order."""
    found = section(html, list_id)
    ids = [one.attributes["id"] for one in found.children if not isinstance(one, str)]
    return [int(one.removeprefix("contribution-")) for one in ids]


async def test_the_latest_are_shown_oldest_first_and_earlier_ones_by_a_link(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await fill(db, idea, cast.ben.id, PAGE * 2 + 7)
    stranger = await browse(None)
    page = (await stranger.get(f"/ideas/{idea.id}")).text
    assert listed(page, f"idea-{idea.id}-contributions") == made[-PAGE:]
    seen: list[int] = []
    url = f"/ideas/{idea.id}/contributions"
    before = f"?before={made[-PAGE]}"
    assert before in page
    while before:
        page = (await stranger.get(url + before)).text
        some = listed(page, f"idea-{idea.id}-contributions-before")
        seen = some + seen
        before = f"?before={some[0]}" if f"?before={some[0]}" in page else ""
    assert seen == made[:-PAGE]


async def test_a_long_thread_shows_its_latest_replies_and_has_a_page(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    replies = await fill(db, idea, cast.cem.id, PAGE + 3, made)
    stranger = await browse(None)
    page = (await stranger.get(f"/ideas/{idea.id}")).text
    assert listed(page, f"contribution-{made}-replies") == replies[-REPLIES:]
    assert f"Show {PAGE + 3 - REPLIES} earlier replies" in page
    own = (await stranger.get(f"/contributions/{made}")).text
    assert listed(own, f"contribution-{made}-replies") == replies[-PAGE:]
    assert f"/contributions/{made}?before={replies[3]}" in own
    first = (await stranger.get(f"/contributions/{made}?before={replies[3]}")).text
    assert listed(first, f"contribution-{made}-replies") == replies[:3]
    # A reply's own address shows the thread it belongs to.
    assert "Thought 5" in (await stranger.get(f"/contributions/{replies[5]}")).text


async def test_one_kind_alone(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await say(db, cast.ben, idea.id)
    asked = await say(db, cast.cem, idea.id, "Who leads?", ContributionKind.QUESTION)
    stranger = await browse(None)
    page = (await stranger.get(f"/ideas/{idea.id}/contributions?kind=question")).text
    assert listed(page, f"idea-{idea.id}-contributions-question") == [asked]
    counts = section(page, f"idea-{idea.id}-contribution-counts")
    numbers = [one.children for one in counts.walk() if one.tag == "span"]
    assert numbers == [["2"], ["1"], ["1"], ["0"], ["0"], ["0"]]
    for nonsense in ("?kind=praise", "?kind=", "?before=0"):
        url = f"/ideas/{idea.id}/contributions{nonsense}"
        assert (await stranger.get(url)).status_code == 200


async def test_an_empty_conversation_invites(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    page = (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).text
    assert "Nobody has said “yes, and…” yet" in page


async def test_a_pseudonym_holds_in_the_conversation_too(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city, allows_pseudonyms=True)
    idea = await make_idea(db, campaign, cast.ada)
    idea.pseudonym = "Night Owl"
    own = await say(db, cast.ada, idea.id, "And a lantern.")
    other = await say(db, cast.ben, idea.id)
    await answer(db, cast.ada, other, "I like that.")
    ada = await browse(cast.ada)
    text = {"title": "A walking bus", "body": "With grandparents.", "revision": "1"}
    await ada.post(f"/contributions/{other}/adoption", text)
    stranger = await browse(None)
    for url in (
        f"/ideas/{idea.id}",
        f"/ideas/{idea.id}/contributions",
        f"/contributions/{own}",
        f"/contributions/{other}",
        f"/ideas/{idea.id}/history",
        f"/ideas/{idea.id}/history/1",
        f"/ideas/{idea.id}/history/2",
    ):
        page = (await stranger.get(url)).text
        assert "Ada Lind" not in page, url
        assert f"/people/{cast.ada.id}" not in page, url
        assert "Night Owl" in page, url
    # Elsewhere her name is hers.
    elsewhere = await make_idea(db, campaign, cast.ben, "Another")
    await say(db, cast.ada, elsewhere.id)
    assert "Ada Lind" in (await (await browse(None)).get(f"/ideas/{elsewhere.id}")).text


async def test_pages_are_well_formed_and_every_id_is_its_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    made = await say(db, cast.ben, idea.id)
    await answer(db, cast.ada, made)
    await say(db, cast.cem, idea.id, "Rain.", ContributionKind.CONCERN, "Capes.")
    ada = await browse(cast.ada)
    for url in (
        f"/ideas/{idea.id}",
        f"/ideas/{idea.id}/contributions",
        f"/contributions/{made}",
        f"/contributions/{made}/replies/new",
        f"/contributions/{made}/adoption",
        f"/ideas/{idea.id}/history",
        f"/ideas/{idea.id}/history/1",
    ):
        page = tree((await ada.get(url)).text)
        ids = [one.attributes["id"] for one in page.walk() if "id" in one.attributes]
        assert sorted(ids) == sorted(set(ids)), url
        assert not [one for one in page.walk() if "style" in one.attributes], url
