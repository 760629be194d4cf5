"""Votes at the closing, and several tabs and people at the same moment."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select, update

from ideahub.campaigns.models import Phase
from ideahub.core.db import Database
from ideahub.core.refusals import Conflict, Invalid
from ideahub.organisations.models import Person
from ideahub.public_voting.ballot import set_votes_each, take_off_ballot
from ideahub.public_voting.models import BallotEntry, BallotPaper, EntryVote
from ideahub.public_voting.queries import BallotEntryView
from ideahub.public_voting.voting import vote
from tests.public_voting.votes import Vote, crowd, make_vote
from tests.support.cast import Cast, make_cast, viewer_of


async def prepared(
    database: Database, voters: int, votes_each: int = 1
) -> tuple[Cast, Vote, list[Person]]:
    """An open vote, and so many people who have not voted yet."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        made = await make_vote(db, cast, votes_each=votes_each)
        return cast, made, await crowd(db, voters)


async def press(database: Database, person: Person, entry: BallotEntryView) -> bool | None:
    """Votes in a transaction of its own; None where it is refused."""
    async with database.transaction() as db:
        viewer = await viewer_of(db, person)
        try:
            async with db.begin_nested():
                return await vote(db, viewer, entry)
        except Conflict:
            return None


async def closing_in(database: Database, made: Vote, seconds: float) -> None:
    closes = select(func.clock_timestamp() + timedelta(seconds=seconds)).scalar_subquery()
    async with database.transaction() as db:
        await db.execute(update(Phase).where(Phase.id == made.phase.id).values(closes_at=closes))


async def test_of_two_votes_before_and_after_closing_exactly_the_first_is_in(
    committing: Database,
) -> None:
    _cast, made, (early, late) = await prepared(committing, 2)
    await closing_in(committing, made, 0.5)
    assert await press(committing, early, made.on_ballot[0])
    await asyncio.sleep(1.0)
    assert await press(committing, late, made.on_ballot[0]) is None
    async with committing.reading() as db:
        people = (await db.scalars(select(BallotPaper.person_id))).all()
        assert people == [early.id]


async def test_a_storm_at_the_closing_leaves_no_trace_of_what_came_late(
    committing: Database,
) -> None:
    _cast, made, voters = await prepared(committing, 20)
    await closing_in(committing, made, 0.5)

    async def after(wait: float, person: Person) -> bool | None:
        await asyncio.sleep(wait)
        return await press(committing, person, made.on_ballot[1])

    said = await asyncio.gather(*(after(0.05 * at, one) for at, one in enumerate(voters)))
    assert await press(committing, voters[-1], made.on_ballot[0]) is None
    async with committing.reading() as db:
        stored = (await db.scalars(select(BallotPaper.person_id))).all()
        votes = (await db.execute(select(func.count()).select_from(EntryVote))).scalar_one()
    accepted = [one.id for one, done in zip(voters, said, strict=True) if done]
    assert sorted(stored) == sorted(accepted)
    assert votes == len(accepted)


async def test_two_tabs_do_not_pass_the_limit_together(committing: Database) -> None:
    _cast, made, (person,) = await prepared(committing, 1)
    said = await asyncio.gather(
        *(press(committing, person, entry) for entry in made.on_ballot for _tab in range(2))
    )
    assert said.count(True) == 1
    async with committing.reading() as db:
        assert len((await db.scalars(select(EntryVote.id))).all()) == 1


async def test_one_button_pressed_in_two_tabs_counts_once(committing: Database) -> None:
    _cast, made, (person,) = await prepared(committing, 1, votes_each=3)
    said = await asyncio.gather(
        *(press(committing, person, made.on_ballot[0]) for _tab in range(5))
    )
    assert sorted(map(bool, said)) == [False] * 4 + [True]
    assert None not in said
    async with committing.reading() as db:
        assert len((await db.scalars(select(EntryVote.id))).all()) == 1


async def test_the_first_vote_and_another_number_of_votes_at_once(committing: Database) -> None:
    """Either the number changes before the first vote, or it does not change."""
    cast, made, (person,) = await prepared(committing, 1)

    async def change() -> bool:
        async with committing.transaction() as db:
            mia = await viewer_of(db, cast.mia)
            try:
                async with db.begin_nested():
                    return await set_votes_each(db, mia, made.campaign, made.phase.id, 2)
            except Conflict:
                return False

    changed, voted = await asyncio.gather(change(), press(committing, person, made.on_ballot[0]))
    assert voted
    second = await press(committing, person, made.on_ballot[1])
    assert second is (True if changed else None)


async def test_taken_off_without_a_reason_and_voted_for_at_once(committing: Database) -> None:
    """An entry goes without a reason only where nobody has voted."""
    cast, made, (person,) = await prepared(committing, 1)
    entry = made.on_ballot[0]

    async def take_off() -> bool:
        async with committing.transaction() as db:
            mia = await viewer_of(db, cast.mia)
            try:
                async with db.begin_nested():
                    return await take_off_ballot(
                        db, mia, made.campaign, made.phase.id, entry.id, ""
                    )
            except Invalid:
                return False

    gone, voted = await asyncio.gather(take_off(), press(committing, person, entry))
    assert gone is not bool(voted)
    async with committing.reading() as db:
        row = await db.get_one(BallotEntry, entry.id)
        assert (row.removed_at is not None) is gone
        assert len((await db.scalars(select(EntryVote.id))).all()) == int(bool(voted))
