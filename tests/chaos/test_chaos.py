"""A short `make chaos`: under faults nothing that was acknowledged is lost, and none is doubled."""

import asyncio
import os
import sys
from pathlib import Path
from random import Random

import pytest

from tests.chaos.comparing import differences, faults_in
from tests.chaos.life import acting, watching
from tests.chaos.place import Place, opened
from tests.chaos.shaking import Verdict, shake
from tests.chaos.watchers import Watcher
from tests.support.dom import Node
from tests.support.effort import effort
from tests.support.programs import needs

# Processes are found in /proc.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc"),
]
FAULTS, SEED = effort(8, 40), 7


async def test_nothing_is_lost_or_doubled(own_folder: Path) -> None:
    verdict = Verdict()
    await shake(own_folder.parent, FAULTS, SEED, verdict, bus=False)
    assert not verdict.breaches, verdict
    assert verdict.faults.total() == FAULTS


@needs("redis-server")
async def test_nothing_is_lost_or_doubled_with_a_bus(own_folder: Path) -> None:
    verdict = Verdict()
    await shake(own_folder.parent, FAULTS, SEED, verdict, bus=True)
    assert not verdict.breaches, verdict
    assert verdict.faults.total() == FAULTS


# What is said to differ → what is done to the database, one after the other.
DAMAGES = {
    "votes: idea ": "update idea set votes_count = votes_count + 1",
    " votes, its page shows ": "select 1",
    "there 2 times: “Word ": """
        insert into contribution (idea_id, author_id, kind, body, body_html)
        select idea_id, author_id, kind, body, body_html from contribution limit 1
    """,
    "is there 2 times, and was told 1 times": "select 1",
    "events of one vote add up to 2: ": """
        insert into event (kind, actor_id, campaign_id, idea_id)
        select kind, actor_id, campaign_id, idea_id from event where kind = 'vote cast'
        and (actor_id, idea_id) in (select person_id, idea_id from vote) limit 1
    """,
    "there all the same: the vote of ": """
        insert into vote (idea_id, person_id)
        select idea.id, person.id from idea, person where person.name like 'Reader%' limit 1
    """,
    "lost: the acknowledged vote of ": "delete from vote",
    "lost: the acknowledged “Word ": "delete from contribution",
}


async def test_what_differs_is_named(own_folder: Path) -> None:
    async with (
        opened(own_folder.parent, Random(SEED), bus=False) as place,
        watching(place) as watchers,
    ):
        async with acting(place):
            while not (any(place.memory.votes.values()) and place.memory.said):
                await place.goes_on("none yet")
        assert await differences(place, watchers) == []
        (region,) = (one for one in watchers[-1].page.root.walk() if _is_support(one))
        region.children = ["more than all others see"]
        (told,) = await differences(place, watchers, patience=0)
        assert "more than all others see" in told
        left = {**os.environ, "IDEAHUB_VAR": str(place.folder)}
        stray = await asyncio.create_subprocess_exec("sleep", "600", env=left)
        told = "\n".join(await differences(place, watchers, patience=0))
        stray.kill()
        assert f"process {stray.pid} did not end" in told
        for sentence, damage in DAMAGES.items():
            await place.server.ask(damage)
            await _is_told(sentence, place, watchers)


async def _is_told(sentence: str, place: Place, watchers: list[Watcher]) -> None:
    # Kept pages may be ten seconds older than what nobody announced.
    async with asyncio.timeout(60):
        while sentence not in "\n".join(await differences(place, watchers, patience=0)):
            await asyncio.sleep(1)


def _is_support(node: Node) -> bool:
    return node.attributes.get("id", "").endswith("-support")


def test_faults_of_the_site_are_named() -> None:
    printed = ["ready", "Fault at GET /", "Traceback (most recent call last):", "  File", "Odd: 1"]
    assert faults_in(printed) == ["the site said: Fault at GET /", "the site said: Odd: 1"]
    assert not faults_in(["The listener lost its connection: it is gone"])
