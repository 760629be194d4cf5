"""Whatever the people of the demonstration were told, each kind of it leads to a page that opens,
and to the very place on it."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from ideahub.accounts.sessions import begin_session
from ideahub.app import create_app, guarded
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import IS_TOLD, Event, Kind
from ideahub.core.viewer import Role
from ideahub.following.places import place_of
from ideahub.notifications.models import Notification
from ideahub.notifications.telling import tell_people
from ideahub.organisations.models import RoleGrant
from tests.support.databases import own_database
from tests.support.visiting import pattern_of

# A question that was answered meanwhile is not in the list of those that wait.
ELSEWHERE_BY_NOW = {"/management/{id}/questions"}


@pytest.fixture
async def demo(database_url: str, demo_template: str) -> AsyncIterator[Database]:
    """The demo, after everybody was told of everything."""
    name = f"t_{os.getpid()}_told"
    async with own_database(database_url, name, demo_template) as database:
        more = True
        while more:
            async with database.transaction() as db:
                more = await tell_people(db)
        yield database


async def one_of_each(database: Database) -> dict[tuple[str, str], tuple[str, str]]:
    """For each kind and each kind of page one path, with a session of whoever was told."""
    async with database.transaction() as db:
        told = await db.scalars(select(Notification).where(Notification.path != ""))
        first = {(one.kind, pattern_of(one.path.partition("#")[0])): one for one in told}
        return {
            key: (one.path, await begin_session(db, one.person_id)) for key, one in first.items()
        }


async def changes(database: Database) -> dict[tuple[str, str], tuple[str, str]]:
    """One of each kind of deed that is told to whoever comes back, for an administrator."""
    async with database.transaction() as db:
        deeds = await db.scalars(select(Event).where(IS_TOLD, Event.idea_id.is_not(None)))
        first: dict[str, Event] = {}
        for one in deeds:
            first.setdefault(one.kind, one)
        admin = select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMIN).limit(1)
        secret = await begin_session(db, (await db.scalars(admin)).one())
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for kind, one in first.items():
        place = place_of(
            Kind(kind), one.idea_id or 0, one.subject_id or 0, int(one.data.get("revision") or 0)
        )
        found[kind, "since you were here"] = place, secret
    assert len(found) >= 10
    return found


@pytest.mark.slow
async def test_it_opens_and_has_the_place(demo: Database, config: Config) -> None:
    app = guarded(create_app(replace(config, demo=True), demo, background=False), config)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    found = await one_of_each(demo)
    assert len(found) >= 20
    for (kind, pattern), (path, secret) in (found | await changes(demo)).items():
        cookies = {"ideahub": secret}
        base = config.public_url
        async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as one:
            answer = await one.get(path, follow_redirects=True)
        assert answer.status_code == 200, (kind, path)
        place = path.partition("#")[2]
        if place and pattern not in ELSEWHERE_BY_NOW:
            assert f'id="{place}"' in answer.text, (kind, path)
