"""Whatever people do, in whatever order: an open page with what it is told is the page anew.

The property that every live page rests on. People act at random on one idea; strangers,
colleagues, its author and its manager have pages open; after each few deeds every region of
every page must read as in a copy fetched at that moment.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ideahub.accounts.sessions import begin_session
from ideahub.app import acts, shows
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.features import COUNTS
from ideahub.realtime.hub import Hub
from tests.realtime.acting import DEEDS, Stage
from tests.support.cast import make_campaign, make_cast, make_idea
from tests.support.dom import tree
from tests.support.effort import effort
from tests.support.open_pages import FORBIDDEN, Heard, Page, fetch
from tests.support.wiring import client_of

ACTORS = ("ada", "ben", "mia", "cem")
VIEWERS = ("stranger", "ben", "ada", "mia")
# Jo only watches: nothing that everyone is told may name who happens to look.
WATCHER = "Jo Klein"
KEPT = {"alembic_version", "gate", "gate_criterion"}

Deeds = Sequence[tuple[str, str, int]]
# What has happened already, most of the time, so that there is something to go on with.
BEGUN: Deeds = (
    *(("contribute", "ben", 0), ("contribute", "cem", 3), ("contribute", "cem", 0)),
    *(("reply", "ada", 1), ("pledge", "sam", 0), ("pledge", "sam", 2), ("accept", "ada", 0)),
    *(("plan", "ada", 0), ("read off", "ada", 3), ("attach", "ada", 0), ("vote", "cem", 0)),
)
# What chance seldom brings about.
RARE: list[Deeds] = [
    [("edit", "ada", 0), ("decline", "ada", 1)],
    [("decide", "mia", 2)],
    [("decide", "mia", 3)],
    [("decide", "mia", 4)],
]
deeds = st.tuples(st.sampled_from(sorted(DEEDS)), st.sampled_from(ACTORS), st.integers(0, 30))
moments = st.lists(st.lists(deeds, min_size=2, max_size=5), min_size=4, max_size=7)


@pytest.mark.slow
@settings(
    max_examples=effort(6, 20),
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example(before=BEGUN, moments=RARE)
@example(before=(), moments=[[("edit", "ada", 0)]])
@given(before=st.sampled_from([BEGUN, BEGUN, ()]), moments=moments)
async def test_a_page_told_of_everything_is_the_page_anew(
    committing: Database, config: Config, before: Deeds, moments: list[Deeds]
) -> None:
    async with client_of(config, committing) as client:
        stage, pages, hub = await _open_all(committing, client, before)
        for moment in moments:
            await _do(stage, moment)
            await hub.catch_up()
            for page in pages:
                # Lists stay open through the whole story and are compared at its end.
                await _keeps_up(stage, page, compare=page.strict or moment is moments[-1])
        await _tallies_agree(committing, stage)


async def _do(stage: Stage, deeds: Deeds) -> None:
    for deed, who, number in deeds:
        await DEEDS[deed](stage, who, number)


async def _open_all(
    database: Database, client: httpx.AsyncClient, before: Deeds
) -> tuple[Stage, list[Page], Hub]:
    await _empty(database)
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        idea = await make_idea(db, campaign, cast.ada)
        await make_idea(db, campaign, cast.cem, "Bells for bicycles")
        names = ("ada", "ben", "cem", "mia", "sam", "jo")
        secrets = {name: await begin_session(db, getattr(cast, name).id) for name in names}
    urls = [(f"/ideas/{idea.id}", True), ("/ideas", False), (campaign.url, False), ("/", False)]
    pages = [Page(who, url, strict) for url, strict in urls for who in VIEWERS]
    pages.append(Page("jo", urls[0][0], strict=True))
    stage = Stage(database, client, secrets, idea.id)
    await _do(stage, before)
    hub = Hub(database, shows(), acts=acts())
    await hub.catch_up()
    for page in pages:
        html = (await fetch(client, page, secrets)).text
        page.show(html)
        page.listen(html, hub.rooms)
    return stage, pages, hub


async def _keeps_up(stage: Stage, page: Page, *, compare: bool) -> None:
    heard = page.hear()
    _tells_no_viewer(heard, stage)
    if not (compare or heard.refresh):
        return
    answer = await fetch(stage.client, page, stage.secrets)
    before = page.regions()
    page.show(answer.text)
    now = page.regions()
    if heard.refresh:
        # The browser asked again and has this very copy.
        return
    with _telling(stage, page):
        assert page.strict is False or before.keys() == now.keys()
        for region in before.keys() & now.keys():
            assert before[region] == now[region], region


def _tells_no_viewer(heard: Heard, stage: Stage) -> None:
    for message in heard.texts:
        assert WATCHER not in message
        assert not any(secret in message for secret in stage.secrets.values())
        found = {node.tag for node in tree(message).walk()} & FORBIDDEN
        assert not found, message


@contextmanager
def _telling(stage: Stage, page: Page) -> Iterator[None]:
    try:
        yield
    except AssertionError as wrong:
        raise AssertionError(f"{page.who} at {page.url} after {stage.done}\n{wrong}") from wrong


async def _tallies_agree(database: Database, stage: Stage) -> None:
    async with database.reading() as db:
        for count in COUNTS:
            off = (await db.execute(count.differing)).scalar_one()
            assert off == 0, (count.name, stage.done)


async def _empty(database: Database) -> None:
    async with database.transaction() as db:
        found = await db.scalars(
            text("select tablename from pg_tables where schemaname = 'public'")
        )
        tables = ", ".join(sorted(f'"{name}"' for name in set(found) - KEPT))
        # gate refers to campaigns, but those of the default pipeline to none.
        await db.execute(text("create temp table g on commit drop as table gate"))
        await db.execute(text("create temp table c on commit drop as table gate_criterion"))
        await db.execute(text(f"truncate {tables} restart identity cascade"))
        await db.execute(text("insert into gate overriding system value table g"))
        await db.execute(text("insert into gate_criterion overriding system value table c"))
