"""A desk on which five hundred things of each kind wait is as quick and as light as any other."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.ideas.models import Idea
from ideahub.pipeline.waiting import MOST_LOOKED_AT
from ideahub.sponsorship.queries import MOST_WAITING
from tests.conftest import Browse, Counted
from tests.support.cast import Cast
from tests.support.ripening import posted

MANY = 510
LIGHT = 60_000
# What the first gate asks for: five supporters, a word on why, and something that others added.
FILL = (
    """insert into idea (campaign_id, author_id, title, body, body_html, why, why_html, votes_count)
    select campaign_id, author_id, 'One of many ' || n, 'b', 'b', 'w', 'w', 5
    from idea, generate_series(1, :many) n where id = :idea""",
    """insert into contribution (idea_id, author_id, kind, body, body_html)
    select id, :other, 'build', 'b', 'b' from idea where title like 'One of many%'""",
    """insert into pledge (idea_id, sponsor_id, kind, promise, expires_on, accepted_at)
    select id, :leader, 'mandate', 'p', current_date + 10, now()
    from idea where title like 'One of many%'""",
    """insert into pledge (idea_id, sponsor_id, kind, promise, expires_on, accepted_at, lapsed_at)
    select id, :leader, 'mandate', 'p', current_date - 10, now(), now()
    from idea where title like 'One of many%'""",
    """with owed as (insert into owed_response (idea_id, owed_since, due_on, due_at, timezone,
    supporters, organisations) select id, now(), current_date + 3, now() + interval '3 days', 'UTC',
    5, 1 from idea where title like 'One of many%' on conflict do nothing returning id)
    insert into response_owner (owed_id, person_id, source)
    select id, :leader, 'named' from owed""",
)


async def fill(db: AsyncSession, cast: Cast, idea: Idea, many: int) -> None:
    """So many ideas with a gate, a promise and an answer that wait for Sam, and old promises."""
    people = {"leader": cast.sam.id, "other": cast.ben.id, "idea": idea.id, "many": many}
    for statement in FILL:
        asked = {name: value for name, value in people.items() if f":{name}" in statement}
        await db.execute(text(statement), asked)
    await db.commit()


async def test_it_takes_as_many_queries_and_no_more_bytes(
    db: AsyncSession,
    cast: Cast,
    browse: Browse,
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    _, idea = await posted(db, cast)
    await fill(db, cast, idea, 3)
    sam = await browse(cast.sam)
    with count_queries() as few:
        assert "Others wait as well" not in (await sam.get("/desk")).text
    await fill(db, cast, idea, MANY)
    with count_queries() as many:
        full = (await sam.get("/desk")).text
    assert many.number == few.number
    assert f"The first {MOST_LOOKED_AT}" in full and f"The first {MOST_WAITING}" in full
    for section in ("answers", "gates", "promises"):
        page = (await sam.get(f"/desk/{section}")).text
        assert len(page.encode()) < LIGHT
        assert "Others wait as well. They follow here as these are done." in page
    assert len(full.encode()) < LIGHT


async def test_old_promises_leave_nothing_out_that_is_to_do(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await posted(db, cast)
    await fill(db, cast, idea, 190)
    page = (await (await browse(cast.sam)).get("/pledges")).text
    assert page.count("Mark as kept") == 190
    assert f"/profiles/{cast.sam.id}/record" in page
