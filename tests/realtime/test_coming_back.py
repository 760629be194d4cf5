"""Pages that come back: whether they have missed something is known without asking the database,
and nobody gets in by what is remembered of others."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ideahub.accounts.sessions import end_session_of
from ideahub.campaigns.models import Audience
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind, record
from ideahub.core.viewer import Grant, Role, Viewer
from ideahub.ideas.models import Idea
from ideahub.organisations.granting import revoke_role
from ideahub.organisations.models import RoleGrant
from ideahub.realtime import doors, recent
from ideahub.realtime.concern import Concern
from ideahub.realtime.doors import Doors
from ideahub.realtime.hub import ADMITTED_AT_ONCE
from ideahub.realtime.recent import Recent
from ideahub.realtime.rooms import RECONNECT, SIGNED_OUT
from ideahub.realtime.routes import NO_ROOM
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.serving import Served, Site, closing, heard, serve, stage, two_processes

MANY = 60


@contextmanager
def asked(served: Served) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, but those of work that goes on beside: the hub's, the
    clock's, and of telling people."""
    sent: list[str] = []
    beside = asyncio.all_tasks() - {asyncio.current_task()}
    engine = served.database.bind
    assert isinstance(engine, AsyncEngine)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if asyncio.current_task() not in beside:
            sent.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


@asynccontextmanager
async def opened(served: Served, *rooms: str, cursor: int) -> AsyncIterator[list[Any]]:
    """Many strangers' sockets that come at once."""
    sockets = await asyncio.gather(
        *(served.listen(*rooms, cursor=cursor).__aenter__() for _one in range(MANY))
    )
    yield sockets
    await asyncio.gather(*(one.close() for one in sockets))


async def settled(served: Served, idea: int) -> int:
    """A cursor after all that the hub has read; waits until it has."""
    await served.has_read(idea, 0)
    await asyncio.sleep(0.2)
    return await served.cursor()


async def test_strangers_who_missed_nothing_ask_for_nothing(site: Site) -> None:
    idea, served = await site.another_idea(), site.served
    cursor = await settled(served, idea)
    with asked(served) as statements:
        async with opened(served, f"idea:{idea}", "ideas", cursor=cursor) as sockets:
            with pytest.raises(TimeoutError):
                await heard(sockets[0], "refresh", seconds=0.3)
    # The first ones ask whether the room is open to everyone.
    assert 1 <= len(statements) <= 6


async def test_strangers_who_missed_something_are_told_at_once(site: Site) -> None:
    idea, served = await site.another_idea(), site.served
    before = await settled(served, idea)
    await served.post(f"/ideas/{idea}/vote", await served.sign_in(site.cast.ben))
    await served.has_read(idea, before)
    with asked(served) as statements:
        async with opened(served, f"idea:{idea}", cursor=before) as sockets:
            for socket in sockets:
                await heard(socket, '{"refresh": true}')
    assert 1 <= len(statements) <= 6


async def test_people_who_are_remembered_ask_for_nothing(site: Site) -> None:
    idea, served = await site.another_idea(), site.served
    cursor = await settled(served, idea)
    ben = await served.sign_in(site.cast.ben)
    async with served.client() as client:
        # As the page that opens the socket does.
        await client.get(f"/ideas/{idea}", headers={"Cookie": f"ideahub={ben}"})
    async with served.listen(f"idea:{idea}", cursor=cursor):
        pass
    with asked(served) as statements:
        async with served.listen(f"idea:{idea}", cursor=cursor, secret=ben) as socket:
            await served.post(f"/ideas/{idea}/vote", ben)
            await heard(socket, f"idea-{idea}-support")
            (listener,) = served.app.state.hub.rooms._people[site.cast.ben.id]
            assert listener.session_seconds > 0
    # The vote's own statements name no session, and ask whether something exists.
    assert not [one for one in statements if "session" in one]


async def test_a_session_that_another_process_ended_is_not_remembered(
    config: Config, committing: Database
) -> None:
    cast, idea = await stage(committing, Audience.INTERNAL)
    async with two_processes(config, committing) as (here, elsewhere):
        ben = await here.sign_in(cast.ben)
        async with remembered(here, ben, idea) as inside:
            async with elsewhere.database.transaction() as db:
                await end_session_of(db, ben)
            assert await closing(inside) == SIGNED_OUT
        assert here.app.state.remembered_viewer(ben) is None
        async with here.listen(f"idea:{idea}", cursor=await here.cursor(), secret=ben) as outside:
            assert await closing(outside) == NO_ROOM


