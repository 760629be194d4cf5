"""Several at one text, and everybody at a closing: one wins, and the database's clock decides."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from ideahub.accounts.sessions import begin_session
from ideahub.conversation.models import Contribution
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.ideas.models import CoAuthor, Idea, Revision, Vote
from ideahub.organisations.models import Person
from tests.support.cast import make_person
from tests.test_at_once import Place, opened_place

PEOPLE = 30
# Seconds from now to the closing.
BEFORE = 1.5


@pytest.fixture
async def place(committing: Database, config: Config) -> AsyncIterator[Place]:
    """The site, where transactions really commit; at the end every kept count is right."""
    async with opened_place(committing, config) as opened:
        yield opened


async def _says(place: Place, who: Person, words: str) -> int:
    fields = {"kind": "build", "body": words, "seen": "1"}
    await place.press((who, f"/ideas/{place.idea}/contributions", fields))
    async with place.database.reading() as db:
        found = "select id from contribution where body = :words"
        number: int = (await db.execute(text(found), {"words": words})).scalar_one()
    return number


def _adoption(number: int, words: str) -> tuple[str, dict[str, Any]]:
    fields = {"title": "A walking bus", "body": words, "why": "", "revision": "1"}
    return f"/contributions/{number}/adoption", fields


@pytest.mark.slow
async def test_two_authors_adopt_two_builds_at_once(place: Place) -> None:
    """The second is told that the text has moved on, and neither text is lost."""
    cast = place.cast
    one, other = await _says(place, cast.cem, "Vests."), await _says(place, cast.sam, "Songs.")
    async with place.database.transaction() as db:
        db.add(CoAuthor(idea_id=place.idea, person_id=cast.ben.id))
    statuses = await place.press(
        (cast.ada, *_adoption(one, "With vests.")),
        (cast.ben, *_adoption(other, "With songs.")),
    )
    assert statuses == [303, 409]
    assert await place.count(Contribution, Contribution.adopted_at.is_not(None)) == 1
    assert await place.count(Revision) == 2
    assert (await place.only(Idea)).body in {"With vests.", "With songs."}


@pytest.mark.slow
async def test_two_authors_adopt_one_build_in_other_words_at_once(place: Place) -> None:
    cast = place.cast
    build = await _says(place, cast.cem, "Vests.")
    async with place.database.transaction() as db:
        db.add(CoAuthor(idea_id=place.idea, person_id=cast.ben.id))
    statuses = await place.press(
        (cast.ada, *_adoption(build, "With yellow vests.")),
        (cast.ben, *_adoption(build, "With orange vests.")),
    )
    assert statuses == [303, 409]
    assert await place.count(Revision) == 2
    idea = await place.only(Idea)
    assert idea.adopted_count == 1 and idea.revision == 2


async def _clock(database: Database) -> datetime:
    async with database.reading() as db:
        found: datetime = (await db.execute(text("select clock_timestamp()"))).scalar_one()
    return found


async def _close_soon(place: Place) -> datetime:
    soon = (
        "update phase set closes_at = clock_timestamp() + make_interval(secs => :before) "
        "where campaign_id = :campaign returning closes_at"
    )
    async with place.database.transaction() as db:
        values = {"before": BEFORE, "campaign": place.campaign}
        closing: datetime = (await db.execute(text(soon), values)).scalar_one()
    return closing


def _deed(place: Place, kind: str, number: int) -> tuple[str, dict[str, str]]:
    here = f"/ideas/{place.idea}"
    words = f"Words of number {number}, and more."
    idea = {"campaign_id": str(place.campaign), "title": words, "body": words, "why": ""}
    return {
        "idea": ("/ideas/new", idea),
        "vote": (f"{here}/vote", {}),
        "contribution": (f"{here}/contributions", {"kind": "question", "body": words}),
    }[kind]


TABLES = {"idea": Idea, "vote": Vote, "contribution": Contribution}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TABLES)
async def test_what_is_sent_before_the_closing_is_in_and_after_it_is_not(
    place: Place, kind: str
) -> None:
    """Many, one after the other, over the second in which it closes; nobody asks our own clock."""
    async with place.database.transaction() as db:
        crowd = [await make_person(db, f"Voter{number} X") for number in range(PEOPLE)]
        secrets = [await begin_session(db, one.id) for one in crowd]
    closing = await _close_soon(place)

    async def send(number: int) -> tuple[datetime, int, datetime]:
        await asyncio.sleep(number * (BEFORE * 2 / len(crowd)))
        url, fields = _deed(place, kind, number)
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub={secrets[number]}"}
        sent = await _clock(place.database)
        answer = await place.client.post(url, data=fields, headers=headers)
        return sent, answer.status_code, await _clock(place.database)

    told = await asyncio.gather(*map(send, range(len(crowd))))
    for sent, status, answered in told:
        assert status in {303, 409}
        # Accepted only if it came before; refused only if it was looked at afterwards.
        assert sent < closing if status == 303 else answered >= closing
    accepted = [status for _sent, status, _answered in told].count(303)
    assert 0 < accepted < len(crowd)
    assert await place.count(TABLES[kind]) == accepted + (1 if kind == "idea" else 0)
