"""Very many people support ideas at once: each vote is counted once, or its sender is told why not.

Votes that come at once share a transaction. So these tests are of what one may do to the others.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.accounts.sessions import begin_session
from ideahub.campaigns.models import Audience
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Busy, Conflict
from ideahub.core.viewer import Viewer
from ideahub.features import COUNTS
from ideahub.ideas import ballot_box
from ideahub.ideas.ballot_box import LANES, BallotBox
from ideahub.ideas.models import Idea, Vote
from tests.support.cast import make_campaign, make_cast, make_idea, make_person
from tests.support.serving import serve
from tests.support.wiring import client_of

PEOPLE = 40
# Two of them are in one lane, and the third is in another.
IDEAS = LANES + 1


@dataclass
class Crowd:
    """A site with some ideas, and many people who are signed in."""

    database: Database
    client: httpx.AsyncClient
    campaign: int
    ideas: list[int]
    people: list[int]
    secrets: list[str]

    async def press(self, person: int, idea: int, what: str = "vote", **more: Any) -> Any:
        """One press of the button; the answer."""
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "Cookie": f"ideahub={self.secrets[person]}",
            **more,
        }
        return await self.client.post(f"/ideas/{self.ideas[idea]}/{what}", headers=headers)

    async def votes(self, idea: int) -> tuple[int, int, int]:
        """The kept count, the rows, and the events of cast votes."""
        async with self.database.reading() as db:
            number = self.ideas[idea]
            kept = await db.scalar(select(Idea.votes_count).where(Idea.id == number))
            rows = await db.scalar(select(func.count()).where(Vote.idea_id == number))
            told = select(func.count()).where(Event.idea_id == number, Event.kind == Kind.VOTE_CAST)
            return kept or 0, rows or 0, await db.scalar(told) or 0

    @asynccontextmanager
    async def held(self, idea: int) -> AsyncIterator[Any]:
        """Somebody else holds the idea's row; commits at the end."""
        async with self.database.transaction() as db:
            lock = text("select id from idea where id = :idea for no key update")
            await db.execute(lock, {"idea": self.ideas[idea]})
            yield db

    async def until_waiting(self) -> int:
        """The number of the database's process that waits for a row."""
        waits = text(
            "select pid from pg_stat_activity where datname = current_database() "
            "and wait_event_type = 'Lock' and query like '%vote%'"
        )
        async with asyncio.timeout(10), self.database.reading() as db:
            while (found := await db.scalar(waits)) is None:
                await asyncio.sleep(0.01)
            return int(found)


