"""One button pressed four times at once, and two people at one thing: done once, by one."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import _AsyncGeneratorContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, func, select

from ideahub.accounts.codes import issue_ticket, new_code
from ideahub.accounts.recognising import Browser
from ideahub.accounts.sessions import begin_session
from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution, Thanks
from ideahub.core.config import Config
from ideahub.core.connection_queue import ConnectionQueue
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Role
from ideahub.features import COUNTS
from ideahub.ideas.models import Attachment, Idea, Revision, Vote
from ideahub.organisations.models import Organisation, Person, RoleGrant
from ideahub.pipeline.models import Experiment, Reading, Review
from ideahub.sponsorship.models import Pledge
from tests.support.cast import Cast, add, make_campaign, make_cast, make_idea, make_person
from tests.support.wiring import client_of

PRESSES = 4
BUILD = {"kind": "build", "body": "Vests for all.", "seen": "1"}
SOON = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()


@dataclass
class Place:
    """A running site with the cast and Ada's idea."""

    database: Database
    client: httpx.AsyncClient
    cast: Cast
    idea: int
    campaign: int

    async def press(self, *deeds: tuple[Person, str, dict[str, Any]], **more: Any) -> list[int]:
        """Sends all of these at once; the statuses that came back, in order."""
        secrets = []
        async with self.database.transaction() as db:
            for who, _url, _fields in deeds:
                secrets.append(await begin_session(db, who.id))
        sent = (
            self.client.post(
                url,
                data=fields,
                headers={"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub={secret}"},
                **more,
            )
            for secret, (_who, url, fields) in zip(secrets, deeds, strict=True)
        )
        answers = await asyncio.gather(*sent)
        assert all(one.status_code < 500 for one in answers), [one.text for one in answers]
        return sorted(one.status_code for one in answers)

    async def often(self, who: Person, url: str, fields: dict[str, Any], **more: Any) -> None:
        """One button, pressed four times at once: everyone of them is told that it is done."""
        statuses = await self.press(*[(who, url, fields)] * PRESSES, **more)
        assert statuses == [303] * PRESSES, url

    async def count(self, table: Any, *which: Any) -> int:
        """How many rows there are."""
        async with self.database.reading() as db:
            return await db.scalar(select(func.count()).select_from(table).where(*which)) or 0

    async def only(self, table: Any) -> Any:
        """The one row there is."""
        async with self.database.reading() as db:
            return (await db.scalars(select(table))).one()


@pytest.fixture
async def place(committing: Database, config: Config) -> AsyncIterator[Place]:
    """The site, where transactions really commit."""
    async with opened_place(committing, config) as opened:
        yield opened


