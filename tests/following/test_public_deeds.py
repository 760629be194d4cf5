"""Which public deeds reach whom: by following an idea, its challenge, the organisation that asks,
whoever did the deed, or a tag of the idea. Each hears of a deed once, and leads to its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind, record
from ideahub.core.telling import TELLS
from ideahub.following.following import follow
from ideahub.following.models import PersonFollow
from ideahub.following.things import Tag, find_host
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import find_idea
from ideahub.notifications.rhythms import subject_of
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision, Experiment, Review
from ideahub.questions.models import Announcement
from ideahub.responses.models import OwedResponse, Response, ResponseVersion, Verdict
from ideahub.sponsorship.models import Pledge, PledgeKind
from tests.support.cast import Cast, add, make_campaign, make_idea, make_person, viewer_of

EVERYBODY = {"idea", "challenge", "organisation", "person", "tag"}
OUTCOME, DECISION = {"idea", "person"}, {"person"}
REACHED: Mapping[Kind, set[str]] = {
    Kind.IDEA_POSTED: EVERYBODY - {"idea"},
    Kind.CONTRIBUTION_MADE: OUTCOME,
    Kind.CONTRIBUTION_ADOPTED: OUTCOME,
    Kind.PLEDGE_ACCEPTED: OUTCOME,
    Kind.PLEDGE_KEPT: OUTCOME,
    Kind.PLEDGE_PART_KEPT: OUTCOME,
    Kind.RESPONSE_GIVEN: EVERYBODY,
    Kind.STAGE_ADVANCED: OUTCOME,
    Kind.STAGE_HELD: DECISION,
    Kind.STAGE_SENT_BACK: DECISION,
    Kind.IDEA_STOPPED: OUTCOME,
    Kind.IDEA_PARKED: OUTCOME,
    Kind.IDEA_WOKEN: OUTCOME,
    Kind.EXPERIMENT_PLANNED: {"idea"},
    Kind.EXPERIMENT_CONCLUDED: {"idea"},
    Kind.CAMPAIGN_PUBLISHED: {"challenge", "organisation"},
    Kind.ANNOUNCEMENT_MADE: {"challenge"},
    # Too many, or too small, to tell of one by one.
    Kind.IDEA_REVISED: set(),
    Kind.VOTE_CAST: set(),
    Kind.CONTRIBUTION_THANKED: set(),
}
DAYS = timedelta(days=9)


@dataclass
class Ground:
    """An idea of Ada's, and for each way to follow one person who follows in this way alone."""

    idea: Idea
    followers: Mapping[str, int]


@pytest.fixture
async def ground(db: AsyncSession, cast: Cast) -> Ground:
    """The idea and its followers."""
    box = await make_campaign(db, cast.city)
    idea = await make_idea(db, box, cast.ada)
    found: dict[str, int] = {}
    for way in sorted(EVERYBODY):
        person = await make_person(db, f"{way} follower")
        viewer = await viewer_of(db, person)
        things: dict[str, Any] = {
            "idea": await find_idea(db, viewer, idea.id),
            "challenge": box,
            "organisation": await find_host(db, viewer, cast.city.id),
            "tag": Tag("walking"),
        }
        if way == "person":
            await follows_all(db, person, cast.ada, cast.ben, cast.sam)
        else:
            await follow(db, viewer, things[way])
        found[way] = person.id
    return Ground(idea, found)


async def follows_all(db: AsyncSession, person: Person, *others: Person) -> None:
    db.add_all(PersonFollow(followed_id=one.id, person_id=person.id) for one in others)
    await db.flush()


async def subject_for(db: AsyncSession, cast: Cast, idea: Idea, kind: Kind) -> Any:
    """The row that the deed is about, as its rule stores it; None where it is about the idea."""
    made = ROWS.get(kind.value.partition(" ")[0]) or (a_review if kind in MOVED else None)
    if made is None:
        return None
    row = await add(db, made(idea, cast))
    if isinstance(row, Response):
        said = {"verdict": row.verdict, "body": row.body, "body_html": row.body_html}
        of = {"response_id": row.id, "made_by": row.author_id}
        await add(db, ResponseVersion(**of, version=1, **said))
    return row


def a_build(idea: Idea, cast: Cast) -> Contribution:
    said = {"body": "Yes, and", "body_html": "<p>Yes, and</p>", "adopted_at": datetime.now(UTC)}
    of = {"idea_id": idea.id, "author_id": cast.ben.id, "kind": ContributionKind.BUILD}
    return Contribution(**of, **said)


def a_pledge(idea: Idea, cast: Cast) -> Pledge:
    of = {"idea_id": idea.id, "sponsor_id": cast.sam.id, "kind": PledgeKind.MANDATE}
    now = datetime.now(UTC)
    return Pledge(**of, promise="Time.", expires_on=(now + DAYS).date(), accepted_at=now)


