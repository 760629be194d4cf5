"""`ideahub check`: checks the settings and the database of an installation."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.config import Config
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database, constant, open_database
from ideahub.core.kept_counts import KeptCount, compare
from ideahub.core.replica import REPLAYED
from ideahub.demo.leaving import LEFT_OF_DEMO
from ideahub.features import COUNTS
from ideahub.http.assets import NotBuilt, files
from ideahub.openid_connect.checking import check_providers
from ideahub.server.mending import mend
from ideahub.server.migrating import is_current
from ideahub.server.trying import Finding, try_settings

WORDS = {True: "right", False: "wrong", None: "unknown"}
OLDEST_POSTGRESQL = 15
# Of one process, beside its pool: the listener, the clock, and the operator's own.
CONNECTIONS_BESIDE_THE_POOL = 5
ANSWERS = select(constant(1))


async def check(config: Config, url: str, *, mending: bool = False) -> int:
    """Prints a line for each check; returns the exit code: 1 where something is wrong, else 0.

    With `mending` it first sets kept counts right that differ from the rows.
    """
    database = open_database(url, size=2)
    assert isinstance(database.bind, AsyncEngine)
    findings = [_assets(), _development(config), _demo(config), *await try_settings(config)]
    try:
        if mending and await is_current(database.bind):
            findings += await _mended(database)
        findings += [finding async for finding in _database(config, database)]
        if await is_current(database.bind):
            async for right, said in check_providers(config, database):
                findings.append(Finding(right, said))
        findings += await _beside(config)
    except ANY_FAULT as problem:
        findings.append(Finding(False, f"database: {_said(problem)}"))
    finally:
        await database.bind.dispose()
    for right, sentence in findings:
        print(f"{WORDS[right]}  {sentence}")
    return 1 if any(right is False for right, _sentence in findings) else 0


def _assets() -> Finding:
    try:
        return Finding(True, f"assets: {len(files())} files")
    except NotBuilt as problem:
        return Finding(False, f"assets: {problem}")


def _development(config: Config) -> Finding:
    if config.development and config.in_public:
        return Finding(
            False, "development: shows everyone's mail in public: set IDEAHUB_DEVELOPMENT=0"
        )
    return Finding(True, f"development: {'on, for this machine' if config.development else 'off'}")


def _demo(config: Config) -> Finding:
    if not config.demo:
        return Finding(True, "demo: off")
    if not config.in_public:
        return Finding(True, "demo: on, for this machine")
    return Finding(False, "demo: anyone can be an admin in public: set IDEAHUB_DEMO=0")


async def _database(config: Config, database: Database) -> AsyncIterator[Finding]:
    assert isinstance(database.bind, AsyncEngine)
    async with database.reading() as db:
        for finding in await _server(config, db):
            yield finding
        current = await is_current(database.bind)
        yield Finding(current, "schema: up to date" if current else "schema: run `ideahub migrate`")
        for count in COUNTS if current else ():
            yield await _tallies(db, count)
        for what, query in LEFT_OF_DEMO.items() if current and not config.demo else ():
            if left := (await db.execute(query)).scalar_one():
                yield Finding(False, f"demo: {what} still stand: {left}")


async def _beside(config: Config) -> list[Finding]:
    """What stands beside the database: a pooler and a replica, where there are any."""
    found = []
    if config.direct_database_url and config.database_url:
        found.append(await _asked("pooler: IDEAHUB_DATABASE_URL", config.database_url, ANSWERS))
    if config.replica_url:
        found.append(await _asked("replica: IDEAHUB_REPLICA_URL", config.replica_url, REPLAYED))
    return found


async def _asked(what: str, url: str, question: Select[Any]) -> Finding:
    database = open_database(url, size=1, pooled=True)
    assert isinstance(database.bind, AsyncEngine)
    try:
        async with database.reading() as db:
            if (await db.execute(question)).scalar_one() is None:
                return Finding(False, f"{what} follows no other server")
    except ANY_FAULT as problem:
        return Finding(False, f"{what}: {_said(problem)}")
    finally:
        await database.bind.dispose()
    return Finding(True, f"{what} answers")


async def _tallies(db: AsyncSession, count: KeptCount) -> Finding:
    many, named = await compare(db, count)
    if not many:
        return Finding(True, f"tallies: {count.name} agree")
    each = (f"{one.where} keeps {one.kept}, counted {one.counted}" for one in named)
    return Finding(
        False,
        f"tallies: {count.name} differ in {many} rows: {_listed(each, many)}. "
        "`ideahub check --mend` sets them right",
    )


async def _mended(database: Database) -> list[Finding]:
    findings = []
    for count in COUNTS:
        many, named = await mend(database, count)
        each = (f"{one.where} from {one.kept} to {one.counted}" for one in named)
        if many:
            said = f"mended: {count.name} set right in {many} rows: {_listed(each, many)}"
            findings.append(Finding(True, said))
    return findings or [Finding(True, "mended: nothing had to be")]


def _listed(each: Iterable[str], many: int) -> str:
    named = list(each)
    more = [f"and {many - len(named)} more"] if many > len(named) else []
    return "; ".join([*named, *more])


async def _server(config: Config, db: AsyncSession) -> list[Finding]:
    names = "server_version", "server_version_num", "max_connections"
    row = (await db.execute(select(*map(func.current_setting, names)))).one()
    version, number, connections = str(row[0]), int(row[1]), int(row[2])
    old = number < OLDEST_POSTGRESQL * 10_000
    # A pooler has fewer connections to the database than processes have to the pooler.
    pool = 0 if config.direct_database_url else config.pool_size
    wanted = config.workers * (pool + CONNECTIONS_BESIDE_THE_POOL)
    at_least = f", but {OLDEST_POSTGRESQL} or later is needed" if old else ""
    found = [Finding(not old, f"database: PostgreSQL {version}{at_least}")]
    if wanted > connections:
        found.append(
            Finding(
                False,
                f"connections: IDEAHUB_POOL_SIZE is {config.pool_size} for each of "
                f"{config.workers} processes, and the database allows {connections} connections "
                "in all",
            )
        )
    return found


def _said(problem: BaseException) -> str:
    return next(iter(str(problem).splitlines()), "") or type(problem).__name__