async def test_a_role_that_another_process_took_is_not_remembered(
    config: Config, committing: Database
) -> None:
    """A moderator's, who may read an idea that is hidden."""
    cast, idea = await stage(committing)
    async with committing.transaction() as db:
        hidden = update(Idea).values(hidden_at=func.now(), hidden_reason="Rude.")
        await db.execute(hidden.where(Idea.id == idea))
        grant = RoleGrant(person_id=cast.ben.id, role=Role.MODERATOR)
        db.add(grant)
        admin = Viewer(id=cast.ada.id, grants=(Grant(Role.ADMIN, None),))
    async with two_processes(config, committing) as (here, elsewhere):
        ben = await here.sign_in(cast.ben)
        async with remembered(here, ben, idea) as inside:
            async with elsewhere.database.transaction() as db:
                await revoke_role(db, admin, cast.ben.id, grant.id)
            assert await closing(inside) == RECONNECT
        async with here.listen(f"idea:{idea}", cursor=await here.cursor(), secret=ben) as outside:
            assert await closing(outside) == NO_ROOM


@asynccontextmanager
async def remembered(served: Served, secret: str, idea: int) -> AsyncIterator[ClientConnection]:
    """A socket of somebody who is remembered, and so may come back without a query."""
    cursor = await served.cursor()
    async with served.database.reading() as db:
        await served.app.state.find_viewer(db, secret)
    async with served.listen(f"idea:{idea}", cursor=cursor, secret=secret) as socket:
        await socket.ping()
        assert served.app.state.remembered_viewer(secret).signed_in
        yield socket


async def test_a_page_that_cannot_be_let_in_now_is_refused_and_may_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    idea, served = await site.another_idea(), site.served
    lent, cursor = served.app.state.hub.admissions, await served.cursor()
    monkeypatch.setattr(lent._queue, "_patience", 0.05)
    async with AsyncExitStack() as all_lent:
        for _one in range(ADMITTED_AT_ONCE):
            await all_lent.enter_async_context(lent.session())
        with pytest.raises(InvalidStatus) as refused:
            async with served.listen(f"idea:{idea}", cursor=cursor):
                pass
        assert refused.value.response.status_code == 403
    assert "could not listen" in caplog.text
    async with served.listen(f"idea:{idea}", cursor=cursor) as socket:
        await socket.ping()


async def test_a_server_that_starts_again_knows_what_happened_before(
    committing: Database, config: Config
) -> None:
    _cast, idea = await stage(committing)
    async with committing.reading() as db:
        before = await db.scalar(select(Event.xact_id).order_by(Event.xact_id.desc()).limit(1))
    assert before is not None
    async with serve(config, committing) as served:
        with asked(served) as statements:
            for cursor, missed in ((before, True), (before + 1, False)):
                async with served.listen(f"idea:{idea}", cursor=cursor) as socket:
                    if missed:
                        await heard(socket, "refresh")
                    else:
                        with pytest.raises(TimeoutError):
                            await heard(socket, "refresh", seconds=0.3)
        assert not [one for one in statements if one.startswith("SELECT EXISTS")]


async def test_what_is_hidden_lets_nobody_in_by_memory(site: Site) -> None:
    idea, served = await site.another_idea(), site.served
    cursor = await settled(served, idea)
    async with served.listen(f"idea:{idea}", cursor=cursor) as inside:
        await inside.ping()
        assert served.app.state.hub.doors.knows(f"idea:{idea}")
        async with served.database.transaction() as db:
            await db.execute(text("update idea set hidden_at = now() where id = :n"), {"n": idea})
            await record(db, Kind.IDEA_HIDDEN, None, on=await db.get_one(Idea, idea))
        with pytest.raises(ConnectionClosed):
            await heard(inside, "nothing like this")
    async with served.listen(f"idea:{idea}", cursor=cursor) as outside:
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(outside.recv(), 15)
        assert closed.value.rcvd and closed.value.rcvd.code == 4404


