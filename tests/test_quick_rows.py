"""Statements that the driver itself runs: the same rows, errors and repairs as by SQLAlchemy."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Interval,
    LargeBinary,
    Numeric,
    String,
    any_,
    bindparam,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.database_faults import is_bad_value, is_gone, is_too_slow
from ideahub.core.db import Database, rows_of
from ideahub.core.quick_rows import DRIVER, with_one_plan
from ideahub.front.calls import calls_of
from ideahub.front.happenings import happenings_since
from ideahub.front.news import staff_news
from ideahub.ideas.queries import find_idea
from ideahub.ideas.supported import supported_since
from ideahub.pipeline.measuring import measure
from tests.support.cast import make_campaign, make_cast, make_idea, viewer_of

VALUES: dict[str, tuple[Any, Any]] = {
    "number": (BigInteger, 2**62),
    "word": (String, "Привет \N{SNOWMAN} 'quoted' %(x)s $1"),
    "truth": (Boolean, True),
    "moment": (DateTime(timezone=True), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    "day": (Date, date(2026, 2, 28)),
    "length": (Interval, timedelta(days=2, seconds=5)),
    "exact": (Numeric(10, 2), Decimal("10.20")),
    "real": (Float(53), 0.1),
    "bytes": (LargeBinary, b"\x00\xff"),
    "words": (ARRAY(String), ["a", None, "c"]),
    "numbers": (ARRAY(BigInteger), [1, 2]),
    "any": (JSONB, {"a": [1, None, "b"]}),
    "nothing": (String, None),
}
EVERYTHING = select(
    *(bindparam(name, type_=kind).label(f"a_{name}") for name, (kind, _) in VALUES.items()),
    func.count().label("count"),
    literal(7),
)
GIVEN = {name: value for name, (_, value) in VALUES.items()}
SLEEP = select(func.pg_sleep(bindparam("seconds", type_=Float)))
ONE = select(literal(1).label("one"))


async def test_rows_are_those_of_sqlalchemy(committing: Database) -> None:
    async with committing.reading() as db:
        (quick,) = await rows_of(db, EVERYTHING, GIVEN)
        assert DRIVER in db.info
        usual = (await db.execute(EVERYTHING, GIVEN)).one()
    assert tuple(quick) == tuple(usual)
    assert dict(quick._mapping) == dict(usual._mapping)
    assert quick.a_any == {"a": [1, None, "b"]}
    assert quick._mapping["count"] == 1
    assert [type(value) for value in quick] == [type(value) for value in usual]


async def test_rows_are_the_same_with_one_plan(committing: Database) -> None:
    async with committing.reading() as db:
        (one,) = await rows_of(db, with_one_plan(EVERYTHING), GIVEN)
        usual = (await db.execute(EVERYTHING, GIVEN)).one()
        among = select(literal(2) == any_(bindparam("numbers", type_=ARRAY(BigInteger))))
        assert (await rows_of(db, with_one_plan(among), {"numbers": [1, 2]}))[0][0] is True
    assert tuple(one) == tuple(usual)


async def plans(db: AsyncSession, words: str) -> tuple[int, int]:
    """How often a statement with these words was run with a plan that is kept, and was planned."""
    kept = "select generic_plans, custom_plans from pg_prepared_statements where statement ~ $1"
    return tuple(await db.info[DRIVER].fetchrow(kept, words))


async def test_what_takes_long_to_plan_is_planned_a_few_times(committing: Database) -> None:
    """PostgreSQL tries five times what it is to know the values."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        viewer = await viewer_of(db, cast.mia)
    async with committing.reading() as db:
        for _time in range(8):
            await find_idea(db, viewer, idea.id)
            await measure(db, [idea.id])
            await happenings_since(db, viewer, datetime(2026, 1, 1, tzinfo=UTC))
            await staff_news(db, viewer)
            await calls_of(db, viewer)
            await supported_since(db, viewer, datetime(2026, 1, 1, tzinfo=UTC))
        for words in (
            "AS campaign_question",
            "AS stuck",
            "own_ideas",
            "AS internal",
            "WITH calls",
            "AS own JOIN",
        ):
            assert await plans(db, words) == (3, 5), words


async def test_a_parameter_that_is_missing_is_an_error(committing: Database) -> None:
    with pytest.raises(KeyError):
        async with committing.reading() as db:
            await rows_of(db, SLEEP, {})


