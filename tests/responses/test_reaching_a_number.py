"""That support reaches a number is a fact at the moment of the vote: an answer is owed, or a parked
idea wakes, exactly once, also where the vote is taken back, and however many act at once."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import Invalid
from ideahub.ideas.models import Idea
from ideahub.ideas.voting import vote, withdraw_vote
from ideahub.organisations.models import Person
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.crossing import note_unnoted_crossings, owe_for_crossings
from ideahub.responses.models import Response
from ideahub.responses.reply_rules import RulePlan, set_rule
from ideahub.responses.responding import answer_idea
from ideahub.responses.waking import note_wakings, wake_ideas, wake_reached
from tests.support.answering import (
    a_no,
    an_answer,
    back,
    kinds_on,
    owed_for,
    owed_idea,
    with_clock,
)
from tests.support.cast import Cast, add, make_campaign, make_cast, make_idea, viewer_of
from tests.support.ripening import found

VOTERS = ("ben", "cem", "mo", "jo", "zed")


async def cast_vote(db: AsyncSession, person: Person, idea: Idea, *, back: bool = False) -> None:
    """This person votes, or takes it back."""
    viewer, view = await viewer_of(db, person), await found(db, person, idea)
    await (withdraw_vote if back else vote)(db, viewer, view)


async def answered(db: AsyncSession, cast: Cast, idea: Idea, given: AnswerInput) -> None:
    """Sam's answer."""
    await answer_idea(db, await viewer_of(db, cast.sam), await found(db, cast.sam, idea), given)


async def builds(db: AsyncSession, idea: Idea, person: Person, kind: str = "build") -> None:
    """This person adds something to the idea."""
    row = Contribution(
        idea_id=idea.id,
        author_id=person.id,
        kind=ContributionKind(kind),
        body="And a bell.",
        body_html="",
    )
    await add(db, row)


async def test_a_vote_taken_back_at_once_has_reached_it(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await with_clock(db, cast), cast.ada)
    await cast_vote(db, cast.ben, idea)
    await cast_vote(db, cast.cem, idea)
    await cast_vote(db, cast.cem, idea, back=True)
    await owe_for_crossings(db)
    (owed,) = await owed_for(db, idea)
    assert (owed.supporters, owed.organisations) == (2, 2)


