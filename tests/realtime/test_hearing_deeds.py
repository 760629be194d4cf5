"""What happens to one person's page when another does something."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ideahub.accounts.finding_viewer import find_viewer, hash_token
from ideahub.accounts.sessions import end_session
from ideahub.campaigns.models import Audience
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote
from ideahub.realtime import hub
from ideahub.realtime.rooms import QUEUE_SIZE, Listener
from tests.support.cast import make_campaign, make_idea
from tests.support.serving import Served, Site, heard, serve, stage
from tests.support.statements import statements_run


async def test_a_vote_reaches_everyone_within_a_second(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    ben = await served.sign_in(cast.ben)
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        assert (await served.post(f"/ideas/{idea}/vote", ben)).status_code == 200
        message = await heard(socket, f"idea-{idea}-support")
        assert ">1</strong>" in message


async def test_whoever_was_woken_asks_once_what_happened(
    config: Config, committing: Database
) -> None:
    """Nothing else stands between a deed and its push: not whether the connection is alive, on
    which it has just been announced."""
    cast, idea = await stage(committing)
    assert isinstance(committing.bind, AsyncEngine)
    async with serve(config, committing) as served:
        asked = await only_announced(served)
        ben = await served.sign_in(cast.ben)
        async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
            with statements_run(committing.bind.sync_engine) as run:
                await served.post(f"/ideas/{idea}/vote", ben)
                await heard(socket, ">1</strong>", seconds=20)
    assert run.count(hub.NEW_EVENTS) == 1
    assert hub.HORIZON not in run
    assert len(asked) == 1


async def only_announced(served: Served) -> list[None]:
    """From now on only an announcement wakes the hub; one entry for each time that it asks whether
    its connection is alive."""
    announcements, asked = served.app.state.hub.announcements, list[None]()

    async def ask() -> None:
        asked.append(None)
        announcements.look_seconds = 3600.0

    announcements.must_hear = ask
    async with asyncio.timeout(20):
        while not asked:
            await asyncio.sleep(0.01)
    return asked


@pytest.mark.slow
async def test_a_burst_is_told_once(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    secrets = [await served.sign_in(one) for one in (cast.ben, cast.cem, cast.sam, cast.jo)]
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        await asyncio.gather(*(served.post(f"/ideas/{idea}/vote", one) for one in secrets))
        await heard(socket, ">4</strong>")


async def test_what_happened_between_page_and_socket_is_caught_up(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    before = await served.cursor()
    await served.post(f"/ideas/{idea}/vote", await served.sign_in(cast.ben))
    await served.has_read(idea, before)
    async with served.listen(f"idea:{idea}", cursor=before) as socket:
        await heard(socket, '{"refresh": true}')


async def test_what_is_read_later_than_the_socket_opens_is_pushed(site: Site) -> None:
    """What was done before it opened, and was not read yet, reaches it like anything later."""
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    secret, before = await served.sign_in(cast.ben), await served.cursor()
    async with served.database.transaction() as db:
        viewer = await find_viewer(db, secret)
        await vote(db, viewer, await find_idea(db, viewer, idea))
        async with served.listen(f"idea:{idea}", cursor=before) as socket:
            await db.commit()
            await heard(socket, ">1</strong>")


@pytest.mark.slow
async def test_nothing_missed_means_nothing_told(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    await served.post(f"/ideas/{idea}/vote", await served.sign_in(cast.ben))
    await asyncio.sleep(0.2)
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        with pytest.raises(TimeoutError):
            await heard(socket, "", seconds=0.5)


async def test_one_may_not_listen_where_one_may_not_look(site: Site) -> None:
    idea = await site.another_idea(Audience.INTERNAL)
    served, cast = site.served, site.cast
    zed = await served.sign_in(cast.zed)
    for secret in (zed, None, "forged"):
        async with served.listen(f"idea:{idea}", cursor=0, secret=secret) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd and closed.value.rcvd.code == 4404
    ben = await served.sign_in(cast.ben)
    await served.has_read(idea, 0)
    async with served.listen(f"idea:{idea}", cursor=0, secret=ben) as socket:
        await heard(socket, "refresh")


async def test_a_foreign_page_gets_no_socket(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    ben = await served.sign_in(cast.ben)
    foreign = served.listen(
        f"idea:{idea}", cursor=0, secret=ben, origin="https://elsewhere.example"
    )
    with pytest.raises(InvalidStatus):
        async with foreign:
            pass


async def test_ending_a_session_closes_its_sockets(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    ben = await served.sign_in(cast.ben)
    cursor = await served.cursor()
    async with served.listen(f"idea:{idea}", cursor=cursor, secret=ben) as socket:
        async with served.database.transaction() as db:
            viewer = await find_viewer(db, ben)
            assert viewer.session_id
            await end_session(db, viewer, viewer.session_id)
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(15):
                await socket.recv()
        assert closed.value.rcvd and closed.value.rcvd.code == 4401


@pytest.mark.slow
async def test_a_socket_ends_at_the_second_of_its_session(site: Site) -> None:
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    ben, ada = await served.sign_in(cast.ben), await served.sign_in(cast.ada)
    async with served.database.transaction() as db:
        ends = text(
            "update session set expires_at = now() + interval '3 seconds' where token_hash = :t"
        )
        await db.execute(ends, {"t": hash_token(ben)})
    rooms, cursor = f"idea:{idea}", await served.cursor()
    async with (
        served.listen(rooms, cursor=cursor, secret=ben) as socket,
        served.listen(rooms, cursor=cursor, secret=ada) as other,
    ):
        await socket.ping()
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), 15)
        assert closed.value.rcvd and closed.value.rcvd.code == 4401
        await served.post(f"/ideas/{idea}/vote", await served.sign_in(cast.mia))
        await heard(other, f"idea-{idea}-support")


@pytest.mark.slow
async def test_the_listener_survives_the_loss_of_its_connection(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RETRY_SECONDS", 0.05)
    cast, idea = await stage(committing)
    async with serve(config, committing) as served:
        ben = await served.sign_in(cast.ben)
        async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
            async with committing.transaction() as db:
                await db.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where datname = current_database() and pid <> pg_backend_pid()"
                    )
                )
            # A connection of the pool may still die of it under this very request: try again.
            while (await served.post(f"/ideas/{idea}/vote", ben)).status_code == 503:
                await asyncio.sleep(0.1)
            await heard(socket, f"idea-{idea}-support", seconds=10)


@pytest.mark.slow
async def test_a_late_commit_is_not_missed(site: Site) -> None:
    """Event 1 is written first and committed last: ids are not commit order."""
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    cem = await served.sign_in(cast.cem)
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        async with served.database.transaction() as slow:
            from tests.support.cast import viewer_of

            other = await make_idea(slow, await make_campaign(slow, cast.city), cast.ada, "Another")
            viewer = await viewer_of(slow, cast.ben)
            await served.post(f"/ideas/{idea}/vote", cem)
            await heard(socket, ">1</strong>")
            await vote(slow, viewer, await find_idea(slow, viewer, idea))
            assert other.id
        await heard(socket, ">2</strong>")


async def test_a_listener_too_slow_to_follow_is_sent_away_to_catch_up() -> None:
    listener = Listener(("idea:1",), None, None)
    for number in range(QUEUE_SIZE + 1):
        listener.send(str(number))
    assert listener.queue.qsize() == 1
    assert listener.queue.get_nowait() == 1012


async def test_stopping_the_server_tells_browsers_to_come_back(
    committing: Database, config: Config
) -> None:
    _cast, idea = await stage(committing)
    async with serve(config, committing) as served:
        socket = await served.listen(f"idea:{idea}", cursor=await served.cursor())
    with pytest.raises(ConnectionClosed) as closed:
        await socket.recv()
    assert closed.value.rcvd and closed.value.rcvd.code == 1012


@pytest.mark.slow
async def test_a_look_that_fails_is_not_the_last(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RETRY_SECONDS", 0.05)
    idea = await site.another_idea()
    served, cast = site.served, site.cast
    ben = await served.sign_in(cast.ben)
    the_hub = served.app.state.hub
    looked = the_hub.catch_up

    async def fail_once() -> None:
        the_hub.catch_up = looked
        raise OperationalError("select", None, Exception("terminating connection"))

    the_hub.catch_up = fail_once
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        await served.post(f"/ideas/{idea}/vote", ben)
        await heard(socket, f"idea-{idea}-support", seconds=10)