async def test_what_strangers_may_not_see_is_asked_as_each_viewer(site: Site) -> None:
    idea, served = await site.another_idea(Audience.INTERNAL), site.served
    ben = await served.sign_in(site.cast.ben)
    zed = await served.sign_in(site.cast.zed)
    cursor = await settled(served, idea)
    for _time in range(2):
        for secret, may in ((ben, True), (zed, False), (None, False)):
            async with served.listen(f"idea:{idea}", cursor=cursor, secret=secret) as socket:
                if may:
                    await socket.ping()
                    with pytest.raises(TimeoutError):
                        await asyncio.wait_for(socket.recv(), 0.2)
                else:
                    with pytest.raises(ConnectionClosed):
                        await asyncio.wait_for(socket.recv(), 15)


def test_nothing_is_remembered_that_was_looked_up_before_a_change() -> None:
    known, changes = Doors(), 0
    known.remember("ideas", Concern(), changes)
    assert known.knows("ideas")
    known.hear([Event(kind=Kind.VOTE_CAST)])
    assert known.knows("ideas")
    known.hear([Event(kind=Kind.CAMPAIGN_CHANGED)])
    assert not known.knows("ideas")
    known.remember("ideas", Concern(), changes)
    assert not known.knows("ideas")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "MOST_ROOMS_KNOWN", 3)
    known = Doors()
    for number in range(10):
        known.remember(f"idea:{number}", None, 0)
    known.remember("idea:" + "0" * 1_000, None, 0)
    assert [n for n in range(10) if known.knows(f"idea:{n}")] == [7, 8, 9]
    monkeypatch.setattr(doors, "SECONDS", -1.0)
    known.remember("idea:1", None, 0)
    assert not known.knows("idea:1")


async def everything(db: AsyncSession, cast: Cast) -> list[Event]:
    """Events in two challenges, on two ideas, and on none."""
    for _one in range(2):
        campaign = await make_campaign(db, cast.city)
        idea = await make_idea(db, campaign, cast.ada)
        for kind, place in (
            (Kind.VOTE_CAST, idea),
            (Kind.CAMPAIGN_CHANGED, campaign),
            (Kind.SESSION_ENDED, None),
        ):
            await record(db, kind, cast.ada, on=place)
    found = (await db.scalars(select(Event).order_by(Event.id))).all()
    # As if each had a transaction of its own.
    for number, one in enumerate(found):
        one.xact_id = 10 * number
    await db.flush()
    return list(found)


async def test_memory_and_database_agree_on_what_was_missed(db: AsyncSession, cast: Cast) -> None:
    """With all of it in memory, with a part of it, and with nothing."""
    events = await everything(db, cast)
    kinds = frozenset({Kind.VOTE_CAST, Kind.SESSION_ENDED})
    concerns = [
        *(Concern(idea=one.idea_id, kinds=some) for one in events for some in (None, kinds)),
        *(Concern(campaign=one.campaign_id) for one in events),
        Concern(kinds=kinds),
        Concern(kinds=frozenset()),
        Concern(where=Event.actor_id == cast.ada.id),
        Concern(where=Event.actor_id == cast.ben.id),
    ]
    whole, part, none = Recent(), Recent(), Recent()
    await whole.read(db)
    part.reaches = events[3].xact_id + 1
    part.add(events[4:])
    known = 0
    for concern in concerns:
        for cursor in range(-5, events[-1].xact_id + 15, 5):
            (row,) = (await db.execute(concern.since, {"cursor": cursor})).all()
            for memory in (whole, part, none):
                said = memory.was_missed(concern, cursor)
                assert said in {None, row[0]}, (concern, cursor)
                known += said is not None
                assert await memory.ask(db, concern, cursor) == row[0]
    assert known > len(concerns) * 20


async def test_memory_is_bounded_and_knows_how_far_it_reaches(
    db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MOST_PLACES", 4)
    events = await everything(db, cast)
    memory = Recent()
    await memory.read(db)
    assert memory.reaches
    for one in events:
        concern = Concern(idea=one.idea_id)
        for cursor in range(0, events[-1].xact_id + 10, 5):
            (row,) = (await db.execute(concern.since, {"cursor": cursor})).all()
            assert memory.was_missed(concern, cursor) in {None, row[0]}
