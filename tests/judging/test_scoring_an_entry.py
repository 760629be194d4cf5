"""A judge scores an entry: saved as one types, finished once, reopened as long as it is fair."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.judging.models import Score
from ideahub.judging.queries import find_own_assignment, queue_of
from tests.judging.panels_made import enter, make_judging, score, seat, share_out
from tests.support.cast import Cast, viewer_of


async def test_from_the_panel_to_a_final_scorecard(db: AsyncSession, cast: Cast) -> None:
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem)
    await seat(db, judging, cast.jo)
    (given,) = await share_out(db, judging, cast)
    await score(db, judging, cast.jo, given, "7", "3")
    jo = await viewer_of(db, cast.jo)
    (waiting,) = await queue_of(db, jo, judging.panel.id)
    assert waiting.final_at is not None
    assert waiting.scored == 2
    scores = (await db.scalars(select(Score).order_by(Score.criterion_id))).all()
    assert [one.value for one in scores] == [Decimal("7.00"), Decimal("3.00")]
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds[-3:] == [Kind.ENTRIES_ASSIGNED, Kind.SCORECARD_BEGUN, Kind.SCORECARD_FINISHED]


async def test_somebody_elses_scorecard_is_not_there(db: AsyncSession, cast: Cast) -> None:
    judging = await make_judging(db, cast)
    await enter(db, judging, cast.cem)
    await seat(db, judging, cast.jo)
    await seat(db, judging, cast.zed)
    for given in await share_out(db, judging, cast):
        for person in (cast.ada, cast.mia, cast.ann, cast.jo, cast.zed):
            viewer = await viewer_of(db, person)
            own = next(one for one in judging.judges if one.id == given.judge_id)
            if own.person_id == person.id:
                await find_own_assignment(db, viewer, given.id)
                continue
            with pytest.raises(NotFound):
                await find_own_assignment(db, viewer, given.id)
