"""What whoever is suspended can still do about a chosen name, and what a suspension outlives."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.moderation.deciding import Choice, decide
from ideahub.moderation.models import Measure, ModerationAppeal, ModerationCase, TextKind
from ideahub.moderation.suspending import SuspendedFrom
from ideahub.organisations.models import Person
from ideahub.safe_space.barring_names import delete_past_bars
from ideahub.safe_space.links import delete_past_links
from ideahub.safe_space.models import NameBar, VoiceLink
from tests.conftest import Browse, Browser
from tests.safe_space.space import SafePlace, make_safe_place, newest_voice, voice_row
from tests.support.cast import Cast, add, viewer_of


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def suspend(
    db: AsyncSession, cast: Cast, person_id: int, place: SafePlace, where: SuspendedFrom
) -> int:
    """The number of the decision by which the person is suspended for three days."""
    case = ModerationCase(
        text_kind=TextKind.IDEA,
        text_id=place.idea.id,
        idea_id=place.idea.id,
        campaign_id=place.box.id,
        organisation_id=cast.city.id,
        author_id=person_id,
    )
    await add(db, case)
    choice = Choice(measure=Measure.SUSPEND, rule="other", words="Be kind.", days=3, place=where)
    return (await decide(db, await viewer_of(db, cast.ann), case.id, choice)).id


async def choose(db: AsyncSession, browser: Browser, place: SafePlace, name: str) -> int:
    """The number of the name that the browser's person chose."""
    chosen = await browser.post(f"/safe-space/{place.box.id}/own-name", {"name": name})
    assert chosen.status_code == 303, chosen.text
    return await newest_voice(db)


async def test_an_appeal_by_somebody_suspended_from_the_whole_site(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem = await browse(cast.cem)
    number = await choose(db, cem, place, "Otter")
    voice = await voice_row(db, number)
    about_name = await suspend(db, cast, voice.person_id, place, SuspendedFrom.CAMPAIGN)
    await suspend(db, cast, cast.cem.id, place, SuspendedFrom.SITE)
    assert (await viewer_of(db, cast.cem)).is_suspended
    at = f"/safe-space/{place.box.id}/own-name"
    assert f'action="{at}/appeals"' in (await cem.get(at)).text
    sent = await cem.post(
        f"{at}/appeals", {"ruling": str(about_name), "text": "It was a quotation."}
    )
    assert sent.status_code == 303
    assert (await db.scalars(select(ModerationAppeal.text))).all() == ["It was a quotation."]
    # Nothing else.
    said = {"voice": str(number), "kind": "build", "body": "I go on."}
    for address, fields in (
        (f"/ideas/{place.idea.id}/safe-space", said),
        (f"{at}/ideas/new", {"title": "More", "body": "So."}),
        (f"{at}/link/removal", {}),
        (at, {"name": "Beaver"}),
    ):
        refused = await cem.post(address, fields)
        assert refused.status_code == 403, address
        assert "suspended you until" in refused.text


@pytest.mark.parametrize("where", [SuspendedFrom.CAMPAIGN, SuspendedFrom.SITE])
@pytest.mark.parametrize("by_clock", [False, True])
async def test_a_suspended_name_is_deleted_and_no_other_is_chosen(
    db: AsyncSession, cast: Cast, browse: Browse, where: SuspendedFrom, by_clock: bool
) -> None:
    place = await make_safe_place(db, cast)
    cem, ada = await browse(cast.cem), await browse(cast.ada)
    number = await choose(db, cem, place, "Otter")
    voice = await voice_row(db, number)
    await suspend(db, cast, voice.person_id, place, where)
    if by_clock:
        await db.execute(update(VoiceLink).values(kept_until=func.now() - timedelta(seconds=1)))
        await delete_past_links(db)
    else:
        removal = f"/safe-space/{place.box.id}/own-name/link/removal"
        assert (await cem.post(removal)).status_code == 303
    assert (await voice_row(db, number)).signature is None
    bar = (await db.scalars(select(NameBar))).one()
    silent = (await db.get_one(Person, voice.person_id, populate_existing=True)).suspended_until
    # Which name it was cannot be told by its end.
    assert silent != bar.until
    assert (bar.until.hour, bar.until.minute, bar.until.microsecond) == (0, 0, 0)
    again = f"/safe-space/{place.box.id}/own-name"
    refused = await cem.post(again, {"name": "Beaver"})
    assert refused.status_code == 409
    assert "You can choose another one from" in refused.text
    assert 'value="Beaver"' in refused.text
    # Nobody else, and they again once it is over.
    await choose(db, ada, place, "Marten")
    await delete_past_bars(db)
    assert await db.scalar(select(func.count()).select_from(NameBar)) == 1
    await db.execute(update(NameBar).values(until=func.now() - timedelta(seconds=1)))
    await delete_past_bars(db)
    assert await db.scalar(select(func.count()).select_from(NameBar)) == 0
    await choose(db, cem, place, "Beaver")


async def test_where_nothing_is_suspended_nothing_is_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    cem, ben = await browse(cast.cem), await browse(cast.ben)
    number = await choose(db, cem, place, "Otter")
    await cem.post(f"/safe-space/{place.box.id}/own-name/link/removal")
    heron = await voice_row(db, place.heron)
    # Of those who are spoken for nothing finds the person, so that nothing can be kept.
    await suspend(db, cast, heron.person_id, place, SuspendedFrom.CAMPAIGN)
    await ben.post(f"/safe-space/names/{place.heron}/link/removal")
    assert await db.scalar(select(func.count()).select_from(NameBar)) == 0
    assert await choose(db, cem, place, "Beaver") != number