@pytest.fixture
async def crowd(committing: Database, config: Config) -> AsyncIterator[Crowd]:
    """At the end every kept count is right."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        ideas = [await make_idea(db, campaign, cast.ada, f"Idea {n}") for n in range(IDEAS)]
        people = [await make_person(db, f"Voter{n} X") for n in range(PEOPLE)]
        secrets = [await begin_session(db, one.id) for one in people]
    async with client_of(config, committing) as client:
        yield Crowd(
            committing,
            client,
            campaign.id,
            [one.id for one in ideas],
            [one.id for one in people],
            secrets,
        )
    async with committing.reading() as db:
        for count in COUNTS:
            assert (await db.execute(count.differing)).scalar_one() == 0, count.name


def statuses(answers: Sequence[Any]) -> set[int]:
    return {answer.status_code for answer in answers}


@pytest.fixture
def statements(committing: Database) -> Iterator[list[str]]:
    """The statements that were sent to the database."""
    sent: list[str] = []
    assert isinstance(committing.bind, AsyncEngine)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = committing.bind.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    # Others read without SQLAlchemy where nobody listens.
    event.remove(engine, "before_cursor_execute", note)


def casting(statements: Sequence[str]) -> int:
    return sum("INSERT INTO vote" in statement for statement in statements)


async def test_a_crowd_at_several_ideas_with_doubled_presses(
    crowd: Crowd, statements: list[str]
) -> None:
    presses = [(person, idea) for person in range(PEOPLE) for idea in (*range(IDEAS), 0)]
    answers = await asyncio.gather(*(crowd.press(*press) for press in presses))
    assert statuses(answers) == {303}
    for idea in range(IDEAS):
        assert await crowd.votes(idea) == (PEOPLE, PEOPLE, PEOPLE)
    # Together, not each by itself.
    assert 0 < casting(statements) < len(presses) / 4


async def test_one_vote_takes_two_queries(crowd: Crowd, statements: list[str]) -> None:
    for person in range(3):
        statements.clear()
        await crowd.press(person, 0, **{"HX-Request": "true"})
        assert len(statements) == 2, statements


async def test_what_one_does_last_is_what_holds(crowd: Crowd) -> None:
    """The same person casts and takes back, again and again, faster than anybody answers."""
    box = BallotBox(crowd.database)
    presses = []
    for number, person in enumerate(crowd.people):
        for time in range(2 + number % 2):
            deed = box.withdraw_vote if time % 2 else box.vote
            presses.append(deed(Viewer(id=person), crowd.ideas[number % IDEAS]))
    counted = await asyncio.gather(*presses)
    assert all(one.changed for one in counted)
    async with crowd.database.reading() as db:
        voted = set((await db.scalars(select(Vote.person_id))).all())
    assert voted == set(crowd.people[1::2])


async def test_casting_and_taking_back_at_once_by_many(crowd: Crowd) -> None:
    async def hesitate(person: int) -> None:
        for _time in range(3):
            assert (await crowd.press(person, person % IDEAS)).status_code == 303
            back = await crowd.press(person, person % IDEAS, "vote/withdrawal")
            assert back.status_code == 303

    await asyncio.gather(*(hesitate(person) for person in range(PEOPLE)))
    for idea in range(IDEAS):
        kept, rows, told = await crowd.votes(idea)
        assert (kept, rows) == (0, 0)
        assert told == 3 * len(range(idea, PEOPLE, IDEAS))


async def test_an_idea_that_is_withdrawn_at_that_moment_gets_no_vote(crowd: Crowd) -> None:
    """Those for another idea in the same transaction are counted."""
    async with crowd.held(0) as db:
        gone = "update idea set withdrawn_at = now() where id = :idea"
        await db.execute(text(gone), {"idea": crowd.ideas[0]})
        await db.execute(text("update campaign set ideas_count = ideas_count - 1"))
        presses = [
            asyncio.create_task(crowd.press(person, idea))
            for person in range(PEOPLE)
            for idea in (0, LANES)
        ]
        await crowd.until_waiting()
    answers = await asyncio.gather(*presses)
    assert statuses(answers[::2]) == {404}
    assert statuses(answers[1::2]) == {303}
    assert await crowd.votes(0) == (0, 0, 0)
    assert await crowd.votes(LANES) == (PEOPLE, PEOPLE, PEOPLE)


async def test_a_phase_that_closes_meanwhile_takes_no_vote(crowd: Crowd) -> None:
    async with crowd.database.transaction() as db:
        await db.execute(text("update phase set closes_at = statement_timestamp()"))
    answers = await asyncio.gather(*(crowd.press(person, 0) for person in range(PEOPLE)))
    assert statuses(answers) == {409}
    assert all("This closed on" in answer.text for answer in answers)
    assert await crowd.votes(0) == (0, 0, 0)


async def test_one_that_cannot_be_stored_fails_alone(crowd: Crowd) -> None:
    box = BallotBox(crowd.database)
    voters = [*crowd.people[:5], 10**9, *crowd.people[5:]]
    told = await asyncio.gather(
        *(box.vote(Viewer(id=one), crowd.ideas[0]) for one in voters), return_exceptions=True
    )
    assert [isinstance(one, IntegrityError) for one in told] == [one == 10**9 for one in voters]
    assert await crowd.votes(0) == (PEOPLE, PEOPLE, PEOPLE)


async def test_the_author_among_them_is_told_why_not(crowd: Crowd) -> None:
    box = BallotBox(crowd.database)
    async with crowd.database.reading() as db:
        author = await db.scalar(select(Idea.author_id).where(Idea.id == crowd.ideas[0]))
    voters = [Viewer(id=one) for one in (author, *crowd.people)]
    told = await asyncio.gather(
        *(box.vote(one, crowd.ideas[0]) for one in voters), return_exceptions=True
    )
    assert isinstance(told[0], Conflict)
    assert await crowd.votes(0) == (PEOPLE, PEOPLE, PEOPLE)


async def test_an_idea_for_staff_takes_votes_of_staff_only(crowd: Crowd) -> None:
    async with crowd.database.transaction() as db:
        internal = text("update campaign set audience = :audience")
        await db.execute(internal, {"audience": Audience.INTERNAL})
        city = text(
            "update person set organisation_id = (select organisation_id from campaign) "
            "where id = any(:staff)"
        )
        await db.execute(city, {"staff": crowd.people[::2]})
    answers = await asyncio.gather(*(crowd.press(person, 0) for person in range(PEOPLE)))
    assert statuses(answers[::2]) == {303}
    assert statuses(answers[1::2]) == {404}
    assert await crowd.votes(0) == (PEOPLE // 2,) * 3


async def test_a_connection_that_is_killed_in_the_middle_loses_no_vote(crowd: Crowd) -> None:
    """Whoever is told that it is done has a vote; whoever is not may press again."""
    async with crowd.held(0):
        presses = [asyncio.create_task(crowd.press(person, 0)) for person in range(PEOPLE)]
        killed = await crowd.until_waiting()
        async with crowd.database.reading() as db:
            await db.execute(text("select pg_terminate_backend(:pid)"), {"pid": killed})
    answers = await asyncio.gather(*presses)
    assert statuses(answers) <= {303, 503}
    async with crowd.database.reading() as db:
        voted = set((await db.scalars(select(Vote.person_id))).all())
    done = zip(crowd.people, answers, strict=True)
    assert {person for person, answer in done if answer.status_code == 303} <= voted
    again = await asyncio.gather(*(crowd.press(person, 0) for person in range(PEOPLE)))
    assert statuses(again) == {303}
    assert await crowd.votes(0) == (PEOPLE, PEOPLE, PEOPLE)


async def test_those_who_leave_take_nobody_with_them(crowd: Crowd) -> None:
    box = BallotBox(crowd.database)
    async with crowd.held(0):
        presses = [
            asyncio.create_task(box.vote(Viewer(id=one), crowd.ideas[0])) for one in crowd.people
        ]
        await crowd.until_waiting()
        for press in presses[::2]:
            press.cancel()
    for number, press in enumerate(presses):
        if number % 2:
            assert (await press).changed
        else:
            with suppress(asyncio.CancelledError):
                await press
    await box.finish()
    kept, rows, told = await crowd.votes(0)
    assert kept == rows == told >= PEOPLE // 2


async def test_stopping_waits_for_the_votes_that_were_taken(crowd: Crowd) -> None:
    box = BallotBox(crowd.database)
    presses = [
        asyncio.create_task(box.vote(Viewer(id=one), crowd.ideas[0])) for one in crowd.people
    ]
    await asyncio.sleep(0)
    await box.finish()
    assert await crowd.votes(0) == (PEOPLE, PEOPLE, PEOPLE)
    assert all(one.changed for one in await asyncio.gather(*presses))


async def test_more_than_can_wait_are_told_to_come_back(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballot_box, "MOST_WAITING", 5)
    box = BallotBox(crowd.database)
    told = await asyncio.gather(
        *(box.vote(Viewer(id=one), crowd.ideas[0]) for one in crowd.people), return_exceptions=True
    )
    busy = [one for one in told if isinstance(one, Busy)]
    assert 0 < len(busy) < PEOPLE
    assert await crowd.votes(0) == (PEOPLE - len(busy),) * 3


async def test_whoever_has_to_come_back_is_told_when(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_arguments: Any) -> None:
        raise Busy("Very many people are here.")

    monkeypatch.setattr(BallotBox, "vote", full)
    for more in ({}, {"HX-Request": "true"}):
        answer = await crowd.press(0, 0, **more)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0


COUNT = re.compile(r'-support"[^>]*>\s*<strong[^>]*>(\d+)</strong>')


@pytest.mark.slow
async def test_no_count_that_is_pushed_goes_backwards(crowd: Crowd, config: Config) -> None:
    async with (
        serve(config, crowd.database) as served,
        served.client(timeout=60) as crowd.client,
        served.listen(f"idea:{crowd.ideas[0]}", cursor=await served.cursor()) as socket,
    ):

        async def trickle(person: int) -> None:
            await asyncio.sleep(person / 20)
            assert (await crowd.press(person, 0)).status_code == 303

        sending = [asyncio.create_task(trickle(person)) for person in range(PEOPLE)]
        shown: list[int] = []
        async with asyncio.timeout(60):
            while not shown or shown[-1] < PEOPLE:
                shown += [int(one) for one in COUNT.findall(str(await socket.recv()))]
        await asyncio.gather(*sending)
    assert shown == sorted(shown)
    assert len(shown) > 2
