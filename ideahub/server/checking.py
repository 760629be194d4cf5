"""`ideahub check`: checks the settings and the database of an installation."""

from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import Config, Misconfigured
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database, open_database
from ideahub.core.mailing import Mailer
from ideahub.demo.leaving import LEFT_OF_DEMO
from ideahub.features import COUNTS
from ideahub.http.assets import NotBuilt, files
from ideahub.server.migrating import is_current

Finding = tuple[bool, str]


async def check(config: Config, url: str) -> int:
    """Prints a line for each check; returns the exit code: 1 where one has failed, else 0."""
    database = open_database(url, size=2)
    assert isinstance(database.bind, AsyncEngine)
    findings = [_assets(), _mail(config), _address(config), _development(config), _demo(config)]
    try:
        findings += [finding async for finding in _database(config, database)]
    except ANY_FAULT as problem:
        findings.append((False, f"database: {str(problem).splitlines()[0]}"))
    finally:
        await database.bind.dispose()
    for right, sentence in findings:
        print(f"{'right' if right else 'wrong'}  {sentence}")
    return 0 if all(right for right, _ in findings) else 1


def _assets() -> Finding:
    try:
        return True, f"assets: {len(files())} files"
    except NotBuilt as problem:
        return False, f"assets: {problem}"


def _mail(config: Config) -> Finding:
    try:
        Mailer(config)
    except Misconfigured as problem:
        return False, f"mail: {problem}"
    if config.smtp_url:
        return True, "mail: sent by the server in IDEAHUB_SMTP_URL"
    kept = config.development and not config.in_public
    return kept, f"mail: written to {config.var / 'mail'}, not sent"


def _address(config: Config) -> Finding:
    if config.secure or not config.in_public:
        return True, f"address: {config.public_url}"
    return False, f"address: {config.public_url} is public, but not https"


def _development(config: Config) -> Finding:
    if config.development and config.in_public:
        return False, "development: shows everyone's mail in public: set IDEAHUB_DEVELOPMENT=0"
    return True, f"development: {'on, for this machine' if config.development else 'off'}"


def _demo(config: Config) -> Finding:
    if not config.demo:
        return True, "demo: off"
    if not config.in_public:
        return True, "demo: on, for this machine"
    return False, "demo: anyone can be an admin in public: set IDEAHUB_DEMO=0"


async def _database(config: Config, database: Database) -> AsyncIterator[Finding]:
    assert isinstance(database.bind, AsyncEngine)
    async with database.reading() as db:
        version = (await db.execute(select(func.current_setting("server_version")))).scalar_one()
        yield True, f"database: PostgreSQL {version}"
        current = await is_current(database.bind)
        yield current, "schema: up to date" if current else "schema: run `ideahub migrate`"
        for name, _kept, differing in COUNTS if current else ():
            off = (await db.execute(differing)).scalar_one()
            yield off == 0, f"tallies: {name} {'agree' if not off else f'differ in {off} rows'}"
        for what, query in LEFT_OF_DEMO.items() if current and not config.demo else ():
            if left := (await db.execute(query)).scalar_one():
                yield False, f"demo: {what} still stand: {left}"
