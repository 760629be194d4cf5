"""Whoever an answer concerns is told once of each press, though it parks the idea or wakes it."""

from collections import Counter

from sqlalchemy import delete, select

from ideahub.core.db import Database
from ideahub.ideas.models import Idea
from ideahub.ideas.voting import vote
from ideahub.notifications.models import Notification
from ideahub.notifications.telling import tell_people
from ideahub.organisations.models import Person
from ideahub.responses.batches.batching import ask_to_send, begin_batch, write_words
from ideahub.responses.condition_reports import report_condition
from ideahub.responses.responding import answer_idea
from ideahub.responses.standing_in import name_stand_in
from ideahub.responses.waking import wake_reached
from ideahub.sponsorship.offering import today
from tests.support.answering import a_no, owed_idea
from tests.support.cast import Cast, make_cast, viewer_of
from tests.support.ripening import found


async def told(database: Database) -> Counter[str]:
    """How often each person was told something since the last time."""
    for _tick in range(12):
        async with database.transaction() as db:
            await tell_people(db)
    async with database.transaction() as db:
        names = select(Person.name).join(Notification, Notification.person_id == Person.id)
        counted = Counter(await db.scalars(names))
        await db.execute(delete(Notification))
    return counted


async def begin(database: Database) -> tuple[Cast, Idea]:
    """An idea of Ada's, which Ben and Cem support and for which Sam owes an answer."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        idea = await owed_idea(db, cast)
    await told(database)
    return cast, idea


async def test_a_no_and_its_waking_are_told_once_each(committing: Database) -> None:
    cast, idea = await begin(committing)
    async with committing.transaction() as db:
        sam, view = await viewer_of(db, cast.sam), await found(db, cast.sam, idea)
        await answer_idea(db, sam, view, a_no(wake_measure="supporters", wake_threshold=3))
    parked = await told(committing)
    assert parked == {"Ada Lind": 1, "Ben Okoye": 1, "Cem Aydin": 1}
    async with committing.transaction() as db:
        await vote(db, await viewer_of(db, cast.mo), await found(db, cast.mo, idea))
        await wake_reached(db)
    woken = await told(committing)
    assert {"Ada Lind", "Sam Hart", "Ben Okoye", "Cem Aydin"} <= set(woken)
    assert set(woken.values()) == {1}


async def test_that_it_has_come_true_is_told_to_leader_and_author(committing: Database) -> None:
    cast, idea = await begin(committing)
    async with committing.transaction() as db:
        sam, view = await viewer_of(db, cast.sam), await found(db, cast.sam, idea)
        await answer_idea(db, sam, view, a_no())
    await told(committing)
    async with committing.transaction() as db:
        cem, view = await viewer_of(db, cast.cem), await found(db, cast.cem, idea)
        await report_condition(db, cem, view, "It costs half now.")
    heard = await told(committing)
    assert (heard["Sam Hart"], heard["Ada Lind"]) == (1, 1)


async def test_who_stands_in_or_has_answers_prepared_is_told(committing: Database) -> None:
    cast, idea = await begin(committing)
    async with committing.transaction() as db:
        sam, mia = await viewer_of(db, cast.sam), await viewer_of(db, cast.mia)
        day = await today(db)
        await name_stand_in(db, sam, cast.ben.id, day, day, "UTC")
        batch = await begin_batch(db, mia, [idea.id], sender_id=cast.sam.id)
        await write_words(db, batch, {"verdict": "yes", "body": "Yes."})
        await ask_to_send(db, mia, batch)
    assert await told(committing) == {"Ben Okoye": 1, "Sam Hart": 1}
