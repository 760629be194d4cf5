"""Later outcomes are added to a published summary by themselves, once each, and only there."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.notifications.models import Notification
from ideahub.notifications.telling import tell_people
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.crossing import begin_clock
from ideahub.responses.models import OwedResponse, OwnerSource, Response
from ideahub.responses.reminding import remind_leaders
from ideahub.responses.responding import answer_idea
from ideahub.sponsorship.keeping import Fulfilment, keep_pledge
from ideahub.sponsorship.models import Pledge
from ideahub.you_said.adding import add_outcomes
from ideahub.you_said.models import OutcomeSummary, SummaryAddition, SummaryVersion
from ideahub.you_said.preparing import prepare_for_campaign, prepare_for_quarter
from ideahub.you_said.publishing import publish
from ideahub.you_said.queries import (
    additions_to,
    version_of_campaign,
    version_of_quarter,
)
from ideahub.you_said.scope import now_in, quarter_of
from ideahub.you_said.sentences import SentenceKind
from tests.support.answering import a_no, an_answer, grow_older
from tests.support.cast import Cast, make_cast, viewer_of
from tests.you_said.summaries import ClosedChallenge, a_story, decided


async def published(database: Database) -> tuple[Cast, ClosedChallenge]:
    """A challenge and its quarter, both published."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        told = await a_story(db, cast)
    async with database.transaction() as db:
        mia = await viewer_of(db, cast.mia)
        campaign = await db.merge(told.campaign)
        quarter = quarter_of((await now_in(db)).date())
        numbers = [
            await prepare_for_campaign(db, mia, campaign),
            await prepare_for_quarter(db, mia, cast.city.id, quarter, "UTC"),
        ]
    for number in numbers:
        async with database.transaction() as db:
            summary = await db.get_one(OutcomeSummary, number)
            await publish(db, await viewer_of(db, cast.mia), summary, summary.saved)
    return cast, told


async def ticked(database: Database, *, times: int = 2) -> None:
    for _tick in range(times):
        async with database.transaction() as db:
            await add_outcomes(db)


async def answered(db: AsyncSession, cast: Cast, idea: Idea, given: AnswerInput) -> None:
    sam = await viewer_of(db, cast.sam)
    await answer_idea(db, sam, await find_idea(db, sam, idea.id), given)


async def added(db: AsyncSession, idea: Idea) -> list[tuple[int, str]]:
    rows = await db.execute(
        select(SummaryAddition.summary_id, SummaryAddition.kind)
        .where(SummaryAddition.sentence["idea"].as_integer() == idea.id)
        .order_by(SummaryAddition.summary_id, SummaryAddition.event_id)
    )
    return [(number, kind) for number, kind in rows.all()]


async def test_what_happened_later_is_added_once(committing: Database) -> None:
    cast, told = await published(committing)
    async with committing.transaction() as db:
        before = (await db.scalars(select(SummaryVersion.sentences))).all()
        assert await added(db, told.parked) == []
        await decided(db, cast.mia, told.parked, Decision.WAKE)
    await ticked(committing)
    async with committing.transaction() as db:
        await decided(db, cast.mia, told.open, Decision.STOP, lesson="Nobody sat there.")
    await ticked(committing, times=3)
    async with committing.reading() as db:
        first, second = (await db.scalars(select(OutcomeSummary.id).order_by("id"))).all()
        both = [first, second]
        assert await added(db, told.parked) == [(one, Kind.IDEA_WOKEN) for one in both]
        assert await added(db, told.open) == [(one, Kind.IDEA_STOPPED) for one in both]
        # What was published stays as it was.
        assert (await db.scalars(select(SummaryVersion.sentences))).all() == before
        shown = await version_of_campaign(db, told.campaign.id)
        assert [one.sentence.idea for one in await additions_to(db, shown)] == [
            told.open.id,
            told.parked.id,
        ]
        quarter = quarter_of((await now_in(db)).date())
        shown = await version_of_quarter(db, cast.city.id, quarter.starts_on)
        assert len(await additions_to(db, shown)) == 2
        kinds = select(Event.subject_id).where(Event.kind == Kind.SUMMARY_ADDED_TO)
        assert sorted(one or 0 for one in await db.scalars(kinds)) == sorted(both * 2)


async def test_those_who_took_part_are_told_once(committing: Database) -> None:
    cast, told = await published(committing)
    async with committing.transaction() as db:
        summary = await db.get_one(OutcomeSummary, await db.scalar(select(OutcomeSummary.id)))
        summary.introduction, summary.saved = "Again.", summary.saved + 1
        await publish(db, await viewer_of(db, cast.mia), summary, summary.saved)
    for _tick in range(20):
        async with committing.transaction() as db:
            await tell_people(db)
    async with committing.reading() as db:
        rows = await db.execute(
            select(Person.name, Notification.path)
            .join(Notification, Notification.person_id == Person.id)
            .where(Notification.kind == Kind.SUMMARY_PUBLISHED)
        )
        found = sorted((name, path) for name, path in rows.all())
        place = f"{told.campaign.url}/you-said"
        people = {"Ada Lind", "Cem Aydin", *(voter.name for voter in told.voters)}
        assert {name for name, _path in found} == people
        assert [name for name, path in found if path == place] == sorted(people)
        assert len(found) == 2 * len(people)


async def test_an_answer_that_turned_one_that_is_late_and_part_of_a_pledge_are_added(
    committing: Database,
) -> None:
    cast, told = await published(committing)
    async with committing.transaction() as db:
        await answered(db, cast, told.sponsored, an_answer())
        pledge = await db.scalar(select(Pledge.id))
        sam = await viewer_of(db, cast.sam)
        part = Fulfilment(kept_note="One school.", part_why="The other one said no.")
        await keep_pledge(db, sam, await find_idea(db, sam, told.sponsored.id), pledge or 0, part)
    await ticked(committing)
    async with committing.transaction() as db:
        response = (await db.scalars(select(Response))).one()
        seen = {"seen_response": response.id, "seen_version": response.version, "why": "It rose."}
        await answered(db, cast, told.sponsored, a_no(**seen))
    async with committing.transaction() as db:
        row, source = await db.get_one(Idea, told.open.id), OwnerSource.NAMED
        await begin_clock(db, row, [cast.sam.id], days=9, timezone="UTC", source=source)
        await grow_older(db, row, days=12)
        for _reminder in range(2):
            await db.execute(update(OwedResponse).values(remind_at=OwedResponse.due_at))
            await remind_leaders(db)
    await ticked(committing)
    async with committing.reading() as db:
        shown = await version_of_campaign(db, told.campaign.id)
        kinds = [one.sentence.kind for one in await additions_to(db, shown)]
    # That the answer parked it is told as the answer, and that one is late once.
    assert kinds == [
        SentenceKind.ANSWER_MISSED,
        SentenceKind.ANSWER_CHANGED,
        SentenceKind.PLEDGE_PART_KEPT,
        SentenceKind.ANSWERED_YES,
    ]
