"""Each criterion is counted from real rows, and everyone sees what is missing."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.criteria import ADOPTED_BUILDS, CONCERNS_ANSWERED, CONTRIBUTIONS
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.criteria import Criterion
from ideahub.ideas.criteria import FRAMED, ORGANISATIONS, SUPPORTERS
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.pipeline.criteria import EXPERIMENT_PLANNED, LESSON, READINGS, RESULT, TARGET_REACHED
from ideahub.pipeline.describing import sentence
from ideahub.pipeline.learning import record_lesson
from ideahub.pipeline.measuring import Measured, measure, measure_one
from ideahub.pipeline.models import Experiment, Gate, GateCriterion, Reading
from ideahub.pipeline.queries import gate_summaries
from ideahub.sponsorship.criteria import SPONSORS
from tests.support.cast import Cast, add, make_idea
from tests.support.ripening import at_stage, contribute, pledge, posted, support


async def counted(db: AsyncSession, idea: Idea, what: Criterion) -> Measured:
    standing = await measure_one(db, idea.id)
    return next(one for one in standing.criteria if one.criterion is what)


async def test_a_new_idea_lacks_support_and_company(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    standing = await measure_one(db, idea.id)
    assert standing.next_stage is Stage.CONCEPT
    assert [(one.criterion, one.reached, one.wanted) for one in standing.criteria] == [
        (FRAMED, 1, 1),
        (SUPPORTERS, 0, 5),
        (CONTRIBUTIONS, 0, 1),
    ]
    assert sentence(standing) == "Needs 5 more supporters and 1 more contribution"


async def test_supporters_are_counted(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await support(db, idea, 4)
    assert not (await counted(db, idea, SUPPORTERS)).met
    await support(db, idea, 1)
    assert (await counted(db, idea, SUPPORTERS)).met


async def test_an_idea_without_its_why_is_not_framed(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await db.execute(update(Idea).where(Idea.id == idea.id).values(why=""))
    assert not (await counted(db, idea, FRAMED)).met
    assert "a word on why it matters" in sentence(await measure_one(db, idea.id))


async def test_only_what_others_add_and_leave_standing_counts(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await contribute(db, idea, cast.ada)
    await contribute(db, idea, cast.ben, withdrawn_at=func.now())
    await contribute(db, idea, cast.ben, hidden_at=func.now())
    assert (await counted(db, idea, CONTRIBUTIONS)).reached == 0
    top = await contribute(db, idea, cast.ben)
    await contribute(db, idea, cast.cem, parent_id=top.id)
    assert (await counted(db, idea, CONTRIBUTIONS)).reached == 1


async def test_all_citizens_together_are_one_organisation(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    await support(db, idea, 3)
    assert (await counted(db, idea, ORGANISATIONS)).reached == 1
    await support(db, idea, 2, cast.ministry)
    found = await counted(db, idea, ORGANISATIONS)
    assert (found.reached, found.met) == (2, True)


async def test_an_adopted_build_counts_until_it_is_hidden(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    build = await contribute(db, idea, cast.ben)
    assert (await counted(db, idea, ADOPTED_BUILDS)).reached == 0
    build.adopted_at = func.now()
    await db.flush()
    assert (await counted(db, idea, ADOPTED_BUILDS)).met


async def test_every_concern_wants_an_answer_by_an_author(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.CONCEPT)
    assert (await counted(db, idea, CONCERNS_ANSWERED)).met
    first = await contribute(db, idea, cast.ben, ContributionKind.CONCERN)
    second = await contribute(db, idea, cast.cem, ContributionKind.CONCERN)
    await contribute(db, idea, cast.mo, ContributionKind.CONCERN, parent_id=first.id)
    found = await counted(db, idea, CONCERNS_ANSWERED)
    assert (found.reached, found.wanted, found.met) == (0, 2, False)
    assert "an answer to 2 concerns" in sentence(await measure_one(db, idea.id))
    await contribute(db, idea, cast.ada, ContributionKind.CONCERN, parent_id=first.id)
    await add(db, CoAuthor(idea_id=idea.id, person_id=cast.jo.id))
    await contribute(db, idea, cast.jo, ContributionKind.CONCERN, parent_id=second.id)
    assert (await counted(db, idea, CONCERNS_ANSWERED)).met


@pytest.mark.parametrize(
    ("columns", "stands"),
    [
        ({}, True),
        ({"accepted_at": None}, False),
        ({"withdrawn_at": func.now()}, False),
        ({"lapsed_at": func.now()}, False),
        ({"expires_on": func.current_date()}, True),
        ({"expires_on": func.current_date() - 1}, False),
        ({"expires_on": func.current_date() - 1, "kept_at": func.now()}, True),
    ],
)
async def test_a_pledge_makes_a_sponsor_while_it_stands(
    db: AsyncSession, cast: Cast, columns: dict[str, object], stands: bool
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.SPONSORED)
    await pledge(db, idea, cast.sam, **columns)
    assert (await counted(db, idea, SPONSORS)).met is stands


async def test_two_pledges_of_one_person_are_one_sponsor(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.SPONSORED)
    await pledge(db, idea, cast.sam)
    await pledge(db, idea, cast.sam)
    assert (await counted(db, idea, SPONSORS)).reached == 1


async def experiment(db: AsyncSession, idea: Idea, cast: Cast, stage: Stage) -> Experiment:
    row = Experiment(
        idea_id=idea.id,
        stage=stage,
        hypothesis="It helps",
        measure="minutes",
        target=Decimal(10),
        higher_is_better=False,
        created_by=cast.ada.id,
    )
    return await add(db, row)


async def reading(db: AsyncSession, tried: Experiment, cast: Cast, value: int, day: int) -> None:
    on = date(2026, 1, day)
    await add(
        db,
        Reading(experiment_id=tried.id, value=Decimal(value), taken_on=on, author_id=cast.ada.id),
    )


async def test_an_experiment_counts_for_the_stage_it_is_made_for(
    db: AsyncSession, cast: Cast
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.SPONSORED)
    await experiment(db, idea, cast, Stage.PILOT)
    assert not (await counted(db, idea, EXPERIMENT_PLANNED)).met
    tried = await experiment(db, idea, cast, Stage.PROTOTYPE)
    assert (await counted(db, idea, EXPERIMENT_PLANNED)).met
    await at_stage(db, idea, Stage.PROTOTYPE)
    for day in (1, 2, 3):
        await reading(db, tried, cast, 12, day)
    assert (await counted(db, idea, READINGS)).met
    assert not (await counted(db, idea, RESULT)).met
    tried.concluded_at = func.now()
    await db.flush()
    assert (await counted(db, idea, RESULT)).met
    await at_stage(db, idea, Stage.PILOT)
    assert (await counted(db, idea, READINGS)).reached == 0


async def test_the_newest_reading_says_whether_the_target_is_reached(
    db: AsyncSession, cast: Cast
) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PILOT)
    tried = await experiment(db, idea, cast, Stage.PILOT)
    await reading(db, tried, cast, 9, 3)
    assert (await counted(db, idea, TARGET_REACHED)).met
    await reading(db, tried, cast, 8, 1)
    await reading(db, tried, cast, 11, 4)
    assert not (await counted(db, idea, TARGET_REACHED)).met
    tried.higher_is_better = True
    await db.flush()
    assert (await counted(db, idea, TARGET_REACHED)).met


async def test_a_lesson_is_asked_for_before_everyday_practice(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.PILOT)
    assert not (await counted(db, idea, LESSON)).met
    await record_lesson(db, idea.id, cast.ada.id, "Ask the caretakers first.")
    assert (await counted(db, idea, LESSON)).met


async def test_no_gate_lies_ahead_of_what_has_arrived_or_left(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    for stage in (Stage.ADOPTED, Stage.LEARNED, Stage.PARKED):
        await at_stage(db, idea, stage, days=99)
        standing = await measure_one(db, idea.id)
        assert standing.next_stage is None
        assert standing.criteria == ()
        assert not standing.stuck


async def test_an_idea_is_stuck_after_thirty_days(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    await at_stage(db, idea, Stage.SPARK, days=30)
    assert not (await measure_one(db, idea.id)).stuck
    await at_stage(db, idea, Stage.SPARK, days=31)
    standing = await measure_one(db, idea.id)
    assert (standing.days, standing.stuck) == (31, True)


async def test_gates_of_its_own_replace_the_default_ones(db: AsyncSession, cast: Cast) -> None:
    campaign, idea = await posted(db, cast)
    gate = await add(
        db,
        Gate(campaign_id=campaign.id, from_stage=Stage.SPARK, to_stage=Stage.PROTOTYPE),
    )
    await add(db, GateCriterion(gate_id=gate.id, position=1, measure=SPONSORS.measure))
    standing = await measure_one(db, idea.id)
    assert standing.next_stage is Stage.PROTOTYPE
    assert [one.criterion for one in standing.criteria] == [SPONSORS]
    await at_stage(db, idea, Stage.CONCEPT)
    assert (await measure_one(db, idea.id)).next_stage is None
    _, other = await posted(db, cast)
    assert (await measure_one(db, other.id)).next_stage is Stage.CONCEPT


async def test_a_page_of_ideas_is_measured_in_one_query(db: AsyncSession, cast: Cast) -> None:
    campaign, idea = await posted(db, cast)
    ideas = [idea, *[await make_idea(db, campaign, cast.ben, f"Idea {n}") for n in range(5)]]
    await support(db, idea, 5)
    connection = (await db.connection()).sync_connection
    seen: list[str] = []
    listen = lambda *heard: seen.append(heard[2])  # noqa: E731
    event.listen(connection, "before_cursor_execute", listen)
    needs = await gate_summaries(db, [one.id for one in ideas])
    event.remove(connection, "before_cursor_execute", listen)
    assert len(seen) == 1
    assert needs[idea.id].sentence == "Needs 1 more contribution"
    assert (needs[idea.id].met, needs[idea.id].asked) == (2, 3)
    assert len(needs) == 6
    assert await measure(db, []) == {}


async def test_thousands_of_rows_are_counted_exactly(db: AsyncSession, cast: Cast) -> None:
    _, idea = await posted(db, cast)
    row = {"idea_id": idea.id, "author_id": cast.ben.id, "kind": "build", "body": "…"}
    await db.execute(insert(Contribution), [row | {"body_html": "…"}] * 2_000)
    assert (await counted(db, idea, CONTRIBUTIONS)).reached == 2_000
