"""A judge changes what they know about: it counts the next time that entries are shared out."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.judging.closing import close_panel
from ideahub.judging.models import PanelJudge
from tests.conftest import Browse
from tests.judging.panels_made import assignments, enter_some, make_judging, seat, share_out
from tests.support.cast import Cast, viewer_of


async def test_it_is_kept_once_and_managers_see_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    judge = await seat(db, judging, cast.jo)
    await db.commit()
    at = f"/judging/{judging.panel.id}"
    jo = await browse(cast.jo)
    assert "You have not said what you know about." in (await jo.get(at)).text
    for _again in range(2):
        answer = await jo.post(f"{at}/expertise", {"expertise": "Traffic; schools, traffic"})
        assert answer.status_code == 303
    assert (await db.get_one(PanelJudge, judge.id, populate_existing=True)).expertise == [
        "Traffic",
        "schools",
        "traffic",
    ]
    assert "Traffic, schools, traffic" in (await jo.get(f"{at}/expertise")).text
    declared = await db.scalars(select(Event).where(Event.kind == Kind.EXPERTISE_DECLARED))
    assert len(declared.all()) == 1
    managed = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/judges/{judge.id}"
    assert "Knows about Traffic" in (await (await browse(cast.mia)).get(managed)).text


async def test_afterwards_what_is_assigned_stays_and_it_counts_the_next_time(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 2)
    await seat(db, judging, cast.jo)
    before = {one.id for one in await share_out(db, judging, cast)}
    await db.commit()
    at = f"/judging/{judging.panel.id}/expertise"
    jo = await browse(cast.jo)
    assert "What is assigned to you stays." in (await jo.get(at)).text
    await jo.post(at, {"expertise": "Schools"})
    assert {one.id for one in await assignments(db, judging)} == before


async def test_nothing_changes_once_the_panel_is_closed_and_nothing_typed_is_lost(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await make_judging(db, cast)
    judge = await seat(db, judging, cast.jo)
    await close_panel(db, await viewer_of(db, cast.mia), judging.campaign, judging.panel.id)
    await db.commit()
    at = f"/judging/{judging.panel.id}/expertise"
    answer = await (await browse(cast.jo)).post(at, {"expertise": "Schools"})
    assert answer.status_code == 409
    assert "Schools" in answer.text
    assert (await db.get_one(PanelJudge, judge.id, populate_existing=True)).expertise == []
    for person in (cast.mia, cast.sam):
        assert (await (await browse(person)).post(at, {"expertise": "X"})).status_code == 404
