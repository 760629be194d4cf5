"""However an owed answer changes hands, somebody owes it until it is given, and then nobody."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.db import Database
from ideahub.core.events import Kind
from ideahub.core.refusals import Conflict, Forbidden, Invalid, Refused
from ideahub.core.viewer import Role
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from ideahub.responses.crossing import standing_owners
from ideahub.responses.handovers import (
    accept_handover,
    ask_to_take_over,
    decline_handover,
    name_owner,
)
from ideahub.responses.owner_models import Handover
from ideahub.responses.queries import clocks_of, owed_by
from ideahub.responses.reminding import note_vacancies
from ideahub.responses.responding import answer_idea
from tests.conftest import Browse
from tests.support.answering import an_answer, kinds_on, make_leader, owed_for, owed_idea
from tests.support.cast import Cast, make_cast, make_person, viewer_of
from tests.support.ripening import found

PEOPLE = ("sam", "ben", "jo")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "accept", "decline", "name", "replace", "answer"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
    ),
    max_size=12,
)


async def do(db: AsyncSession, cast: Cast, idea: Idea, step: str, who: str, whom: str) -> None:
    """One step, whether or not it may be taken."""
    person, other = getattr(cast, who), getattr(cast, whom)
    if step in {"name", "replace"}:
        mia = await viewer_of(db, cast.mia)
        view = await found(db, cast.mia, idea)
        await name_owner(db, mia, view, other.id, "", instead=step == "replace")
        return
    viewer, view = await viewer_of(db, person), await found(db, person, idea)
    if step == "ask":
        await ask_to_take_over(db, viewer, view, other.id, f"For {whom}")
    elif step == "answer":
        await answer_idea(db, viewer, view, an_answer())
    else:
        newest = await db.scalar(select(func.max(Handover.id)).where(Handover.to_id == person.id))
        if newest and step == "accept":
            await accept_handover(db, viewer, view, newest)
        elif newest:
            await decline_handover(db, viewer, view, newest, "No.")


async def must_be_owed(db: AsyncSession, idea: Idea) -> None:
    """Fails where nobody owes what is open, or who owes it is not what the clock says."""
    (owed,) = await owed_for(db, idea)
    owners = await standing_owners(db, owed.id)
    assert owners
    clock = (await clocks_of(db, [idea.id])).get(idea.id)
    assert (clock is None) == (owed.answered_at is not None)
    if clock:
        names = select(Person.name).where(Person.id.in_(owners))
        assert sorted(clock.owners) == sorted(await db.scalars(names))
    else:
        open_ones = select(func.count()).where(Handover.owed_id == owed.id, Handover.is_open)
        assert await db.scalar(open_ones) == 0


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_in_any_order_of_steps_somebody_owes_it(
    db: AsyncSession, cast: Cast, steps: list[tuple[str, str, str]]
) -> None:
    async with db.begin_nested() as savepoint:
        for person in (cast.city, cast.ada, cast.mia, cast.sam, cast.ben, cast.cem, cast.jo):
            await db.refresh(person)
        for person in (cast.ben, cast.jo):
            await make_leader(db, cast, person)
        idea = await owed_idea(db, cast)
        for step in steps:
            with suppress(Conflict, Forbidden, Invalid):
                async with db.begin_nested():
                    await do(db, cast, idea, *step)
            await must_be_owed(db, idea)
        await savepoint.rollback()


async def test_of_two_who_act_at_once_one_owes_it(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        for person in (cast.ben, cast.jo):
            await make_leader(db, cast, person)
        idea = await owed_idea(db, cast)
        sam, view = await viewer_of(db, cast.sam), await found(db, cast.sam, idea)
        asked = await ask_to_take_over(db, sam, view, cast.ben.id, "Yours.")
        number = asked.id

    async def accept() -> None:
        async with committing.transaction() as db:
            ben, view = await viewer_of(db, cast.ben), await found(db, cast.ben, idea)
            await accept_handover(db, ben, view, number)

    async def replace() -> None:
        async with committing.transaction() as db:
            mia, view = await viewer_of(db, cast.mia), await found(db, cast.mia, idea)
            await name_owner(db, mia, view, cast.jo.id, "", instead=True)

    results = await asyncio.gather(accept(), accept(), replace(), return_exceptions=True)
    assert all(one is None or isinstance(one, Refused) for one in results)
    async with committing.reading() as db:
        await must_be_owed(db, idea)
        (owed,) = await owed_for(db, idea)
        assert await standing_owners(db, owed.id) == [cast.jo.id]


async def test_a_leader_of_another_organisation_takes_it_over_and_hands_it_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await owed_idea(db, cast)
    await make_leader(db, cast, cast.ben)
    kim = await make_person(db, "Kim Park", cast.ministry, Role.LEADER)
    await db.commit()
    sam, theirs = await browse(cast.sam), await browse(kim)
    at = f"/ideas/{idea.id}/response"
    assert '<optgroup label="Ministry">' in (await sam.get(at)).text
    asked = await sam.post(f"{at}/handovers", {"to": str(kim.id), "reason": "State roads."})
    assert asked.status_code == 303
    number = (await db.scalars(select(Handover.id))).one()
    assert (await theirs.post(f"{at}/handovers/{number}/acceptance")).status_code == 303
    stranger = await browse(None)
    page = (await stranger.get(at)).text
    assert "Kim Park (Ministry) owes an answer by" in page and "State roads." in page
    assert [one.idea_id for one in await owed_by(db, await viewer_of(db, kim))] == [idea.id]
    await note_vacancies(db)
    assert Kind.RESPONSE_VACANT not in await kinds_on(db, idea)
    back = {"to": str(cast.ben.id), "reason": "The road is yours."}
    assert (await theirs.post(f"{at}/handovers", back)).status_code == 303
    assert (await theirs.post(at, {"verdict": "yes", "body": "We will."})).status_code == 303
    assert "Kim Park" in (await stranger.get(at)).text


async def test_who_cannot_see_it_is_not_asked(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast, audience=Audience.INTERNAL)
    kim = await make_person(db, "Kim Park", cast.ministry, Role.LEADER)
    sam, view = await viewer_of(db, cast.sam), await found(db, cast.sam, idea)
    with pytest.raises(Invalid, match="cannot see"):
        await ask_to_take_over(db, sam, view, kim.id, "Yours.")


async def test_who_leads_nothing_is_not_asked(db: AsyncSession, cast: Cast) -> None:
    idea = await owed_idea(db, cast)
    sam, view = await viewer_of(db, cast.sam), await found(db, cast.sam, idea)
    with pytest.raises(Invalid, match="Choose a leader"):
        await ask_to_take_over(db, sam, view, cast.zed.id, "Yours.")
