"""Everyone has a page of what they gave, and where each stands now; only they see it."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind, record
from ideahub.following.following import follow
from ideahub.front.live import SHOWS, own_room, show_own
from ideahub.front.own_things import FEW, PAGE
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision, Experiment, Review
from ideahub.realtime.push import Refresh
from ideahub.responses.models import OwedResponse, OwnerSource, Response, ResponseOwner, Verdict
from ideahub.sponsorship.models import Pledge, PledgeKind
from tests.conftest import Browse
from tests.entries.entering import begin, make_contest
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


def build(idea: Idea, person: Person, text: str, *, adopted: bool = False) -> Contribution:
    return Contribution(
        idea_id=idea.id,
        author_id=person.id,
        kind=ContributionKind.BUILD,
        body=text,
        body_html=f"<p>{text}</p>",
        adopted_at=datetime.now(UTC) if adopted else None,
    )


async def test_it_shows_what_one_gave_and_what_happens_next(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, allows_pseudonyms=True)
    mine = await make_idea(db, box, cast.ben, "My own bench")
    mine.pseudonym = "Blue heron"
    theirs = await make_idea(db, box, cast.ada, "A walking bus")
    theirs.stage = Stage.PILOT
    db.add(Vote(idea_id=theirs.id, person_id=cast.ben.id))
    db.add_all([build(theirs, cast.ben, "With lamps", adopted=True)])
    ben = await viewer_of(db, cast.ben)
    await follow(db, ben, await find_idea(db, ben, theirs.id))
    await db.commit()
    page = (await (await browse(cast.ben)).get("/my-page")).text
    for words in (
        "My own bench",
        "Next: others support it and add to it",
        "A walking bus",
        "Next: it is decided whether it stays.",
        "With lamps",
        "It was taken into the text.",
        "2 ideas",
    ):
        assert words in page, words
    assert "My own bench" not in (await (await browse(cast.ada)).get("/my-page")).text


async def test_an_empty_page_says_how_to_begin(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await db.commit()
    page = (await (await browse(cast.cem)).get("/my-page")).text
    assert 'href="/ideas/new"' in page and "None yet. A first thought is enough" in page


async def test_strangers_sign_in_first(db: AsyncSession, browse: Browse) -> None:
    guest = await browse(None)
    for page in ("", "/ideas", "/builds", "/support", "/following"):
        answer = await guest.get(f"/my-page{page}")
        assert answer.status_code == 303 and "/sign-in" in answer.headers["location"]


async def test_whoever_supports_very_many_sees_a_few_and_all_by_pages(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    for number in range(PAGE + 3):
        await make_idea(db, box, cast.ada, f"Bench {number:02}")
    some = select(Idea.id, Person.id).join(Person, Person.id == cast.ben.id)
    await db.execute(insert(Vote).from_select(["idea_id", "person_id"], some))
    await db.commit()
    ben = await browse(cast.ben)
    first = (await ben.get("/my-page")).text
    assert first.count('dir="auto">Bench ') == FEW and 'href="/my-page/support"' in first
    page = (await ben.get("/my-page/support")).text
    assert page.count('dir="auto">Bench ') == PAGE
    following = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    rest = (await ben.get(following.replace("&amp;", "&"))).text
    assert rest.count('dir="auto">Bench ') == 3 and "Bench 00" in rest


async def test_what_one_may_not_see_any_more_is_not_on_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    theirs = await make_idea(db, await make_campaign(db, cast.city), cast.ada, "Seen no more")
    db.add_all([Vote(idea_id=theirs.id, person_id=cast.ben.id), build(theirs, cast.ben, "Lamps")])
    theirs.hidden_at = datetime.now(UTC)
    await db.commit()
    page = (await (await browse(cast.ben)).get("/my-page")).text
    assert "Seen no more" not in page and "Lamps" not in page


async def test_it_says_what_is_owed_decided_and_waited_for(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city)
    now, day = datetime.now(UTC), date(2030, 5, 6)
    owed, tried, asleep = [
        await make_idea(db, box, cast.ada, title) for title in ("Owed", "Tried", "Asleep")
    ]
    clock = {"owed_since": now, "timezone": "UTC", "supporters": 2, "organisations": 1}
    late = OwedResponse(idea_id=owed.id, due_on=day, due_at=now - timedelta(1), **clock)
    db.add(late)
    await db.flush()
    db.add(ResponseOwner(owed_id=late.id, person_id=cast.sam.id, source=OwnerSource.RULE))
    tried.stage, asleep.stage = Stage.PILOT, Stage.PARKED
    db.add(an_experiment(tried, cast, day))
    db.add(a_review(asleep, cast, "The new law is in force."))
    said = {"verdict": Verdict.NOT_NOW, "body": "Later.", "body_html": "<p>Later.</p>"}
    db.add(Response(idea_id=asleep.id, author_id=cast.sam.id, given_at=now, **said))
    db.add(
        Pledge(
            idea_id=tried.id, sponsor_id=cast.sam.id, kind=PledgeKind.MANDATE, promise="Time.",
            expires_on=(now + timedelta(9)).date(),
        )
    )  # fmt: skip
    await db.commit()
    page = (await (await browse(cast.ada)).get("/my-page")).text
    for words in (
        "Sam Hart answers; that was due on 6 May 2030.",
        "Answer overdue",
        "Next: it is tried until 6 May 2030, and then decided.",
        "It wakes when: ",
        "The new law is in force.",
        "Answered: Not now",
        "1 offer waits for your answer",
    ):
        assert words in without_isolates(page), words
    leader = (await (await browse(cast.sam)).get("/my-page")).text
    for words in ("Your answers to ideas", "It was due on ", "You answered on"):
        assert words in without_isolates(leader), words


def without_isolates(page: str) -> str:
    return page.replace("\u2068", "").replace("\u2069", "")


def an_experiment(idea: Idea, cast: Cast, ends: date) -> Experiment:
    said = {"hypothesis": "More walk.", "measure": "Children", "target": 10}
    return Experiment(
        idea_id=idea.id, created_by=cast.sam.id, stage=Stage.PILOT, ends_on=ends, **said
    )


def a_review(idea: Idea, cast: Cast, condition: str) -> Review:
    moved = {"from_stage": Stage.SPARK, "to_stage": Stage.PARKED, "evidence": {}}
    return Review(
        idea_id=idea.id, reviewer_id=cast.sam.id, decision=Decision.PARK, reason="So.",
        wakes_when=condition, **moved,
    )  # fmt: skip


async def test_it_loads_again_for_supporters_and_entrants(db: AsyncSession, cast: Cast) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    db.add(Vote(idea_id=idea.id, person_id=cast.cem.id))
    contest, phase = await make_contest(db, cast.city)
    await begin(db, cast.ben, phase)
    cem, ben = Refresh(f"own:{cast.cem.id}"), Refresh(f"own:{cast.ben.id}")
    for kind in (Kind.RESPONSE_OWED, Kind.RESPONSE_GIVEN, Kind.EXPERIMENT_PLANNED):
        event = await db.get_one(Event, await record(db, kind, cast.sam, on=idea))
        assert cem in await show_own(db, event) and show_own in SHOWS[kind]
    event = await db.get_one(Event, await record(db, Kind.PHASE_CLOSED, None, on=contest))
    assert ben in await show_own(db, event) and cem not in await show_own(db, event)
    concern = await own_room(db, await viewer_of(db, cast.ben), cast.ben.id)
    assert concern.kinds and Kind.ENTRY_TRIAGED in concern.kinds
