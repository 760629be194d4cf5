"""Several managers at once: one is told who did it, and nothing is done twice."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from ideahub.campaigns.models import Campaign
from ideahub.core.db import Database
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Role
from ideahub.judging.models import Panel
from ideahub.organisations.models import Person
from ideahub.results.answering_entrants import draft_answers
from ideahub.results.appealing import appeal
from ideahub.results.entrants import find_own_entry
from ideahub.results.finishing import make_final
from ideahub.results.models import EntrantAnswer, PanelResult, ScoreRun
from ideahub.results.publishing import Publication, publish_result
from ideahub.results.running_scores import run_scores
from tests.results.judged import Judged, judged
from tests.support.cast import make_cast, make_person, viewer_of
from tests.support.waiting import waits_for_a_row


async def prepared(database: Database) -> tuple[Judged, list[int]]:
    """A closed panel, and two managers."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        other = await make_person(db, "Nora Vik", cast.city, Role.MANAGER)
        return await judged(db, cast), [cast.mia.id, other.id]


async def run(database: Database, made: Judged, person_id: int) -> int:
    """Runs the scores as this person."""
    async with database.transaction() as db:
        viewer = await viewer_of(db, await db.get_one(Person, person_id))
        campaign = await db.get_one(Campaign, made.campaign.id)
        panel = await db.get_one(Panel, made.panel.id)
        return (await run_scores(db, viewer, campaign, panel)).run.id


async def publish(database: Database, made: Judged, person_id: int, run_id: int) -> str:
    """Publishes the run as this person, who has seen no result; the refusal, if there is one."""
    async with database.transaction() as db:
        viewer = await viewer_of(db, await db.get_one(Person, person_id))
        campaign = await db.get_one(Campaign, made.campaign.id)
        panel = await db.get_one(Panel, made.panel.id)
        until = datetime.now(UTC) + timedelta(days=14)
        chosen = Publication(run_id, until, "Europe/Oslo")
        try:
            async with db.begin_nested():
                await publish_result(db, viewer, campaign, panel, chosen, seen=0)
        except Conflict as refused:
            return refused.reason
        return ""


async def test_of_two_managers_who_publish_at_once_one_is_told_who_did(
    committing: Database,
) -> None:
    made, people = await prepared(committing)
    run_id = await run(committing, made, people[0])
    said = await asyncio.gather(*(publish(committing, made, person, run_id) for person in people))
    assert sorted(map(bool, said)) == [False, True]
    refusal = next(one for one in said if one)
    winner = "Nora Vik" if said[1] == "" else "Mia Sato"
    assert winner in refusal
    assert "has published score run" in refusal
    async with committing.reading() as db:
        assert len((await db.scalars(select(PanelResult.id))).all()) == 1


async def test_whoever_publishes_later_waits_and_is_told(committing: Database) -> None:
    made, (first, second) = await prepared(committing)
    run_id = await run(committing, made, first)
    async with committing.transaction() as db:
        viewer = await viewer_of(db, await db.get_one(Person, first))
        campaign = await db.get_one(Campaign, made.campaign.id)
        panel = await db.get_one(Panel, made.panel.id)
        chosen = Publication(run_id, datetime.now(UTC) + timedelta(days=14), "Europe/Oslo")
        await publish_result(db, viewer, campaign, panel, chosen, seen=0)
        later = asyncio.create_task(publish(committing, made, second, run_id))
        assert await waits_for_a_row(committing, later)
    assert "Mia Sato has published score run 1" in await later


async def finish(database: Database, made: Judged, person_id: int) -> str:
    """Makes the result final as this person; the refusal, if there is one."""
    async with database.transaction() as db:
        viewer = await viewer_of(db, await db.get_one(Person, person_id))
        campaign = await db.get_one(Campaign, made.campaign.id)
        try:
            await make_final(db, viewer, campaign, await db.get_one(Panel, made.panel.id))
        except Conflict as refused:
            return refused.reason
        return ""


@pytest.mark.slow
async def test_an_appeal_in_the_last_second_is_heard_before_the_result_is_final(
    committing: Database,
) -> None:
    made, people = await prepared(committing)
    run_id = await run(committing, made, people[0])
    await publish(committing, made, people[0], run_id)
    async with committing.transaction() as db:
        await db.execute(
            update(PanelResult).values(appeals_until=datetime.now(UTC) + timedelta(seconds=2))
        )
    async with committing.transaction() as db:
        viewer = await viewer_of(db, made.captains[2])
        campaign, entry = await find_own_entry(db, viewer, made.entries[2].id)
        result = await db.scalar(select(PanelResult))
        assert result
        await appeal(db, viewer, campaign, entry, result, "The second judge read another entry.")
        # It is made in time, and not committed yet as the time is over.
        await db.execute(select(func.pg_sleep(2)))
        final = asyncio.create_task(finish(committing, made, people[0]))
        assert await waits_for_a_row(committing, final)
    assert "1 appeal is not decided yet" in await final


async def test_runs_at_once_make_one(committing: Database) -> None:
    made, people = await prepared(committing)
    runs = await asyncio.gather(*(run(committing, made, person) for person in people * 2))
    assert len(set(runs)) == 1
    async with committing.reading() as db:
        assert (await db.scalars(select(ScoreRun.number))).all() == [1]


async def test_answers_drafted_at_once_are_drafted_once(committing: Database) -> None:
    made, people = await prepared(committing)
    run_id = await run(committing, made, people[0])
    await publish(committing, made, people[0], run_id)

    async def draft(person_id: int) -> int:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, await db.get_one(Person, person_id))
            campaign = await db.get_one(Campaign, made.campaign.id)
            panel = await db.get_one(Panel, made.panel.id)
            return await draft_answers(db, viewer, campaign, panel)

    assert sorted(await asyncio.gather(*map(draft, people))) == [0, 3]
    async with committing.reading() as db:
        assert len((await db.scalars(select(EntrantAnswer.id))).all()) == 3