async def test_lists_in_a_statement_are_left_to_sqlalchemy(committing: Database) -> None:
    among = select(literal(1).in_(bindparam("some", expanding=True)).label("found"))
    async with committing.reading() as db:
        for _twice in range(2):
            (row,) = await rows_of(db, among, {"some": [1, 2]})
            assert row.found is True


async def test_a_statement_that_takes_too_long(committing: Database) -> None:
    async with committing.reading() as db:
        await db.execute(text("set statement_timeout = 50"))
        with pytest.raises(DBAPIError) as slow:
            await rows_of(db, SLEEP, {"seconds": 5.0})
        await db.execute(text("reset statement_timeout"))
        assert (await rows_of(db, ONE, {}))[0].one == 1
    assert is_too_slow(slow.value)
    assert not is_gone(slow.value)


async def test_a_value_that_does_not_fit(committing: Database) -> None:
    with pytest.raises(DBAPIError) as bad:
        async with committing.reading() as db:
            await rows_of(db, EVERYTHING, GIVEN | {"number": 2**63})
    assert is_bad_value(bad.value)


async def test_a_connection_that_was_lost_is_replaced(committing: Database) -> None:
    async with committing.reading() as db:
        (row,) = await rows_of(db, select(func.pg_backend_pid().label("pid")), {})
        async with committing.transaction() as other:
            await other.execute(select(func.pg_terminate_backend(row.pid)))
        with pytest.raises(DBAPIError) as lost:
            await rows_of(db, ONE, {})
    assert is_gone(lost.value)
    for _each in range(12):
        async with committing.reading() as db:
            assert (await rows_of(db, ONE, {}))[0].one == 1


async def test_an_idle_connection_that_was_lost_is_replaced(
    committing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with committing.reading() as db:
        await rows_of(db, ONE, {})
    monkeypatch.setattr("ideahub.core.idle_connections.IDLE_SECONDS", -1.0)
    async with committing.transaction() as other:
        mine = (await other.execute(select(func.pg_backend_pid()))).scalar_one()
        ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = "
        await other.execute(text(f"{ended} current_database() and pid <> {mine}"))
    async with committing.reading() as db, committing.reading() as second:
        for session in (db, second):
            assert (await rows_of(session, ONE, {}))[0].one == 1


@pytest.mark.parametrize("name", ["before_execute", "before_cursor_execute"])
async def test_whoever_counts_statements_hears_all(committing: Database, name: str) -> None:
    heard: list[Any] = []

    def hear(*told: Any) -> None:
        heard.append(told)

    assert isinstance(committing.bind, AsyncEngine)
    event.listen(committing.bind.sync_engine, name, hear)
    try:
        async with committing.reading() as db:
            await rows_of(db, ONE, {})
    finally:
        event.remove(committing.bind.sync_engine, name, hear)
    assert len(heard) == 1


async def test_a_quick_reader_reads_as_a_session_does(committing: Database) -> None:
    given = {name: value for name, (_, value) in VALUES.items()}
    async with committing.reading() as session, committing.quick_reading() as reader:
        assert "AsyncSession" not in type(reader).__name__
        assert await rows_of(reader, EVERYTHING, given) == await rows_of(session, EVERYTHING, given)
        with pytest.raises(TypeError):
            await rows_of(reader, text("select 1"), {})
        with pytest.raises(DBAPIError) as fault:
            await rows_of(
                reader, select(literal(1) / bindparam("none", type_=BigInteger)), {"none": 0}
            )
        assert "division by zero" in str(fault.value)


async def test_a_quick_reader_that_was_cut_off_is_replaced(committing: Database) -> None:
    number = select(func.pg_backend_pid())
    for _time in range(2):
        async with committing.quick_reading() as reader, committing.reading() as session:
            ((pid,),) = await rows_of(reader, number, {})
            await session.execute(text(f"select pg_terminate_backend({pid}, 5000)"))
            with pytest.raises(DBAPIError) as fault:
                await rows_of(reader, number, {})
            assert is_gone(fault.value)
    async with committing.quick_reading() as reader:
        assert ((await rows_of(reader, number, {}))[0][0]) != pid


async def test_where_there_is_no_connection_a_quick_reader_says_so(committing: Database) -> None:
    assert isinstance(committing.bind, AsyncEngine)
    most = "alter database {0} connection limit {1}"
    name = committing.bind.url.database
    async with committing.transaction() as db:
        await db.execute(text(most.format(name, 0)))
    await committing.bind.dispose()
    with pytest.raises(DBAPIError) as fault:
        async with committing.quick_reading():
            pass
    assert is_gone(fault.value)
