"""Kept counts: always what the rows say, and said so where they are not."""

import asyncio
import random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.conversation.thanking import thank
from ideahub.core.db import Database
from ideahub.core.viewer import STRANGER
from ideahub.features import COUNTS, metadata
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import find_idea
from ideahub.ideas.tallying import count_all, count_stages, merge_tallies
from ideahub.ideas.voting import vote
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of

KEPT = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    for column in table.columns
    if column.name.endswith("_count")
]


async def wrong(db: AsyncSession) -> set[str]:
    """The counts of which some row is wrong."""
    found = {count.name: (await db.execute(count.differing)).scalar_one() for count in COUNTS}
    return {name for name, off in found.items() if off}


def test_every_kept_count_is_compared() -> None:
    assert {f"{table}.{column}" for table, column in KEPT} == {count.kept for count in COUNTS} - {
        ""
    }


@pytest.mark.parametrize(("table", "column"), KEPT)
async def test_a_wrong_count_is_found(
    db: AsyncSession, cast: Cast, table: str, column: str
) -> None:
    await _something_of_everything(db, cast)
    assert await wrong(db) == set()
    await db.execute(text(f"update {table} set {column} = {column} + 1"))
    (name,) = [one.name for one in COUNTS if one.kept == f"{table}.{column}"]
    # The trigger believes the count: the figures add up what is kept in the ideas.
    assert await wrong(db) == {name}


async def test_wrong_figures_are_found(db: AsyncSession, cast: Cast) -> None:
    await _something_of_everything(db, cast)
    for column in ("ideas", "votes", "contributions", "adopted", "pledges"):
        await db.execute(text(f"update idea_tally set {column} = {column} + 1"))
        assert await wrong(db) == {"figures of challenges and idea boxes"}
        await db.execute(text(f"update idea_tally set {column} = {column} - 1"))
        assert await wrong(db) == set()


async def _something_of_everything(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    made = await make_idea(db, campaign, cast.ada)
    ben = await viewer_of(db, cast.ben)
    idea = await find_idea(db, ben, made.id)
    await vote(db, ben, idea)
    number = await contribute(db, ben, idea, ContributionKind.BUILD, "Yes, and vests.")
    said, _ = await find_contribution(db, ben, number)
    await thank(db, await viewer_of(db, cast.cem), idea, said)


# What may become of an idea, by whatever way: rules, imports, moderators, operators.
CHANGES = (
    "update idea set stage = 'pilot' where id = :id",
    "update idea set stage = 'spark', hidden_at = null where id = :id",
    "update idea set hidden_at = now() where id = :id",
    "update idea set withdrawn_at = now() where id = :id",
    "update idea set withdrawn_at = null, title = 'Again' where id = :id",
    "update idea set campaign_id = (select max(id) from campaign) where id = :id",
    "update idea set votes_count = votes_count + 3, adopted_count = 1 where id = :id",
    "update idea set contributions_count = contributions_count + 1",
    "update idea set votes_count = votes_count where id = :id",
    (
        "insert into pledge (idea_id, sponsor_id, kind, promise, expires_on, accepted_at)"
        " select id, author_id, 'mandate', 'We will', current_date, now() from idea where id = :id"
    ),
    (
        "insert into pledge (idea_id, sponsor_id, kind, promise, expires_on)"
        " select id, author_id, 'mandate', 'We may', current_date from idea where id = :id"
    ),
    "update pledge set accepted_at = now() where idea_id = :id",
    "update pledge set withdrawn_at = now() where idea_id = :id",
    "update pledge set withdrawn_at = null where idea_id = :id",
    "delete from pledge where idea_id = :id",
    (
        "insert into idea (campaign_id, author_id, title, body, body_html, stage, votes_count)"
        " select campaign_id, author_id, 'Two at once', '', '', stage, 2 from idea where id = :id"
        " union all select campaign_id, author_id, 'Hidden', '', '', 'learned', 4 from idea"
    ),
    "delete from revision; delete from idea where id = :id",
    "together",
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
async def test_figures_are_the_rows_whatever_happens(
    db: AsyncSession, cast: Cast, seed: int
) -> None:
    chance = random.Random(seed)
    campaigns = [await make_campaign(db, cast.city) for _ in range(2)]
    ideas = [(await make_idea(db, one, cast.ada, f"{n}")).id for one in campaigns for n in "ab"]
    await db.execute(text("delete from event"))
    for _ in range(30):
        change = chance.choice(CHANGES)
        if change == "together":
            await merge_tallies(db)
            continue
        for statement in change.split(";"):
            values = {"id": chance.choice(ideas)} if ":id" in statement else {}
            await db.execute(text(statement), values)
        assert "figures of challenges and idea boxes" not in await wrong(db), change
        assert "pledges" not in await wrong(db), change


async def test_the_home_page_shows_what_is_listed_for_its_reader(
    db: AsyncSession, cast: Cast
) -> None:
    public = await make_campaign(db, cast.city)
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    draft = await make_campaign(db, cast.city)
    for campaign in (public, internal, draft):
        for number in range(3):
            await make_idea(db, campaign, cast.ada, f"{campaign.id} {number}")
    hidden = await make_idea(db, public, cast.ada, "Hidden")
    hidden.hidden_at = hidden.created_at
    draft.published_at = None
    await db.flush()
    await db.execute(text("update idea set votes_count = 2, stage = 'pilot' where title ~ '1$'"))
    for person, sees in ((None, 3), (cast.zed, 3), (cast.ben, 6), (cast.mia, 9)):
        viewer = await viewer_of(db, person)
        figures = await count_all(db, viewer)
        assert (figures.ideas, figures.votes) == (sees, sees // 3 * 2), person
        stages = await count_stages(db, viewer)
        assert (stages[Stage.SPARK], stages[Stage.PILOT]) == (sees // 3 * 2, sees // 3)


async def test_an_import_is_counted_at_once(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.execute(
        text("""
            insert into idea (campaign_id, author_id, title, body, body_html)
            select cast(:campaign as bigint), cast(:author as bigint), 'n', '', ''
            from generate_series(1, 500)
        """),
        {"campaign": campaign.id, "author": cast.ada.id},
    )
    assert (await count_all(db, STRANGER)).ideas == 500


async def test_the_clock_puts_many_rows_together(db: AsyncSession, cast: Cast) -> None:
    await test_an_import_is_counted_at_once(db, cast)
    await merge_tallies(db)
    assert (await count_all(db, STRANGER)).ideas == 500
    assert (await db.execute(text("select count(*) from idea_tally"))).scalar_one() == 1


async def test_votes_for_two_ideas_wait_for_nobody(committing: Database) -> None:
    """Two in one challenge at one moment: the kept figures make neither wait for the other."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        one, two = [(await make_idea(db, campaign, cast.ada, title)).id for title in ("A", "B")]
        ben, cem = await viewer_of(db, cast.ben), await viewer_of(db, cast.cem)
    async with committing.transaction() as first:
        await vote(first, ben, await find_idea(first, ben, one))
        async with asyncio.timeout(15), committing.transaction() as second:
            await vote(second, cem, await find_idea(second, cem, two))
        async with asyncio.timeout(15), committing.transaction() as clock:
            await merge_tallies(clock)
    async with committing.reading() as db:
        assert (await count_all(db, STRANGER)).votes == 2
        assert await wrong(db) == set()
