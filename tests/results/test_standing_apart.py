"""Nobody decides about an entry that they are behind, or about which they have a conflict."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role
from ideahub.entries.models import EntryContributor, EntryMember, MemberRole
from ideahub.judging.models import ConflictDeclaration
from ideahub.organisations.models import Person
from ideahub.results.models import Advancement, Appeal, Award, AwardCheck, ScoreCorrection
from tests.conftest import Browse, Browser
from tests.results.judged import SCORES, Judged, assign, judged, recuse
from tests.results.test_appeals import UPHELD, appealed
from tests.results.test_awards import awarded
from tests.results.test_from_run_to_final import publish
from tests.support.cast import Cast, add, make_person


@pytest.mark.parametrize("how", ["member", "contributor"])
async def test_managers_give_no_award_to_what_they_are_behind(
    db: AsyncSession, cast: Cast, browse: Browse, how: str
) -> None:
    made = await judged(db, cast)
    number, mia, ann = made.entries[0].id, await browse(cast.mia), await browse(cast.ann)
    await publish(db, mia, made)
    award = await awarded(db, mia, made, amount="50", currency="EUR")
    if how == "member":
        await add(db, EntryMember(entry_id=number, person_id=cast.ann.id, role=MemberRole.MEMBER))
    else:
        await add(db, EntryContributor(entry_id=number, person_id=cast.ann.id, role="author"))
    await db.commit()
    check = await db.scalar(select(AwardCheck.id).limit(1))
    at, form = f"{made.at}/awards/{award.id}", {"entry": str(number), "title": "Another prize"}
    invited = {"to_phase": str(made.later.id), "entries": str(number)}
    for address, sent in (
        (f"{made.at}/awards", form),
        (f"{at}/checks/{check}", {"passed": "yes"}),
        (f"{at}/confirmation", {}),
        (f"{at}/payments", {"title": "At once", "amount": "50"}),
        (f"{made.at}/advancements", invited),
    ):
        answer = await ann.post(address, sent)
        assert answer.status_code == 403, address
        assert "You are behind this entry" in answer.text
    assert await db.scalar(select(func.count(Award.id))) == 1
    assert await db.scalar(select(Advancement.id)) is None
    # About others they decide.
    other = {"entry": str(made.entries[1].id), "title": "Another prize"}
    assert (await ann.post(f"{made.at}/awards", other)).status_code == 303


async def with_a_managing_judge(db: AsyncSession, cast: Cast) -> tuple[Judged, Person]:
    """A panel whose second judge manages the challenge, too, and has not scored the third entry."""
    judge = await make_person(db, "Manager Judge", cast.city, Role.MANAGER)
    rows: list[list[tuple[int, int] | None]] = [[*row] for row in SCORES]
    rows[2][1] = None
    return await judged(db, cast, rows, judges=[cast.jo, judge]), judge


async def decides_nothing(db: AsyncSession, judge: Browser, made: Judged, appeal: Appeal) -> None:
    at, card, criterion = made.at, made.scorecards[2, 0], made.criteria[0]
    score = f"{at}/entries/{made.entries[2].id}/scores/{card.id}/{criterion.id}"
    for address, sent in (
        (f"{at}/appeals/{appeal.id}", UPHELD),
        (score, {"new_value": "10", "reason": "My sister deserves more."}),
    ):
        answer = await judge.post(address, sent)
        assert answer.status_code == 403, address
        assert "have a conflict of interest about it" in answer.text
    await db.refresh(appeal)
    assert appeal.decided_at is None
    assert await db.scalar(select(ScoreCorrection.id)) is None


async def test_whoever_declared_a_conflict_decides_no_appeal(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, judge = await with_a_managing_judge(db, cast)
    appeal = await appealed(db, cast, browse, made)
    await add(
        db,
        ConflictDeclaration(
            judge_id=made.judges[1].id, person_id=made.captains[2].id, category="family"
        ),
    )
    await db.commit()
    await decides_nothing(db, await browse(judge), made, appeal)


async def test_whoever_stepped_back_before_scoring_decides_no_appeal(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made, judge = await with_a_managing_judge(db, cast)
    appeal = await appealed(db, cast, browse, made)
    await assign_and_recuse(db, made)
    await decides_nothing(db, await browse(judge), made, appeal)


async def assign_and_recuse(db: AsyncSession, made: Judged) -> None:
    await assign(db, made, 2, 1)
    await recuse(db, made, 2, 1)
    await db.commit()
