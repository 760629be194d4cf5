"""An idea with very many contributions: its page shows the latest, each is found in its place."""

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.queries import find_contribution
from ideahub.conversation.rows import REPLIES
from ideahub.conversation.standing import place_of
from ideahub.conversation.statements import PAGE
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.talking import say

MANY = 2_000


async def _many(db: AsyncSession, idea: int, author: int, times: int, below: int | None) -> None:
    await db.execute(
        text("""
            insert into contribution (idea_id, author_id, kind, body, body_html, parent_id)
            select :idea, :author, 'question', 'Words ' || n, '<p>Words ' || n || '</p>',
                cast(:below as bigint)
            from generate_series(1, :times) as n
        """),
        {"idea": idea, "author": author, "times": times, "below": below},
    )
    if below is None:
        counts = (
            "update idea set contributions_count = contributions_count + :times where id = :idea"
        )
        await db.execute(text(counts), {"idea": idea, "times": times})


@pytest.fixture
async def idea(db: AsyncSession, cast: Cast) -> int:
    """Ada's, with two thousand contributions, the first of which has two hundred replies."""
    made = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    first = await say(db, cast.ben, made.id)
    await _many(db, made.id, cast.cem.id, MANY - 1, None)
    await _many(db, made.id, cast.cem.id, 200, first)
    await db.commit()
    return made.id


async def numbers(db: AsyncSession, which: str, idea: int) -> list[int]:
    found = f"select id from contribution where idea_id = :idea and {which} order by id"
    return list(await db.scalars(text(found), {"idea": idea}))


def shown(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'<li class="card" id="contribution-(\d+)"', page)]


async def test_all_are_read_page_by_page_without_a_script(
    db: AsyncSession, idea: int, browse: Browse
) -> None:
    stranger, seen = await browse(None), list[int]()
    address = f"/ideas/{idea}"
    for _page in range(MANY // PAGE):
        page = (await stranger.get(address)).text
        assert len(page) < 500_000
        seen = shown(page) + seen
        earlier = re.search(r'href="([^"]*before=\d+)"', page)
        assert (earlier is None) is (len(seen) == MANY)
        address = earlier[1] if earlier else ""
    assert seen == await numbers(db, "parent_id is null", idea)


async def opens(browser: Browser, place: str) -> bool:
    """Whether the page has what the address points to."""
    page, _, element = place.partition("#")
    answer = await browser.get(page)
    return answer.status_code == 200 and f'id="{element}"' in answer.text


async def _open_there(db: AsyncSession, cast: Cast, browse: Browse, which: Iterable[int]) -> None:
    viewer, ben = await viewer_of(db, cast.ben), await browse(cast.ben)
    for number in which:
        contribution, _idea = await find_contribution(db, viewer, number)
        place = await place_of(db, contribution)
        assert place.endswith(f"#contribution-{number}")
        assert await opens(ben, place), place


async def test_each_contribution_opens_where_it_stands(
    db: AsyncSession, cast: Cast, idea: int, browse: Browse
) -> None:
    """The newest on the idea's page, every other one among those around it."""
    own = await numbers(db, "parent_id is null", idea)
    edges = (
        0,
        1,
        PAGE - 1,
        PAGE,
        MANY // 2,
        MANY - PAGE - 1,
        MANY - PAGE,
        MANY - PAGE + 1,
        MANY - 1,
    )
    await _open_there(db, cast, browse, [own[at] for at in edges])
    viewer = await viewer_of(db, cast.ben)
    newest, _idea = await find_contribution(db, viewer, own[MANY - PAGE])
    assert await place_of(db, newest) == f"/ideas/{idea}#contribution-{newest.id}"


async def test_each_reply_opens_where_it_stands(
    db: AsyncSession, cast: Cast, idea: int, browse: Browse
) -> None:
    replies = await numbers(db, "parent_id is not null", idea)
    edges = (0, PAGE, 100, 200 - PAGE - 1, 200 - PAGE, 200 - REPLIES - 1, 200 - REPLIES, 199)
    await _open_there(db, cast, browse, [replies[at] for at in edges])


async def test_deeds_and_links_lead_there(
    db: AsyncSession, cast: Cast, idea: int, browse: Browse
) -> None:
    """Without a script: after thanks and replies, and back from the contribution's own page."""
    (first, *_others) = await numbers(db, "parent_id is null", idea)
    ada = await browse(cast.ada)
    thanked = await ada.post(f"/contributions/{first}/thanks")
    replied = await ada.post(f"/contributions/{first}/replies", {"body": "Gladly."})
    for answer in (thanked, replied):
        assert answer.status_code == 303
        assert await opens(ada, answer.headers["location"])
    for address in (f"/contributions/{first}", f"/contributions/{first}/adoption"):
        page = (await ada.get(address)).text
        link = re.search(rf'href="([^"]*#contribution-{first})"', page)
        assert link and await opens(ada, link[1]), address
