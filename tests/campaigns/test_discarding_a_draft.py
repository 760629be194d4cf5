"""A draft that was thrown away is found by nobody, and can be put back as it was."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.discarding import KEPT, forget_discarded
from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.templates import TEMPLATES
from ideahub.core.events import Event, Kind
from tests.campaigns.setting_up import QUESTION, begin, fill_in
from tests.campaigns.test_start_from_a_template import begin as begin_from
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign


async def as_stored(db: AsyncSession) -> list[tuple[object, ...]]:
    """What the drafts and their phases say."""
    drafts = select(Campaign.id, Campaign.title, Campaign.question, Campaign.description)
    phases = select(Phase.campaign_id, Phase.name, Phase.opens_at, Phase.closes_at)
    rows = [*await db.execute(drafts.order_by(Campaign.id))]
    return [*map(tuple, rows), *map(tuple, await db.execute(phases.order_by(Phase.id)))]


async def test_it_is_put_back_as_it_was(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    before, number = await as_stored(db), at.rpartition("/")[2]
    answer = await mia.post(f"{at}/removal")
    page = (await mia.get(answer.headers["location"].partition("#")[0])).text
    assert f'action="/management/{number}/restoration"' in page
    for hidden in (f"{at}/basics", f"{at}/check", f"/challenges/{number}"):
        assert (await mia.get(hidden)).status_code == 404
    for deed in ("basics", "phases", "publication"):
        assert (await mia.post(f"{at}/{deed}")).status_code == 404
    assert await as_stored(db) == before
    for _press in range(2):
        answer = await mia.post(f"{at}/restoration")
        assert answer.headers["location"] == f"{at}/basics"
    assert (await mia.get(f"{at}/check")).status_code == 200
    assert await as_stored(db) == before
    assert "restoration" not in (await mia.get("/management")).text


async def test_a_discarded_draft_is_not_begun_again(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await mia.post(f"{at}/removal")
    assert await begin(mia, cast.city.id) != at


async def test_only_its_managers_put_it_back(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await mia.post(f"{at}/removal")
    for person in (cast.ada, cast.zed):
        assert (await (await browse(person)).post(f"{at}/restoration")).status_code == 404
    assert (await (await browse(None)).post(f"{at}/restoration")).status_code == 303
    assert await db.scalar(select(func.count()).where(Campaign.discarded_at.is_not(None))) == 1


async def test_it_is_deleted_for_good_in_the_end(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    public = await make_campaign(db, cast.city)
    mia = await browse(cast.mia)
    for days in (1, -1):
        at = await begin(mia, cast.city.id)
        await mia.post(f"{at}/removal")
        draft = Campaign.id == int(at.rpartition("/")[2])
        long_ago = func.now() - KEPT + timedelta(days=days)
        await db.execute(update(Campaign).where(draft).values(discarded_at=long_ago))
    await forget_discarded(db)
    left = set(await db.scalars(select(Campaign.id)))
    assert left == {public.id, int(at.rpartition("/")[2]) - 1}


async def discarded_long_ago(db: AsyncSession, browser: Browser, at: str) -> int:
    """Throws the draft away, as if that had been more than KEPT ago; returns its number."""
    assert (await browser.post(f"{at}/removal")).status_code == 303
    number = int(at.rpartition("/")[2])
    long_ago = func.now() - KEPT - timedelta(days=1)
    draft = update(Campaign).where(Campaign.id == number)
    await db.execute(draft.values(discarded_at=long_ago))
    return number


async def test_one_with_deeds_on_record_is_deleted_and_the_record_stays(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    await mia.post(f"{at}/publication")
    await mia.post(f"{at}/retraction", {"unpublish_reason": "A wrong prize."})
    before = (await db.execute(select(Event.id, Event.kind, Event.data))).all()
    title = await db.scalar(select(Campaign.title))
    number = await discarded_long_ago(db, mia, at)
    await forget_discarded(db)
    assert await db.scalar(select(func.count()).select_from(Campaign)) == 0
    assert await db.scalar(select(func.count()).select_from(Phase)) == 0
    *kept, last = (await db.execute(select(Event.id, Event.kind, Event.data))).all()
    assert kept == before
    assert (last.kind, last.data) == (Kind.CAMPAIGN_DELETED, {"title": title})
    assert f"{at}/restoration" not in (await mia.get("/management")).text
    assert (await mia.get(at)).status_code == 404
    assert (await mia.post(f"/management/{number}/restoration")).status_code == 404


@pytest.mark.parametrize("key", sorted(TEMPLATES))
async def test_one_from_a_template_is_deleted_with_all_that_came_from_it(
    db: AsyncSession, cast: Cast, browse: Browse, key: str
) -> None:
    mia = await browse(cast.mia)
    fields = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    answer = await begin_from(mia, key, fields)
    await discarded_long_ago(db, mia, answer.headers["location"].removesuffix("/check"))
    await forget_discarded(db)
    assert await db.scalar(select(func.count()).select_from(Campaign)) == 0
