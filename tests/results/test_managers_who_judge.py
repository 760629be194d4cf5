"""A manager who judges as well is a judge as long as scoring is open: nothing of their pages tells
what others gave."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role
from ideahub.judging.models import Assignment
from ideahub.organisations.models import RoleGrant
from tests.conftest import Browse
from tests.results.judged import Judged, judged
from tests.support.cast import Cast, add

APART = "the judges are further apart"


async def with_a_managing_judge(db: AsyncSession, cast: Cast) -> Judged:
    """An open panel in which the judges differ; Jo, who judges there, manages it, too."""
    made = await judged(db, cast, closed=False, divergence_bound=5, blind=False)
    await add(db, RoleGrant(person_id=cast.jo.id, role=Role.MANAGER, organisation_id=cast.city.id))
    made.scorecards[1, 0].final_at = None
    await db.commit()
    return made


async def test_only_managers_who_do_not_judge_learn_where_judges_are_far_apart(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await with_a_managing_judge(db, cast)
    at = f"/management/{made.campaign.id}/judging/{made.panel.id}"
    link = f'href="{made.at}/readings"'
    mia, jo = await browse(cast.mia), await browse(cast.jo)
    assert link in (await mia.get(at)).text
    assert APART in (await mia.get(f"{made.at}/readings")).text
    assert link not in (await jo.get(at)).text
    page = await jo.get(f"{made.at}/readings")
    assert page.status_code == 200
    assert APART not in page.text


async def test_a_judge_asks_for_no_third_reading(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await with_a_managing_judge(db, cast)
    before = await db.scalar(select(func.count(Assignment.id)))
    answer = await (await browse(cast.jo)).post(f"{made.at}/readings")
    assert answer.status_code == 403
    assert "somebody else has to ask" in answer.text
    assert await db.scalar(select(func.count(Assignment.id))) == before


async def test_their_pages_stay_as_they_are_whatever_others_give(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await with_a_managing_judge(db, cast)
    jo = await browse(cast.jo)
    for page in ("runs/1", "exports/scores.csv", "exports/runs.json", "exports/decisions.xlsx"):
        assert (await jo.get(f"{made.at}/{page}")).status_code == 404, page
    assert (await jo.get(f"/deliberation/{made.panel.id}")).status_code == 404
