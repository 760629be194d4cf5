"""A leader answers an idea: with a yes, or an honest no that says what would change it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.ideas.models import Idea, Stage
from ideahub.organisations.models import Person, RoleGrant
from ideahub.pipeline.models import Decision, Review
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.condition_reports import confirm_report, refuse_report, report_condition
from ideahub.responses.crossing import owe_for_crossings, standing_owners
from ideahub.responses.handovers import (
    accept_handover,
    ask_to_take_over,
    decline_handover,
    name_owner,
)
from ideahub.responses.models import ReasonKind, Response, ResponseVersion, Verdict
from ideahub.responses.queries import owed_by, response_of
from ideahub.responses.responding import answer_idea
from ideahub.responses.standing_in import name_stand_in
from ideahub.responses.waking import note_wakings, wake_ideas
from ideahub.sponsorship.offering import today
from tests.support.answering import (
    a_no,
    an_answer,
    back,
    kinds_on,
    make_leader,
    owed_for,
    owed_idea,
)
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.ripening import found


async def answer(db: AsyncSession, person: Person, idea: Idea, given: AnswerInput) -> Response:
    """The answer of this person."""
    return await answer_idea(db, await viewer_of(db, person), await found(db, person, idea), given)


async def stage_of(db: AsyncSession, idea: Idea) -> Stage:
    """Where the idea stands now."""
    return Stage((await db.scalars(select(Idea.stage).where(Idea.id == idea.id))).one())


async def test_an_answer_ends_what_is_owed(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    given = await answer(db, cast.sam, idea, an_answer())
    (owed,) = await owed_for(db, idea)
    assert (owed.answered_at is not None, given.owed_id) == (True, owed.id)
    assert await owed_by(db, await viewer_of(db, cast.sam)) == []
    again = await answer(db, cast.sam, idea, an_answer())
    assert again.id == given.id
    assert (await kinds_on(db, idea)).count(Kind.RESPONSE_GIVEN) == 1
    await owe_for_crossings(db)
    assert len(await owed_for(db, idea)) == 1


async def test_a_leader_answers_also_what_nobody_owes(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    assert (await answer(db, cast.sam, idea, an_answer())).owed_id is None
    await owe_for_crossings(db)
    assert await owed_for(db, idea) == []


@pytest.mark.parametrize("who", ["ben", "ada", "zed", "mia"])
async def test_others_may_not_answer(db: AsyncSession, cast: Cast, who: str) -> None:
    idea = await owed_idea(db, cast)
    with pytest.raises(Forbidden):
        await answer(db, getattr(cast, who), idea, an_answer())


async def test_nobody_answers_an_idea_of_their_own(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ada)
    with pytest.raises(Forbidden, match="their own"):
        await answer(db, cast.ada, idea, an_answer())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (a_no(would_change=""), "would_change"),
        (a_no(reason_kind=None), "reason_kind"),
        (a_no(body=""), "body"),
        (a_no(reason_kind=ReasonKind.NOT_OURS), "elsewhere"),
        (a_no(wake_measure="supporters"), "wake_threshold"),
        (a_no(wake_measure="votes", wake_threshold=5), "wake_measure"),
        (a_no(wake_measure="supporters", wake_threshold=2_000_000), "wake_threshold"),
        (an_answer(verdict=Verdict.YES_AND), "conditions"),
        (an_answer(would_change="More money"), "would_change"),
        (a_no(conditions="If it rains"), "conditions"),
    ],
)
async def test_what_is_missing_or_does_not_fit_is_named(
    db: AsyncSession, cast: Cast, given: AnswerInput, field: str
) -> None:
    idea = await owed_idea(db, cast)
    with pytest.raises(Invalid) as refused:
        await answer(db, cast.sam, idea, given)
    assert set(refused.value.errors) == {field}


async def test_of_two_answers_at_once_one_stands(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ben)
    await answer(db, cast.sam, idea, an_answer())
    with pytest.raises(Conflict, match="Sam Hart has answered"):
        await answer(db, cast.ben, idea, a_no())
    assert await stage_of(db, idea) is Stage.SPARK


async def test_a_change_is_a_new_version(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    first = await answer(db, cast.sam, idea, an_answer())
    changed = an_answer(body="In June.", seen_response=first.id, seen_version=1, why="Late")
    assert (await answer(db, cast.sam, idea, changed)).version == 2
    versions = await db.scalars(select(ResponseVersion.body).order_by(ResponseVersion.version))
    assert list(versions) == ["We will do it in May.", "In June."]
    assert (await kinds_on(db, idea)).count(Kind.RESPONSE_CHANGED) == 1
    shown = await response_of(db, await found(db, None, idea))
    assert shown is not None
    assert (shown.body, shown.version) == ("In June.", 2)


async def test_a_no_parks_with_what_would_change_it(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await answer(db, cast.sam, idea, a_no(wake_measure="supporters", wake_threshold=3))
    assert await stage_of(db, idea) is Stage.PARKED
    review = (await db.scalars(select(Review).where(Review.idea_id == idea.id))).one()
    assert review.decision == Decision.PARK
    assert review.wakes_when == "A cheaper way. It wakes by itself with 3 supporters."


async def test_what_is_measured_wakes_by_itself_once_and_is_owed_again(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await owed_idea(db, cast)
    await answer(db, cast.sam, idea, a_no(wake_measure="supporters", wake_threshold=3))
    await wake_ideas(db)
    assert await stage_of(db, idea) is Stage.PARKED
    await back(db, idea, cast.mo)
    for _ in range(3):
        await wake_ideas(db)
        await note_wakings(db)
    assert await stage_of(db, idea) is Stage.SPARK
    kinds = await kinds_on(db, idea)
    assert (kinds.count(Kind.IDEA_WOKEN), kinds.count(Kind.RESPONSE_OWED)) == (1, 2)
    second = (await owed_for(db, idea))[1]
    assert (second.round, await standing_owners(db, second.id)) == (2, [cast.sam.id])
    before = await response_of(db, await found(db, None, idea))
    assert before is not None
    given = an_answer(seen_response=before.id, seen_version=before.version)
    assert (await answer(db, cast.sam, idea, given)).round == 2


async def test_a_day_wakes_it_as_well(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    tomorrow = await today(db) + timedelta(days=1)
    await answer(db, cast.sam, idea, a_no(wake_on=tomorrow))
    await wake_ideas(db)
    assert await stage_of(db, idea) is Stage.PARKED
    await db.execute(update(Response).values(wake_on=tomorrow - timedelta(days=1)))
    await wake_ideas(db)
    assert await stage_of(db, idea) is Stage.SPARK


async def test_anyone_points_out_once_that_it_has_come_true(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await answer(db, cast.sam, idea, a_no())
    cem, view = await viewer_of(db, cast.cem), await found(db, cast.cem, idea)
    report = await report_condition(db, cem, view, "It costs half now.")
    assert (await report_condition(db, cem, view, "Half!")).id == report.id
    sam = await viewer_of(db, cast.sam)
    with pytest.raises(Forbidden):
        await confirm_report(db, cem, view, report.id, "")
    assert await confirm_report(db, sam, view, report.id, "Indeed.")
    assert not await confirm_report(db, sam, view, report.id, "Indeed.")
    assert await stage_of(db, idea) is Stage.SPARK
    assert len(await owed_for(db, idea)) == 2
    with pytest.raises(Conflict):
        await refuse_report(db, sam, view, report.id, "No")


async def test_a_refused_hint_leaves_it_parked(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await answer(db, cast.sam, idea, a_no())
    view, sam = await found(db, cast.cem, idea), await viewer_of(db, cast.sam)
    report = await report_condition(db, await viewer_of(db, cast.cem), view, "Cheap now.")
    with pytest.raises(Invalid):
        await refuse_report(db, sam, view, report.id, "")
    assert await refuse_report(db, sam, view, report.id, "Prices are the same.")
    assert await stage_of(db, idea) is Stage.PARKED


async def test_a_stand_in_answers_for_a_leader(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    day, sam = await today(db), await viewer_of(db, cast.sam)
    for _ in range(2):
        await name_stand_in(db, sam, cast.ben.id, day, day, "UTC")
    (owed,) = await owed_by(db, await viewer_of(db, cast.ben))
    assert owed.for_name == "Sam Hart"
    await answer(db, cast.ben, idea, an_answer())
    shown = await response_of(db, await found(db, None, idea))
    assert shown is not None
    assert shown.said_by == "Ben Okoye for Sam Hart"


@pytest.mark.parametrize("gone", ["disabled", "leads no more"])
async def test_a_stand_in_does_not_for_whoever_leads_no_more(
    db: AsyncSession, cast: Cast, gone: str
) -> None:
    idea = await owed_idea(db, cast)
    day, sam = await today(db), await viewer_of(db, cast.sam)
    await name_stand_in(db, sam, cast.ben.id, day, day, "UTC")
    if gone == "disabled":
        cast.sam.disabled_at = func.now()
    else:
        grants = update(RoleGrant).where(RoleGrant.person_id == cast.sam.id)
        await db.execute(grants.values(revoked_at=func.now()))
    await db.flush()
    assert await owed_by(db, await viewer_of(db, cast.ben)) == []
    with pytest.raises(Forbidden):
        await answer(db, cast.ben, idea, an_answer())


async def test_a_stand_in_of_another_day_or_house_does_not(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    later, sam = await today(db) + timedelta(days=2), await viewer_of(db, cast.sam)
    await name_stand_in(db, sam, cast.ben.id, later, later, "UTC")
    with pytest.raises(Forbidden):
        await answer(db, cast.ben, idea, an_answer())
    with pytest.raises(Invalid):
        await name_stand_in(db, sam, cast.zed.id, later, later, "UTC")


async def test_it_stays_with_who_hands_it_over_until_that_is_accepted(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ben)
    view, sam = await found(db, cast.sam, idea), await viewer_of(db, cast.sam)
    ben = await viewer_of(db, cast.ben)
    asked = await ask_to_take_over(db, sam, view, cast.ben.id, "You know roads.")
    (owed,) = await owed_for(db, idea)
    assert await standing_owners(db, owed.id) == [cast.sam.id]
    assert await decline_handover(db, ben, view, asked.id, "No time.")
    asked = await ask_to_take_over(db, sam, view, cast.ben.id, "Please.")
    assert await accept_handover(db, ben, view, asked.id)
    assert not await accept_handover(db, ben, view, asked.id)
    assert await standing_owners(db, owed.id) == [cast.ben.id]


async def test_managers_name_another_leader(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ben)
    view, mia = await found(db, cast.mia, idea), await viewer_of(db, cast.mia)
    with pytest.raises(Invalid):
        await name_owner(db, mia, view, cast.zed.id, "")
    assert await name_owner(db, mia, view, cast.ben.id, "", instead=True)
    assert not await name_owner(db, mia, view, cast.ben.id, "", instead=True)
    (owed,) = await owed_for(db, idea)
    assert await standing_owners(db, owed.id) == [cast.ben.id]


async def test_a_withdrawn_idea_takes_no_answer(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    view, sam = await found(db, cast.sam, idea), await viewer_of(db, cast.sam)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(withdrawn_at=func.now()))
    with pytest.raises(Conflict):
        await answer_idea(db, sam, view, an_answer())
    assert await owed_by(db, sam) == []