async def test_it_wakes_though_the_vote_was_taken_back(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    await answered(db, cast, idea, a_no(wake_measure="supporters", wake_threshold=3))
    await wake_reached(db)
    assert Kind.IDEA_WOKEN not in await kinds_on(db, idea)
    await cast_vote(db, cast.mo, idea)
    await cast_vote(db, cast.mo, idea, back=True)
    await wake_reached(db)
    assert Kind.IDEA_WOKEN in await kinds_on(db, idea)


async def test_breadth_counts_those_who_built_on_it(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    plan = RulePlan(2, 3, 10, (cast.sam.id,))
    await set_rule(db, await viewer_of(db, cast.mia), campaign, plan)
    idea = await make_idea(db, campaign, cast.ada)
    await back(db, idea, cast.ben, cast.cem)
    # Of the author's own house, of one that is counted, or no build: none is one more.
    await builds(db, idea, cast.ada)
    await builds(db, idea, cast.mia)
    await builds(db, idea, cast.zed, "concern")
    await owe_for_crossings(db)
    assert await owed_for(db, idea) == []
    await builds(db, idea, cast.zed)
    await owe_for_crossings(db)
    (owed,) = await owed_for(db, idea)
    assert (owed.supporters, owed.organisations) == (2, 3)


async def test_what_was_hidden_as_it_reached_it_is_owed_once_it_is_shown(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await make_idea(db, await with_clock(db, cast), cast.ada)
    await back(db, idea, cast.ben, cast.cem)
    hide = update(Idea).where(Idea.id == idea.id)
    await db.execute(hide.values(hidden_at=func.now()))
    await owe_for_crossings(db)
    assert await owed_for(db, idea) == []
    await db.execute(hide.values(hidden_at=None))
    await owe_for_crossings(db)
    assert len(await owed_for(db, idea)) == 1


async def test_an_answer_before_the_clock_ends_it(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await with_clock(db, cast), cast.ada)
    await back(db, idea, cast.ben, cast.cem)
    await answered(db, cast, idea, an_answer())
    for _ in range(2):
        await owe_for_crossings(db)
        await note_unnoted_crossings(db)
    assert await owed_for(db, idea) == []


async def test_a_number_that_it_has_already_is_refused(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    with pytest.raises(Invalid, match="It has 2 already"):
        await answered(db, cast, idea, a_no(wake_measure="supporters", wake_threshold=2))


async def test_a_rule_set_as_somebody_votes_misses_nothing(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        idea = await make_idea(db, campaign, cast.ada)
    async with committing.transaction() as voting, committing.transaction() as db:
        await cast_vote(voting, cast.ben, idea)
        plan = RulePlan(1, 1, 10, (cast.sam.id,))
        await set_rule(db, await viewer_of(db, cast.mia), campaign, plan)
    async with committing.transaction() as db:
        await note_unnoted_crossings(db)
        await owe_for_crossings(db)
        assert len(await owed_for(db, idea)) == 1


async def test_many_clocks_and_voters_at_once_owe_it_and_wake_it_once(
    committing: Database,
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await with_clock(db, cast), cast.ada)

    async def tick() -> None:
        for one in (owe_for_crossings, wake_reached, wake_ideas, note_wakings):
            async with committing.transaction() as db:
                await one(db)

    async def votes(name: str, *, back: bool) -> None:
        async with committing.transaction() as db:
            await cast_vote(db, getattr(cast, name), idea)
        if back:
            async with committing.transaction() as db:
                await cast_vote(db, getattr(cast, name), idea, back=True)

    voters = (votes(name, back=name in {"mo", "jo"}) for name in VOTERS[:4])
    await asyncio.gather(*voters, *(tick() for _ in range(4)))
    await tick()
    async with committing.transaction() as db:
        assert len(await owed_for(db, idea)) == 1
        asleep = a_no(wake_measure="supporters", wake_threshold=4)
        await answered(db, cast, idea, asleep)
    voters = (votes(name, back=True) for name in ("mo", "jo", "zed"))
    await asyncio.gather(*voters, *(tick() for _ in range(4)))
    async with committing.transaction() as db:
        for name in ("mo", "jo"):
            await cast_vote(db, getattr(cast, name), idea)
    await asyncio.gather(*(tick() for _ in range(4)))
    async with committing.reading() as db:
        kinds = await kinds_on(db, idea)
        assert kinds.count(Kind.IDEA_WOKEN) == 1
        assert kinds.count(Kind.RESPONSE_OWED) == len(await owed_for(db, idea)) == 2


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(VOTERS), st.booleans()), max_size=14),
    wanted=st.integers(3, 5),
)
async def test_it_wakes_if_and_only_if_the_number_was_reached(
    db: AsyncSession, cast: Cast, deeds: list[tuple[str, bool]], wanted: int
) -> None:
    async with db.begin_nested() as savepoint:
        for person in (
            cast.city,
            *(getattr(cast, name) for name in (*VOTERS, "ada", "mia", "sam")),
        ):
            await db.refresh(person)
        idea = await owed_idea(db, cast)
        await answered(db, cast, idea, a_no(wake_measure="supporters", wake_threshold=wanted))
        supporters, most = {"ben", "cem"}, 2
        for name, ticks in deeds:
            await cast_vote(db, getattr(cast, name), idea, back=name in supporters)
            supporters ^= {name}
            most = max(most, len(supporters))
            if ticks:
                await wake_reached(db)
                await wake_ideas(db)
        await wake_reached(db)
        woken = (await kinds_on(db, idea)).count(Kind.IDEA_WOKEN)
        assert woken == int(most >= wanted)
        reached = await db.scalar(
            select(Response.wake_reached_at).where(Response.idea_id == idea.id)
        )
        assert (reached is not None) == (most >= wanted)
        await savepoint.rollback()
