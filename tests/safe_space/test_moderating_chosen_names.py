"""Moderators warn and suspend a chosen name without knowing whose it is; and what comes at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.site import Site
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person
from ideahub.safe_space.links import look
from ideahub.safe_space.queries import find_space, find_voice
from ideahub.safe_space.voices import hide_behind
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.safe_space.space import make_safe_place, voice_row
from tests.support.cast import Cast, make_cast, viewer_of


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def test_a_chosen_name_is_suspended_and_the_account_is_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, mo, ben = await browse(cast.cem), await browse(cast.mo), await browse(cast.ben)
    chosen = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    number = chosen.headers["location"].rpartition("/")[2]
    at = f"/ideas/{place.idea.id}/safe-space"
    say = {"voice": number, "kind": "build", "body": "Something rude about you all."}
    said = await cem.post(at, say)
    contribution = said.headers["location"].rpartition("-")[2]
    await ben.post(f"/reports/contribution/{contribution}", {"rule": "other"})
    case = await newest_case(db)
    page = (await mo.get(f"/moderation/cases/{case.id}")).text
    assert "Otter" in page
    assert "Cem" not in page
    suspend = {"measure": "suspend", "rule": "other", "words": "Be kind.", "days": "3"}
    decided = await mo.post(f"/moderation/cases/{case.id}/decision", suspend)
    assert decided.status_code == 303
    refused = await cem.post(at, say | {"body": "One more."})
    assert refused.status_code == 403
    assert "suspended this name" in refused.text
    # Why, where whoever is behind it reads it; and under their own name they can go on.
    assert "Be kind." in (await cem.get(f"/safe-space/names/{number}")).text
    own = {"kind": "build", "body": "Under my own name."}
    assert (await cem.post(f"/ideas/{place.idea.id}/contributions", own)).status_code == 303
    voice = await voice_row(db, int(number))
    ended = func.now() - timedelta(seconds=1)
    row = update(Person).where(Person.id == voice.person_id).values(suspended_until=ended)
    await db.execute(row)
    assert (await cem.post(at, say | {"body": "Kinder now."})).status_code == 303


async def test_two_at_once_are_two_looks_and_one_pressed_twice_is_one(
    committing: Database, config: Config
) -> None:
    committing.serve(Site(config.public_url, config.language), SiteKeys(config))
    async with committing.transaction() as db:
        cast = await make_cast(db)
        place = await make_safe_place(db, cast)
        ben, mia = await viewer_of(db, cast.ben), await viewer_of(db, cast.mia)
        cem = await viewer_of(db, cast.cem)

    async def press(by: Viewer) -> str:
        async with committing.transaction() as db:
            found = await find_voice(db, by, place.heron)
            return (await look(db, by, found, "The law", "once")).name

    async def choose(name: str) -> int:
        async with committing.transaction() as db:
            return (await hide_behind(db, cem, await find_space(db, cem, place.box.id), name)).id

    seen = await asyncio.gather(*(press(one) for one in (ben, mia, ben, ben)))
    assert set(seen) == {"Philippa Quenby"}
    # Whoever chooses twice at once has one name.
    assert len(set(await asyncio.gather(*(choose(name) for name in ("Otter", "Beaver"))))) == 1
    async with committing.reading() as db:
        looks = select(func.count()).where(Event.kind == Kind.LINK_LOOKED_AT)
        assert await db.scalar(looks) == 2
