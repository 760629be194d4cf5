"""A phase in which somebody has entered is not removed, whatever reason is given."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.campaigns.scheduling import plan_phases
from ideahub.core.refusals import Invalid
from tests.entries.entering import begin, make_contest
from tests.support.cast import HOUR, Cast, viewer_of


async def test_it_is_refused_with_a_sentence(db: AsyncSession, cast: Cast) -> None:
    campaign, phase = await make_contest(db, cast.city)
    await begin(db, cast.cem, phase)
    past = {"closes_at": phase.opens_at and phase.opens_at + HOUR / 2, "position": 1}
    await db.execute(update(Phase).values(**past))
    await db.refresh(phase)
    mia = await viewer_of(db, cast.mia)
    with pytest.raises(Invalid, match="depend on this phase"):
        await plan_phases(
            db, mia, campaign, [], removed=[phase.id], reasons={phase.id: "A mistake."}
        )
    assert (await db.scalars(select(Phase.id))).all() == [phase.id]
