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
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.models import Measure, ModerationCase, TextKind
from ideahub.moderation.suspending import SuspendedFrom
from ideahub.organisations.models import Person
from ideahub.safe_space.finding import find_space, find_voice
from ideahub.safe_space.links import look
from ideahub.safe_space.voices import hide_behind
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.safe_space.space import make_safe_place, newest_voice, voice_row
from tests.support.cast import Cast, add, make_cast, viewer_of
from tests.support.moderating import decide_case


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


@pytest.mark.parametrize("where", ["campaign", "organisation"])
async def test_a_chosen_name_is_suspended_and_the_account_is_not(
    db: AsyncSession, cast: Cast, browse: Browse, where: str
) -> None:
    place = await make_safe_place(db, cast)
    cem, mo, ben = await browse(cast.cem), await browse(cast.mo), await browse(cast.ben)
    chosen = await cem.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    number = str(await newest_voice(db))
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
    suspend["place"] = where
    decided = await decide_case(mo, case.id, suspend)
    assert decided.status_code == 303
    refused = await cem.post(at, say | {"body": "One more."})
    assert refused.status_code == 403
    assert "suspended this name" in refused.text
    # Why and until when, where whoever is behind it reads it; and under their own name they can go
    # on.
    page = (await cem.get(chosen.headers["location"])).text
    assert page.index("it can neither write nor vote") < page.index("Be kind.")
    own = {"kind": "build", "body": "Under my own name."}
    assert (await cem.post(f"/ideas/{place.idea.id}/contributions", own)).status_code == 303
    voice = await voice_row(db, int(number))
    ended = func.now() - timedelta(seconds=1)
    row = update(Person).where(Person.id == voice.person_id)
    await db.execute(row.values(partly_suspended_until=ended))
    assert (await cem.post(at, say | {"body": "Kinder now."})).status_code == 303


async def suspend_from(db: AsyncSession, cast: Cast, person_id: int, box: int, idea: int) -> None:
    """A moderator suspends the author of what was reported from the box."""
    case = ModerationCase(
        text_kind=TextKind.IDEA,
        text_id=idea,
        idea_id=idea,
        campaign_id=box,
        organisation_id=cast.city.id,
        author_id=person_id,
    )
    await add(db, case)
    place = SuspendedFrom.CAMPAIGN
    choice = Choice(measure=Measure.SUSPEND, rule="other", words="Be kind.", days=3, place=place)
    await decide(db, await viewer_of(db, cast.mo), case.id, choice)


async def test_whoever_is_suspended_here_has_no_other_name_here(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, ada, ben = await browse(cast.cem), await browse(cast.ada), await browse(cast.ben)
    own = f"/safe-space/{place.box.id}/own-name"
    await cem.post(own, {"name": "Otter"})
    number = str(await newest_voice(db))
    for person in (cast.cem, cast.ada, cast.ben):
        await suspend_from(db, cast, person.id, place.box.id, place.idea.id)
    at = f"/ideas/{place.idea.id}/safe-space"
    for browser, voice in ((cem, number), (ben, str(place.heron))):
        said = await browser.post(at, {"voice": voice, "kind": "build", "body": "I go on."})
        assert said.status_code == 403
        assert "suspended you here until" in said.text
    assert (await ben.post(at + "/support", {"voice": str(place.heron)})).status_code == 403
    assert (await ada.post(own, {"name": "Beaver"})).status_code == 403
    new = {"name": "Grey owl", "real_name": "Ines Varga"}
    assert (await ben.post(f"/safe-space/{place.box.id}/people/new", new)).status_code == 403


async def test_somebody_who_is_spoken_for_is_suspended_and_the_facilitator_is_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    ben = await browse(cast.ben)
    voice = await voice_row(db, place.heron)
    await suspend_from(db, cast, voice.person_id, place.box.id, place.idea.id)
    named = {"voice": str(place.heron)}
    at = f"/ideas/{place.idea.id}/safe-space"
    refused = await ben.post(at + "/support", named)
    assert refused.status_code == 403
    assert "suspended this name" in refused.text
    new = f"/safe-space/names/{place.heron}/ideas/new"
    assert (await ben.post(new, {"title": "Hers", "body": "So."})).status_code == 403
    own = {"kind": "build", "body": "Under my own name."}
    assert (await ben.post(f"/ideas/{place.idea.id}/contributions", own)).status_code == 303


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
