"""What judges and managers do at the same moment follows each other, and nothing of it is lost."""

import asyncio

import pytest
from sqlalchemy import func, select

from ideahub.core.db import Database
from ideahub.core.refusals import Refused
from ideahub.judging.assigning import assign_entries, plan_assignment
from ideahub.judging.closing import close_panel
from ideahub.judging.models import Assignment, ConflictCategory, Panel, Scorecard
from ideahub.judging.queries import find_own_assignment
from ideahub.judging.recusing import recuse
from ideahub.judging.scoring import OpenedPage, TypedScore, finish_scorecard, save_scores
from ideahub.judging.visibility import STANDS
from tests.judging.panels_made import Judging, enter_some, make_judging, seat, share_out
from tests.support.cast import Cast, make_cast, viewer_of


async def judging_there(database: Database) -> tuple[Cast, Judging]:
    """Four entries, shared out among Jo, Sam and Zed."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        judging = await make_judging(db, cast)
        await enter_some(db, judging, 4)
        for person in (cast.jo, cast.sam, cast.zed):
            await seat(db, judging, person)
        await share_out(db, judging, cast, 2)
        return cast, judging


@pytest.mark.slow
async def test_closing_while_all_finish(committing: Database) -> None:
    cast, judging = await judging_there(committing)

    async def finish(person_at: int, at: int) -> str:
        person, judge = (cast.jo, cast.sam, cast.zed)[person_at], judging.judges[person_at]
        try:
            async with committing.transaction() as db:
                viewer = await viewer_of(db, person)
                theirs = select(Assignment.id).where(Assignment.judge_id == judge.id, STANDS)
                numbers = (await db.scalars(theirs.order_by(Assignment.id))).all()
                own = (await find_own_assignment(db, viewer, numbers[at]))[1]
                typed = {
                    one.id: TypedScore(value, "So.")
                    for one, value in zip(judging.criteria, ("5", "2"), strict=True)
                }
                await save_scores(db, viewer, own, typed, OpenedPage("page", own.saved))
                await finish_scorecard(db, viewer, own)
                return "finished"
        except Refused:
            return "refused"

    async def close() -> str:
        async with committing.transaction() as db:
            mia = await viewer_of(db, cast.mia)
            await close_panel(db, mia, judging.campaign, judging.panel.id)
            return "closed"

    deeds = [finish(0, 0), finish(1, 0), close(), finish(2, 0), finish(0, 1), finish(1, 1)]
    said = await asyncio.gather(*deeds)
    async with committing.reading() as db:
        final = select(func.count()).select_from(Scorecard)
        count = await db.scalar(final.where(Scorecard.final_at.is_not(None)))
        closed = await db.scalar(select(Panel.closed_at))
    assert said.count("finished") == count
    assert said.count("closed") == 1
    assert closed is not None


@pytest.mark.slow
async def test_stepping_back_and_balancing_at_once(committing: Database) -> None:
    cast, judging = await judging_there(committing)

    async def step_back(person_at: int) -> None:
        person, judge = (cast.jo, cast.sam, cast.zed)[person_at], judging.judges[person_at]
        async with committing.transaction() as db:
            viewer = await viewer_of(db, person)
            first = select(func.min(Assignment.id)).where(Assignment.judge_id == judge.id, STANDS)
            own = (await find_own_assignment(db, viewer, await db.scalar(first) or 0))[1]
            await recuse(db, viewer, own, ConflictCategory.OTHER, "So.")

    async def balance() -> None:
        async with committing.transaction() as db:
            planned = await plan_assignment(db, judging.panel, 2, "again")
            mia = await viewer_of(db, cast.mia)
            await assign_entries(db, mia, judging.panel.id, 2, seed=planned.seed)

    await asyncio.gather(step_back(0), balance(), step_back(1), balance())
    async with committing.reading() as db:
        found = await db.execute(
            select(Assignment.entry_id, func.count(), func.count(Assignment.judge_id.distinct()))
            .where(STANDS)
            .group_by(Assignment.entry_id)
        )
        rows = found.all()
    assert len(rows) == 4
    assert all(number == different <= 2 for _entry, number, different in rows)