def an_answer(idea: Idea, cast: Cast) -> Response:
    said = {"verdict": Verdict.YES, "body": "Yes.", "body_html": "<p>Yes.</p>"}
    of = {"idea_id": idea.id, "author_id": cast.sam.id}
    return Response(**of, given_at=datetime.now(UTC), **said)


def an_announcement(idea: Idea, cast: Cast) -> Announcement:
    of = {"campaign_id": idea.campaign_id, "made_by": cast.mia.id}
    return Announcement(**of, title="News", text="News.", html="<p>News.</p>")


def a_review(idea: Idea, cast: Cast) -> Review:
    moved = {"from_stage": Stage.CONCEPT, "to_stage": Stage.PILOT, "evidence": {}}
    of = {"idea_id": idea.id, "reviewer_id": cast.sam.id, "decision": Decision.HOLD}
    return Review(**of, reason="So.", **moved)


def an_experiment(idea: Idea, cast: Cast) -> Experiment:
    now = datetime.now(UTC)
    return Experiment(
        idea_id=idea.id,
        created_by=cast.sam.id,
        stage=Stage.PILOT,
        hypothesis="More walk.",
        measure="Children",
        unit="children",
        target=10,
        starts_on=now.date(),
        ends_on=(now + DAYS).date(),
        stop_rule="Nobody walks.",
    )


MOVED = {Kind.IDEA_STOPPED, Kind.IDEA_PARKED, Kind.IDEA_WOKEN}
ROWS: Mapping[str, Callable[[Idea, Cast], Any]] = {
    "contribution": a_build,
    "pledge": a_pledge,
    "response": an_answer,
    "experiment": an_experiment,
    "announcement": an_announcement,
    "stage": a_review,
}


@pytest.mark.parametrize("kind", REACHED)
async def test_it_reaches(db: AsyncSession, cast: Cast, ground: Ground, kind: Kind) -> None:
    idea = ground.idea
    subject = await subject_for(db, cast, idea, kind)
    on: Any = idea
    if kind in {Kind.CAMPAIGN_PUBLISHED, Kind.ANNOUNCEMENT_MADE}:
        on = await db.get_one(Campaign, idea.campaign_id)
    number = await record(db, kind, cast.sam, on=on, subject=subject, to_stage=Stage.PILOT)
    event = await db.get_one(Event, number)
    ways = {number: way for way, number in ground.followers.items()}
    reached: dict[str, str] = {}
    for tell in TELLS.get(kind, ()):
        for message in await tell(db, event):
            followed = subject_of(message, event).followed
            for person in set(await db.scalars(message.to)) & set(ways):
                # Who follows something finds a choice for it, and stops mail of it.
                reached.setdefault(ways[person], followed.partition(":")[0])
    names = {"challenge": "campaign"}
    assert set(reached) == REACHED[kind]
    assert reached == {way: names.get(way, way) for way in reached}


async def test_of_one_press_nobody_is_told_twice(
    db: AsyncSession, cast: Cast, ground: Ground
) -> None:
    idea = ground.idea
    parked = await subject_for(db, cast, idea, Kind.IDEA_PARKED)
    first = await record(db, Kind.IDEA_PARKED, cast.sam, on=idea, subject=parked)
    given = await subject_for(db, cast, idea, Kind.RESPONSE_GIVEN)
    second = await record(db, Kind.RESPONSE_GIVEN, cast.sam, on=idea, subject=given)
    told = [await told_of(db, number) for number in (first, second)]
    assert told[1] and told[0].isdisjoint(told[1])


async def told_of(db: AsyncSession, number: int) -> set[int]:
    event = await db.get_one(Event, number)
    found: set[int] = set()
    for tell in TELLS[Kind(event.kind)]:
        for message in await tell(db, event):
            found |= set(await db.scalars(message.to))
    return found


async def test_a_woken_idea_is_told_to_its_authors_as_an_answer_that_is_owed(
    db: AsyncSession, cast: Cast, ground: Ground
) -> None:
    idea, now = ground.idea, datetime.now(UTC)
    review = await subject_for(db, cast, idea, Kind.IDEA_WOKEN)
    woken = await record(db, Kind.IDEA_WOKEN, cast.sam, on=idea, subject=review)
    owed = await add(
        db,
        OwedResponse(
            idea_id=idea.id, round=2, owed_since=now, due_on=(now + DAYS).date(),
            due_at=now + DAYS, timezone="UTC", supporters=2, organisations=1,
        ),
    )  # fmt: skip
    again = await record(db, Kind.RESPONSE_OWED, None, on=idea, subject=owed, round=2)
    assert cast.ada.id in await told_of(db, again)
    told = await told_of(db, woken)
    assert cast.ada.id not in told and ground.followers["idea"] in told
