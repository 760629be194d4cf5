"""`ideahub run --workers 2`: what is done in one process appears through the other, and neither a
process that dies nor a renewal of all of them loses anything."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ideahub.server import embedded
from tests.support.child_processes import links, workers_of
from tests.support.short_lived import copy_data, short_lived_folder
from tests.support.started import PATIENCE, Filled, Started, fill, started, supporters, watching

# They look into /proc to see which process answers.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc"),
]


@dataclass
class Both:
    """A site of two processes."""

    site: Started
    filled: Filled

    def workers(self) -> set[int]:
        """The processes that accept connections, by number."""
        return workers_of(self.site.process.pid)

    def process_of(self, client_port: int) -> int:
        """The process that has this connection."""
        inode = inode_of(self.site.port, client_port)
        (found,) = (pid for pid in self.workers() if f"socket:[{inode}]" in links(pid))
        return found

    async def until_whole(self, not_with: set[int]) -> set[int]:
        """Returns when two processes run, none of them one of these."""
        async with asyncio.timeout(PATIENCE):
            while len(found := self.workers()) != 2 or found & not_with:
                await asyncio.sleep(0.1)
        return found


def inode_of(server_port: int, client_port: int) -> str:
    """The number of the server's end of a connection."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ports = [int(field.split(":")[1], 16) for field in fields[1:3]]
        if ports == [server_port, client_port]:
            return fields[9]
    raise AssertionError("no such connection")


@pytest.fixture(scope="module")
async def both(migrated_folder: Path) -> AsyncIterator[Both]:
    """One site for all tests here: it takes seconds to start."""
    with short_lived_folder() as folder:
        copy_data(migrated_folder, folder / "postgres")
        with embedded.database(folder / "postgres") as url:
            filled = await fill(url)
        async with started({}, folder, "--workers", "2") as site:
            both = Both(site, filled)
            await both.until_whole(set())
            yield both


def port_of(answer: httpx.Response) -> int:
    """The client's port of the connection on which this was answered."""
    address: tuple[str, int] = answer.extensions["network_stream"].get_extra_info("client_addr")
    return address[1]


async def one_client_each(both: Both, stack: AsyncExitStack) -> dict[int, httpx.AsyncClient]:
    """Process → a client whose connection it has."""
    found: dict[int, httpx.AsyncClient] = {}
    async with asyncio.timeout(PATIENCE):
        while len(found) < 2:
            client = await stack.enter_async_context(both.site.client())
            answer = await client.get("/healthz")
            found.setdefault(both.process_of(port_of(answer)), client)
    return found


async def test_a_deed_in_one_process_appears_through_the_other(both: Both) -> None:
    site, idea = both.site, both.filled.idea
    async with AsyncExitStack() as stack:
        clients = await one_client_each(both, stack)
        # Enough that both processes have some of them: one in a thousand runs would have none.
        watchers = await stack.enter_async_context(watching(site, idea, 10))
        for secret, client in zip(both.filled.secrets, clients.values(), strict=False):
            before = watchers[0].shown
            assert await site.vote(client, idea, secret, on=True) == 303
            for watcher in watchers:
                await watcher.until_shows(before + 1)
            assert await site.vote(client, idea, secret, on=False) == 303
            for watcher in watchers:
                await watcher.until_shows(before)


async def test_a_killed_process_is_replaced_while_the_other_answers(both: Both) -> None:
    site, before = both.site, both.workers()
    async with AsyncExitStack() as stack:
        clients = await one_client_each(both, stack)
        killed, survivor = before
        os.kill(killed, signal.SIGKILL)
        # The survivor's connection stays, and new ones are taken by it.
        assert (await clients[survivor].get("/healthz")).status_code == 200
        async with site.client() as new:
            assert (await new.get(f"/ideas/{both.filled.idea}")).status_code == 200
        after = await both.until_whole({killed})
        assert survivor in after
        await one_client_each(both, stack)


async def test_a_renewal_loses_no_deed_and_no_update(both: Both) -> None:
    site, before, idea = both.site, both.workers(), both.filled.idea
    async with watching(site, idea, 4) as watchers:
        async with supporters(site, both.filled) as stands:
            await asyncio.sleep(1)
            site.process.send_signal(signal.SIGHUP)
            await site.until_said("the processes are renewed")
            await asyncio.sleep(1)
        after = await both.until_whole(before)
        assert len(after) == 2
        for watcher in watchers:
            await watcher.until_shows(sum(stands.values()))
            assert watcher.connected > 1
    assert site.process.returncode is None
    assert "Traceback" not in site.said()


async def test_signals_end_all_of_them(both: Both) -> None:
    """The last test of this file: the site is gone after it."""
    workers = both.workers()
    both.site.process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(both.site.process.wait(), PATIENCE)
    assert both.site.process.returncode == 0
    for pid in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(httpx.ConnectError):
        async with both.site.client() as client:
            await client.get("/healthz")