@asynccontextmanager
async def opened_place(committing: Database, config: Config) -> AsyncIterator[Place]:
    """The site on this database; at the end every kept count is right."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        idea = await make_idea(db, campaign, cast.ada)
    async with client_of(config, committing) as client:
        yield Place(committing, client, cast, idea.id, campaign.id)
    async with committing.reading() as db:
        for count in COUNTS:
            assert (await db.execute(count.differing)).scalar_one() == 0, count.name


@pytest.mark.slow
async def test_buttons_of_the_talk(place: Place) -> None:
    cast, here = place.cast, f"/ideas/{place.idea}"
    await place.often(cast.ben, f"{here}/vote", {})
    await place.often(cast.ben, f"{here}/vote/withdrawal", {})
    await place.often(cast.ben, f"{here}/contributions", BUILD)
    said = await place.only(Contribution)
    await place.often(cast.cem, f"/contributions/{said.id}/thanks", {})
    await place.often(cast.ada, f"/contributions/{said.id}/replies", {"body": "Gladly."})
    text_ = {"title": "A walking bus", "body": "With vests.", "why": "", "revision": "1"}
    await place.often(cast.ada, f"/contributions/{said.id}/adoption", text_)
    kinds = (Kind.VOTE_CAST, Kind.VOTE_WITHDRAWN, Kind.CONTRIBUTION_THANKED)
    for kind in (*kinds, Kind.CONTRIBUTION_ADOPTED):
        assert await place.count(Event, Event.kind == kind) == 1, kind
    assert await place.count(Contribution) == 2
    assert await place.count(Revision) == 2


async def test_buttons_of_an_author(place: Place) -> None:
    cast = place.cast
    new = {"campaign_id": str(place.campaign), "title": "Bells", "body": "Ring.", "why": ""}
    await place.often(cast.cem, "/ideas/new", new)
    assert await place.count(Idea) == 2
    here = f"/ideas/{place.idea}"
    changed = {"title": "Bus", "body": "Walk.", "campaign_id": "1", "revision": "1"}
    await place.often(cast.ada, f"{here}/revision", changed)
    assert await place.count(Revision, Revision.idea_id == place.idea) == 2
    assert await place.count(Event, Event.kind == Kind.IDEA_REVISED) == 1
    files = {"file": ("plan.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    fields = {"description": "The plan"}
    await place.often(cast.ada, f"{here}/attachments/new", fields, files=files)
    assert await place.count(Attachment) == 1
    await place.often(cast.ada, f"{here}/withdrawal", {})
    assert await place.count(Event, Event.kind == Kind.IDEA_WITHDRAWN) == 1


async def test_buttons_of_leaders(place: Place) -> None:
    cast, here = place.cast, f"/ideas/{place.idea}"
    promise = {"kind": "mandate", "promise": "Go on.", "expires_on": SOON}
    await place.often(cast.sam, f"{here}/pledges", promise)
    pledge = await place.only(Pledge)
    await place.often(cast.ada, f"/pledges/{pledge.id}/acceptance", {})
    await place.often(cast.sam, f"/pledges/{pledge.id}/fulfilment", {"note": "Done."})
    for kind in (Kind.PLEDGE_OFFERED, Kind.PLEDGE_ACCEPTED, Kind.PLEDGE_KEPT):
        assert await place.count(Event, Event.kind == kind) == 1, kind
    hold = {"decision": "hold", "reason": "Not yet.", "seen_stage": "spark", "seen_review": "0"}
    await place.often(cast.mia, f"{here}/decision", hold)
    assert await place.count(Review) == 1


async def test_buttons_of_experiments(place: Place) -> None:
    ada = place.cast.ada
    plan = {"hypothesis": "It works.", "measure": "children", "target": "5"}
    await place.often(ada, f"/ideas/{place.idea}/experiments/new", plan)
    made = await place.only(Experiment)
    reading = {"value": "3", "taken_on": "2026-02-03", "note": "Rain"}
    await place.often(ada, f"/experiments/{made.id}/readings", reading)
    await place.often(
        ada, f"/experiments/{made.id}/conclusion", {"result": "So.", "lesson": "Ask."}
    )
    assert await place.count(Reading) == 1
    assert await place.count(Event, Event.kind == Kind.EXPERIMENT_CONCLUDED) == 1


async def test_buttons_of_managers_and_admins(place: Place) -> None:
    cast = place.cast
    start = {"kind": "challenge", "organisation_id": str(cast.city.id)}
    await place.often(cast.mia, "/management/new", start)
    draft = await _draft_of(place, cast.mia)
    await place.often(cast.mia, f"/management/{draft}/removal", {})
    await place.often(cast.ann, "/organisations", {"name": "Parks"})
    assert await place.count(Organisation, Organisation.name == "Parks") == 1
    role = {"role": "leader", "place": str(cast.city.id)}
    await place.often(cast.ann, f"/people/{cast.ben.id}/roles", role)
    assert await place.count(RoleGrant, RoleGrant.person_id == cast.ben.id) == 1
    grant = await _grant_of(place, cast.ben)
    await place.often(cast.ann, f"/people/{cast.ben.id}/roles/{grant}/revocation", {})
    assert await place.count(Event, Event.kind == Kind.ROLE_REVOKED) == 1


async def _draft_of(place: Place, person: Person) -> int:
    async with place.database.reading() as db:
        found = select(Campaign.id).where(Campaign.created_by == person.id)
        return (await db.scalars(found)).one()


async def _grant_of(place: Place, person: Person) -> int:
    async with place.database.reading() as db:
        found = select(RoleGrant.id).where(RoleGrant.person_id == person.id)
        return (await db.scalars(found)).one()


@pytest.mark.slow
async def test_an_offer_is_accepted_or_taken_back(place: Place) -> None:
    """Whoever comes first; the other is told."""
    cast, here = place.cast, f"/ideas/{place.idea}"
    for number in range(4):
        promise = {"kind": "mandate", "promise": f"Go on {number}.", "expires_on": SOON}
        await place.press((cast.sam, f"{here}/pledges", promise))
        async with place.database.reading() as db:
            pledge = await db.scalar(select(func.max(Pledge.id)))
        await place.press(
            (cast.ada, f"/pledges/{pledge}/acceptance", {}),
            (cast.sam, f"/pledges/{pledge}/withdrawal", {"reason": "Times change."}),
            (cast.ada, f"/pledges/{pledge}/refusal", {"reason": "No, thanks."}),
        )
        async with place.database.reading() as db:
            row = await db.get_one(Pledge, pledge)
        assert not (row.declined_at and (row.accepted_at or row.withdrawn_at))
    async with place.database.reading() as db:
        idea = await db.get_one(Idea, place.idea)
    standing = Pledge.accepted_at.is_not(None), Pledge.withdrawn_at.is_(None)
    assert idea.sponsors_count == min(1, await place.count(Pledge, *standing))


async def test_two_decide_at_one_gate(place: Place) -> None:
    """The second is told what the first decided, and nothing is decided unseen."""
    cast, here = place.cast, f"/ideas/{place.idea}"
    seen = {"seen_stage": "spark", "seen_review": "0"}
    advance = {"decision": "advance", "reason": "Good.", "override_reason": "All the same."}
    statuses = await place.press(
        (cast.mia, f"{here}/decision", seen | advance),
        (cast.sam, f"{here}/decision", seen | {"decision": "hold", "reason": "Not yet."}),
    )
    assert statuses == [303, 409]
    assert await place.count(Review) == 1


async def test_the_last_administrators_cannot_both_leave(place: Place) -> None:
    async with place.database.transaction() as db:
        other = await make_person(db, "Eve Holm", place.cast.city)
        await add(db, RoleGrant(person_id=other.id, role=Role.ADMIN))
    grants = [await _grant_of(place, one) for one in (place.cast.ann, other)]
    ways: list[tuple[Person, str, dict[str, Any]]] = [
        (place.cast.ann, f"/people/{other.id}/roles/{grants[1]}/revocation", {}),
        (other, f"/people/{place.cast.ann.id}/roles/{grants[0]}/revocation", {}),
    ]
    await place.press(*ways)
    standing = RoleGrant.role == Role.ADMIN, RoleGrant.revoked_at.is_(None)
    assert await place.count(RoleGrant, *standing) >= 1


class PatientQueue(ConnectionQueue):
    """In a test nobody is turned away for having waited long, or for waiting behind many."""

    def place(
        self, patience: float | None = None, *, most_waiting: int | None = None
    ) -> _AsyncGeneratorContextManager[None, None]:
        return super().place(patience)


@pytest.mark.slow
async def test_a_storm_is_counted_exactly(place: Place) -> None:
    """Sixty people support, take back, thank and ask, eleven presses each, all at once."""
    place.database.queue = PatientQueue(5, patience=120)
    await place.press((place.cast.ben, f"/ideas/{place.idea}/contributions", BUILD))
    build = (await place.only(Contribution)).id
    async with place.database.transaction() as db:
        crowd = [await make_person(db, f"Voter{number} X") for number in range(60)]
    deeds = [deed for one in crowd for deed in _eleven(place, one, build)]
    random.Random(7).shuffle(deeds)
    # Every connection is opened first: on a busy machine the storm would delay that too long.
    await asyncio.gather(*(place.count(Vote) for _connection in range(5)))
    assert await place.press(*deeds) == [303] * 660
    numbers = sorted(one.id for one in crowd)
    assert await _once_each(place, Thanks.person_id, Kind.CONTRIBUTION_THANKED) == numbers
    asked = [place.cast.ben.id, *numbers]
    assert await _once_each(place, Contribution.author_id, Kind.CONTRIBUTION_MADE) == sorted(asked)
    await _votes_are_what_was_told(place)
    # And the tallies agree with the rows: the fixture looks at its end.


def _eleven(place: Place, one: Person, build: int) -> list[tuple[Person, str, dict[str, Any]]]:
    here, question = f"/ideas/{place.idea}", {"kind": "question", "body": f"Why, {one.id}?"}
    return [
        *[(one, f"{here}/vote", {})] * 3,
        *[(one, f"{here}/vote/withdrawal", {})] * 2,
        *[(one, f"/contributions/{build}/thanks", {})] * 3,
        *[(one, f"{here}/contributions", question)] * 3,
    ]


async def _once_each(place: Place, column: Any, kind: Kind) -> list[int]:
    """Whose rows there are; each has one event."""
    async with place.database.reading() as db:
        rows = sorted(await db.scalars(select(column)))
        told = sorted(await db.scalars(_doers(kind)))
    assert rows == told
    return rows


def _doers(kind: Kind) -> Select[int]:
    return select(Person.id).join(Event, Event.actor_id == Person.id).where(Event.kind == kind)


async def _votes_are_what_was_told(place: Place) -> None:
    """Who supports now was told to support once more often than to take it back."""
    async with place.database.reading() as db:
        standing = Counter(await db.scalars(select(Vote.person_id)))
        for kind, sign in ((Kind.VOTE_CAST, -1), (Kind.VOTE_WITHDRAWN, 1)):
            for person in await db.scalars(_doers(kind)):
                standing[person] += sign
    assert set(standing.values()) == {0}


async def test_one_address_joins_once(place: Place) -> None:
    """A ticket lets one account be made, however many browsers hold it."""
    await new_code(place.database, "new@city.example", Browser())
    async with place.database.transaction() as db:
        ticket = await issue_ticket(db, 1)
    fields = {"name": "Nora New", "named": "yes"}
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub_ticket={ticket}"}
    sent = [
        place.client.post("/joining/name", data=fields, headers=headers) for _ in range(PRESSES)
    ]
    answers = await asyncio.gather(*sent)
    assert all(one.status_code == 303 for one in answers), [one.text for one in answers]
    assert await place.count(Person, Person.email == "new@city.example") == 1
    signed_in = [one for one in answers if "ideahub=" in str(one.headers.get_list("set-cookie"))]
    assert len(signed_in) == 1
