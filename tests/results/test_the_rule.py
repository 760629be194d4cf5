"""The scoring rule is declared before anybody scores, and entries about which judges are far apart
are offered a third reading."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.judging.models import Assignment, Panel, PanelJudge, Scorecard
from ideahub.results.models import RunPlace
from tests.conftest import Browse
from tests.results.judged import judged
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast, make_person

RULE = {
    "method": "median",
    "trim_count": "1",
    "missing": "refuse",
    "tie_break": "none",
    "decimals": "1",
    "bound": "25",
}
# The first two have the same total, and the second is better on the first criterion.
TIED = [[(6, 8)], [(8, 5)], [(2, 2)]]


async def test_the_rule_is_declared_until_entries_are_assigned(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    await db.execute(update(Panel).values(fixed_at=None))
    await db.commit()
    mia, at = await browse(cast.mia), f"{made.at}/rule"
    assert "The criteria decide" in (await mia.get(at)).text
    assert (await mia.post(at, RULE)).status_code == 303
    await db.refresh(made.panel)
    assert made.panel.rule["method"] == "median"
    assert made.panel.divergence_bound == 25
    page = (await mia.get(f"/management/{made.campaign.id}/judging/{made.panel.id}")).text
    assert "the median of its judges&#39; totals" in page or "the median of its judges" in page
    await db.execute(update(Panel).values(fixed_at=made.panel.created_at))
    await db.commit()
    answer = await mia.post(at, RULE | {"method": "mean"})
    assert answer.status_code == 409
    assert "the rule stays as it was declared" in answer.text
    await db.refresh(made.panel)
    assert made.panel.rule["method"] == "median"


async def test_a_bound_or_trim_that_makes_no_sense_is_refused(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    await db.execute(update(Panel).values(fixed_at=None))
    await db.commit()
    mia, at = await browse(cast.mia), f"{made.at}/rule"
    for wrong in ({"bound": "0"}, {"bound": "101"}, {"decimals": "9"}, {"method": ""}):
        answer = await mia.post(at, RULE | wrong)
        assert answer.status_code == 422, wrong
    trimmed = RULE | {"method": "trimmed_mean", "trim_count": "0"}
    answer = await mia.post(at, trimmed)
    assert answer.status_code == 422
    assert "how many totals are left out at each end" in answer.text


@pytest.mark.parametrize(("tie_break", "ranks"), [("none", [1, 1, 3]), ("criteria", [1, 2, 3])])
async def test_equal_entries_are_told_apart_as_declared(
    db: AsyncSession, cast: Cast, browse: Browse, tie_break: str, ranks: list[int]
) -> None:
    made = await judged(db, cast, TIED, rule={"tie_break": tie_break})
    await publish(db, await browse(cast.mia), made)
    found = await db.scalars(select(RunPlace.rank).order_by(RunPlace.rank))
    assert found.all() == ranks


async def test_judges_see_the_rule_before_they_score(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    page = await (await browse(cast.jo)).get(f"/judging/{made.panel.id}")
    assert page.status_code == 200
    assert "How totals become ranks" in page.text


async def test_entries_far_apart_are_given_to_another_judge_and_no_score_is_shown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    two = [[(9, 8), (8, 8)], [(7, 7), (2, 3)], [(5, 5), (5, 6)]]
    made = await judged(db, cast, two, closed=False, divergence_bound=Decimal(30))
    other = await make_person(db, "Third Reader")
    await add_judge(db, made.panel, other.id)
    await db.commit()
    mia = await browse(cast.mia)
    panel = (await mia.get(f"/management/{made.campaign.id}/judging/{made.panel.id}")).text
    # Which they are is computed only where somebody asks for it.
    assert f'href="{made.at}/readings"' in panel
    assert "further apart than the panel" not in panel
    page = (await mia.get(f"{made.at}/readings")).text
    assert "further apart than the panel" in page
    assert "70.00" not in page
    assert "24.00" not in page
    answer = await mia.post(f"{made.at}/readings")
    assert answer.status_code == 303, answer.text
    given = await db.scalars(
        select(Assignment.entry_id)
        .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
        .where(PanelJudge.person_id == other.id)
    )
    assert given.all() == [made.entries[1].id]
    # While the third has not finished, it is not offered again.
    assert (await mia.post(f"{made.at}/readings")).status_code == 409


async def test_nothing_is_offered_before_judges_have_finished_or_once_the_panel_is_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    two = [[(9, 8), (8, 8)], [(7, 7), (2, 3)]]
    made = await judged(db, cast, two, closed=False, divergence_bound=Decimal(30))
    card = made.scorecards[1, 1]
    await db.execute(update(Scorecard).where(Scorecard.id == card.id).values(final_at=None))
    await db.commit()
    mia = await browse(cast.mia)
    page = (await mia.get(f"{made.at}/readings")).text
    assert "further apart" not in page
    assert (await mia.post(f"{made.at}/readings")).status_code == 409


async def add_judge(db: AsyncSession, panel: Panel, person_id: int, label: int = 9) -> None:
    """Another judge, who has declared."""
    now = panel.created_at
    db.add(
        PanelJudge(
            panel_id=panel.id,
            label=label,
            address=f"judge{label}@mail.example",
            person_id=person_id,
            invited_by=panel.created_by,
            secret_hash=f"judge{label}".encode(),
            expires_at=now,
            accepted_at=now,
            declared_at=now,
        )
    )
    await db.flush()
