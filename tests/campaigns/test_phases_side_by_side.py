"""Phases that run in parallel: what can be planned, and how it is shown."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, CampaignKind, Purpose
from ideahub.campaigns.phase_plan import PhasePlan
from ideahub.campaigns.phase_spans import spans
from ideahub.campaigns.phases import PhaseNow, PhaseState, must_accept
from ideahub.campaigns.scheduling import plan_phases
from ideahub.campaigns.web.phase_rows import phase_fingerprint
from ideahub.core.refusals import Conflict, Invalid
from tests.campaigns.setting_up import begin, fill_in, only, phase, phases, stored_phase
from tests.conftest import Browse
from tests.support.cast import HOUR, Cast, make_campaign, viewer_of

NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPENS, CLOSES = "2026-01-01T08:00", "2099-01-01T18:00"
EACH = {
    "Ideas": "ideas",
    "Support": "votes",
    "Talk": "contributions",
    "Award": "entries",
    "Jury": "scoring",
}


def lying(number: int, opens: int | None, closes: int | None) -> PhaseNow:
    """A phase that opens and closes so many days from now."""
    ends = [None if days is None else NOW + days * DAY for days in (opens, closes)]
    return PhaseNow(
        id=number,
        position=number,
        name="Phase",
        opens_at=ends[0],
        closes_at=ends[1],
        timezone="UTC",
        accepts=[],
        purpose=Purpose.OTHER,
        grace_seconds=0,
        state=PhaseState.OPEN,
        now=NOW,
        opens_local=None,
        closes_local=None,
    )


async def test_phases_that_overlap_each_have_their_own_acceptance(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    (first,) = await phases(db)
    rows = {
        name: value
        for index, (called, accepted) in enumerate(EACH.items())
        for name, value in phase(
            index,
            **({"id": first.id, "seen": phase_fingerprint(first)} if index == 0 else {}),
            name=called,
            opens=OPENS,
            closes=CLOSES,
            accepts=[accepted],
        ).items()
    }
    assert (await mia.post(f"{at}/phases", rows)).status_code == 303
    assert [(one.name, one.accepts) for one in await phases(db)] == [
        (called, [accepted]) for called, accepted in EACH.items()
    ]
    assert (await mia.post(f"{at}/publication")).status_code == 303
    campaign = await only(db)
    for accepted in (*EACH.values(),):
        await must_accept(db, campaign.id, Accepts(accepted))
    with pytest.raises(Conflict):
        await must_accept(db, campaign.id, Accepts.PUBLIC_VOTING)
    page = (await (await browse(None)).get(campaign.url)).text
    assert len(re.findall(r'class="phase-span"', page)) == len(EACH)
    for words in ("Entries to be judged", "Judging by invited judges", "New ideas"):
        assert words in page
    assert "entries until 1 Jan 2099, 18:00" in page


async def test_entries_alone_are_enough_for_a_challenge(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    at = await begin(mia, cast.city.id)
    await fill_in(mia, at)
    (first,) = await phases(db)
    await mia.post(f"{at}/phases", stored_phase(0, first, purpose="entries", accepts=["entries"]))
    assert "Everything is there" in (await mia.get(f"{at}/check")).text
    assert (await mia.post(f"{at}/publication")).status_code == 303
    listed = (await (await browse(None)).get("/challenges")).text
    assert f'id="campaign-card-{(await only(db)).id}"' in listed


@pytest.mark.parametrize("closes", [-2 * HOUR, -HOUR])
async def test_no_rule_stores_a_phase_that_ends_before_it_starts(
    db: AsyncSession, cast: Cast, closes: timedelta
) -> None:
    draft = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE, published=False)
    plan = PhasePlan(None, "Backwards", NOW - HOUR, NOW + closes, "UTC", ["ideas"])
    with pytest.raises(Invalid, match="must close after it opens"):
        await plan_phases(db, await viewer_of(db, cast.mia), draft, [plan])
    assert len(await phases(db)) == 1


def test_only_phases_that_overlap_are_drawn_on_one_axis() -> None:
    assert spans([]) == {}
    assert spans([lying(1, 0, 5), lying(2, 5, 9)]) == {}
    drawn = spans([lying(1, -5, 5), lying(2, 0, 15), lying(3, None, None)])
    assert tuple(drawn[1]) == (0, 50, 25)
    assert tuple(drawn[2]) == (25, 75, 25)
    assert 3 not in drawn


DAYS = st.none() | st.integers(-400, 400)


@given(some=st.lists(st.tuples(DAYS, DAYS), max_size=12))
def test_every_bar_lies_on_its_axis_and_can_be_seen(
    some: list[tuple[int | None, int | None]],
) -> None:
    planned = [
        lying(number, opens, closes)
        for number, (opens, closes) in enumerate(some)
        if opens is None or closes is None or opens < closes
    ]
    for drawn in spans(planned).values():
        assert drawn.start >= 0
        assert drawn.length > 0
        assert drawn.start + drawn.length <= 100.01
