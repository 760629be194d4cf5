"""A judge steps back from an entry, or drops out: others take over, and nothing is destroyed."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Refused
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry, EntryMember
from ideahub.judging.closing import close_panel
from ideahub.judging.conflicts import conflicting_pairs, declare_conflict
from ideahub.judging.declaring import declare_all
from ideahub.judging.entrants import entrants_of
from ideahub.judging.judged_entries import judged_entries
from ideahub.judging.models import (
    Assignment,
    AssignmentRun,
    ConflictCategory,
    PanelJudge,
    Recusal,
    Score,
    Scorecard,
)
from ideahub.judging.panels import panel_by_id
from ideahub.judging.progress import progress_of
from ideahub.judging.queries import find_own_assignment, find_own_panel
from ideahub.judging.recorded_runs import calculate, hash_inputs
from ideahub.judging.recusing import recuse
from ideahub.judging.replacing import remove_judge
from ideahub.judging.visibility import STANDS
from ideahub.organisations.models import Person
from tests.conftest import Browse
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import Cast, add, make_person, viewer_of

NUMBERS = count()
WHY = {"category": "financial", "reason": "I own shares."}


async def shared_out(db: AsyncSession, cast: Cast, wanted: int | None = 2) -> Judging:
    """Four entries, two judges each of Jo, Sam and Zed."""
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 4)
    for person in (cast.jo, cast.sam, cast.zed):
        await seat(db, judging, person)
    await share_out(db, judging, cast, wanted)
    return judging


async def cards(db: AsyncSession) -> list[Scorecard]:
    found = select(Scorecard).order_by(Scorecard.id).execution_options(populate_existing=True)
    return list(await db.scalars(found))


async def covered(db: AsyncSession, judging: Judging) -> list[int]:
    """How many judges each entry has."""
    found = await db.execute(
        select(Assignment.entry_id, func.count())
        .where(Assignment.panel_id == judging.panel.id, STANDS)
        .group_by(Assignment.entry_id)
        .order_by(Assignment.entry_id)
    )
    return [number for _entry, number in found]


async def test_it_passes_on_at_once_and_what_was_scored_is_sealed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await shared_out(db, cast)
    first = (await assignments(db, judging, judging.judges[0]))[0]
    await score(db, judging, cast.jo, first, "8", "2")
    await db.commit()
    jo, at = await browse(cast.jo), f"/assignments/{first.id}"
    assert "I cannot judge this" in (await jo.get(at)).text
    assert (await jo.get(f"{at}/recusal")).status_code == 200
    for missing in ({"category": ""}, {"reason": " "}):
        answer = await jo.post(f"{at}/recusal", WHY | missing)
        assert answer.status_code == 422
    answer = await jo.post(f"{at}/recusal", WHY)
    assert answer.status_code == 303, answer.text
    assert (await jo.post(f"{at}/recusal", WHY)).status_code in {303, 404}
    (recusal,) = (await db.scalars(select(Recusal))).all()
    taken = await db.get_one(Assignment, recusal.replaced_by_id)
    assert (taken.entry_id, taken.judge_id != first.judge_id) == (first.entry_id, True)
    assert await covered(db, judging) == [2, 2, 2, 2]
    (card,) = await cards(db)
    assert card.sealed_at
    assert card.final_at
    assert len((await db.scalars(select(Score.value))).all()) == 2
    page = await jo.get(at)
    assert "You stepped back from this entry" in page.text
    assert "score-sheet" not in page.text
    assert "/entries/" not in page.text
    for deed in ("", "/scores", "/reopening"):
        assert (await jo.post(f"{at}{deed}", {"do": "finish"})).status_code == 404
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id))).all()
    assert kinds[-2:] == [Kind.ENTRIES_ASSIGNED, Kind.JUDGE_RECUSED]
    run = (await db.scalars(select(AssignmentRun).order_by(AssignmentRun.id.desc()))).first()
    assert run
    assert hash_inputs(run.inputs) == run.inputs_hash
    assert calculate(run.inputs, run.seed).added == [(taken.entry_id, taken.judge_id)]


async def test_without_another_judge_nothing_waits_and_the_manager_is_told(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await shared_out(db, cast, None)
    first = (await assignments(db, judging, judging.judges[0]))[0]
    jo = await viewer_of(db, cast.jo)
    own = (await find_own_assignment(db, jo, first.id))[1]
    recusal = await recuse(db, jo, own, ConflictCategory.OTHER, "So.")
    assert recusal.replaced_by_id is None
    assert await recuse(db, jo, own, ConflictCategory.OTHER, "So.") is recusal
    progress = await progress_of(db, await panel_by_id(db, judging.panel.id))
    assert [(one.id, one.judges) for one in progress.lacking] == [(first.entry_id, 2)]
    await db.commit()
    at = f"/management/{judging.campaign.id}/judging/{judging.panel.id}"
    assert "1 entry has too few judges" in (await (await browse(cast.mia)).get(at)).text
    # As soon as there is another judge, they take over, and it is noted.
    await seat(db, judging, cast.ada)
    await share_out(db, judging, cast, 3, seed="again")
    await db.refresh(recusal)
    assert recusal.replaced_by_id is not None


async def test_what_a_judge_stepped_back_from_is_never_given_to_them_again(
    db: AsyncSession, cast: Cast
) -> None:
    judging = await shared_out(db, cast)
    jo = await viewer_of(db, cast.jo)
    for one in await assignments(db, judging, judging.judges[0]):
        own = (await find_own_assignment(db, jo, one.id))[1]
        await recuse(db, jo, own, ConflictCategory.RIVALRY, "So.")
    before = len(await assignments(db, judging, judging.judges[0]))
    await share_out(db, judging, cast, 3, seed="again")
    theirs = await assignments(db, judging, judging.judges[0])
    assert len({one.entry_id for one in theirs}) == len(theirs) >= before


async def test_who_drops_out_leaves_what_is_finished(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await shared_out(db, cast)
    jo = judging.judges[0]
    first, *others = await assignments(db, judging, jo)
    await score(db, judging, cast.jo, first, "8", "2")
    await score(db, judging, cast.jo, others[0], "8", "2", final=False)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/judges/{jo.id}"
    assert (await mia.post(f"{at}/removal", {"reason": ""})).status_code == 422
    answer = await mia.post(f"{at}/removal", {"reason": "Ill."})
    assert answer.status_code == 303, answer.text
    assert (await mia.post(f"{at}/removal", {"reason": "Ill."})).status_code == 409
    assert await covered(db, judging) == [2, 2, 2, 2]
    standing = await db.scalars(select(Assignment.id).where(STANDS, Assignment.judge_id == jo.id))
    assert standing.all() == [first.id]
    final, begun = await cards(db)
    assert (final.sealed_at, begun.sealed_at) == (None, None)
    browser = await browse(cast.jo)
    for address in (f"/judging/{judging.panel.id}", f"/assignments/{first.id}"):
        assert (await browser.get(address)).status_code == 404
    # Balancing again counts what was finished, and gives no entry a third judge.
    await share_out(db, judging, cast, 2, seed="again")
    assert await covered(db, judging) == [2, 2, 2, 2]


async def test_what_somebody_finished_can_be_sealed_with_them(db: AsyncSession, cast: Cast) -> None:
    judging = await shared_out(db, cast)
    jo = judging.judges[0]
    first, *_others = await assignments(db, judging, jo)
    await score(db, judging, cast.jo, first, "8", "2")
    mia = await viewer_of(db, cast.mia)
    left = await remove_judge(
        db, mia, judging.campaign, judging.panel.id, jo.id, "A hidden contract.", seal=True
    )
    assert left == 0
    assert (await cards(db))[0].sealed_at
    assert await covered(db, judging) == [2, 2, 2, 2]
    standing = await db.scalars(select(Assignment.id).where(STANDS, Assignment.judge_id == jo.id))
    assert standing.all() == []


# Any sequence of what can happen: pairs in conflict never meet, and nothing stands in the way of
# finishing and closing.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["finish", "recuse", "remove", "conflict", "balance"]),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=10,
)


@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_no_state_of_a_recusal_blocks_a_result(
    db: AsyncSession, cast: Cast, steps: list[tuple[str, int, int]]
) -> None:
    async with db.begin_nested() as savepoint:
        people = [cast.jo, cast.sam, cast.zed, cast.ada]
        for row in (cast.city, cast.mia, *people):
            await db.refresh(row)
        judging = await shared_out(db, cast)
        await seat(db, judging, cast.ada)
        for deed, who, at in steps:
            try:
                async with db.begin_nested():
                    await _take(db, cast, judging, deed, who, at)
            except Refused:
                pass
            await _nobody_meets_a_conflict(db, judging)
        mia = await viewer_of(db, cast.mia)
        for judge, person in zip(judging.judges, people, strict=True):
            await _finish_all(db, judging, judge.id, person)
        assert await close_panel(db, mia, judging.campaign, judging.panel.id)
        unfinished = (
            select(func.count())
            .select_from(Assignment)
            .where(
                STANDS,
                ~select(Scorecard.id)
                .where(Scorecard.assignment_id == Assignment.id, Scorecard.final_at.is_not(None))
                .exists(),
            )
        )
        assert await db.scalar(unfinished) == 0
        await savepoint.rollback()


async def _take(
    db: AsyncSession, cast: Cast, judging: Judging, deed: str, who: int, at: int
) -> None:
    judge, person = judging.judges[who], [cast.jo, cast.sam, cast.zed, cast.ada][who]
    if deed == "remove":
        mia = await viewer_of(db, cast.mia)
        panel = judging.panel.id
        await remove_judge(db, mia, judging.campaign, panel, judge.id, "Gone.", seal=at > 2)
    elif deed == "balance":
        await share_out(db, judging, cast, 1 + at % 3, seed=f"{who}")
    elif deed == "conflict":
        viewer = await viewer_of(db, person)
        await _join_late(db, judging, viewer, judging.entries[at % 4])
    else:
        await _answer(db, judging, judge, person, deed, at)


async def _answer(
    db: AsyncSession, judging: Judging, judge: PanelJudge, person: Person, deed: str, at: int
) -> None:
    """The judge finishes an entry that they have, or steps back from it."""
    theirs = await assignments(db, judging, judge)
    if not theirs:
        return
    one = theirs[at % len(theirs)]
    if deed == "finish":
        await score(db, judging, person, one, "4", "2")
    else:
        own = (await find_own_assignment(db, await viewer_of(db, person), one.id))[1]
        await recuse(db, await viewer_of(db, person), own, ConflictCategory.OTHER, "So.")


async def _join_late(db: AsyncSession, judging: Judging, viewer: Viewer, entry: Entry) -> None:
    """Somebody joins an entry with whom this judge has a conflict, and declares it."""
    late = await make_person(db, f"Late{next(NUMBERS)} Nr")
    await add(db, EntryMember(entry_id=entry.id, person_id=late.id))
    own = await find_own_panel(db, viewer, judging.panel.id)
    await declare_conflict(db, viewer, own, late.id, ConflictCategory.OTHER, "")
    await declare_all(
        db, viewer, own, [one.id for one in (await entrants_of(db, viewer, own)).entrants]
    )


async def _nobody_meets_a_conflict(db: AsyncSession, judging: Judging) -> None:
    entries = await judged_entries(db, judging.entries_phase.id)
    blocked = await conflicting_pairs(db, judging.panel.id, entries)
    standing = await db.execute(
        select(Assignment.entry_id, Assignment.judge_id).where(
            Assignment.panel_id == judging.panel.id, STANDS
        )
    )
    assert not blocked & {(entry, judge) for entry, judge in standing}


async def _finish_all(db: AsyncSession, judging: Judging, judge_id: int, person: Person) -> None:
    judge = next(one for one in judging.judges if one.id == judge_id)
    await db.refresh(judge)
    if judge.removed_at:
        return
    for one in await assignments(db, judging, judge):
        viewer = await viewer_of(db, person)
        own = (await find_own_assignment(db, viewer, one.id))[1]
        if own.stands and own.final_at is None:
            await score(db, judging, person, one, "4", "2")
