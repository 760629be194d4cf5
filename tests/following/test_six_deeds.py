"""Whatever becomes of an idea, everyone who voted, built, entered or followed is told once of it,
with thanks for what they did."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.adopting import Adoption, adopt
from ideahub.conversation.models import Contribution
from ideahub.conversation.queries import find_contribution
from ideahub.core.dates import day_words
from ideahub.core.db import Database
from ideahub.core.events import Event
from ideahub.entries.models import Entry
from ideahub.following.following import follow
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import find_idea
from ideahub.notifications.models import Notification
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision
from ideahub.responses.models import Response, Verdict
from ideahub.responses.responding import answer_idea
from ideahub.responses.waking import wake_ideas
from ideahub.sponsorship.keeping import Fulfilment, keep_pledge
from ideahub.sponsorship.models import Pledge, PledgeKind
from ideahub.sponsorship.offering import PledgeOffer, offer_pledge
from ideahub.sponsorship.pledging import accept_pledge
from tests.entries.entering import LONG, ask, enter, make_contest
from tests.following.test_hearing_what_became_of_it import BUILD, builds, drained, supports
from tests.support.answering import a_no, an_answer
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, make_person, viewer_of
from tests.support.ripening import at_stage
from tests.you_said.summaries import decided, pledged

Press = Callable[[AsyncSession, Cast, Idea], Awaitable[object]]
NEVER_TRIED = "It works in the next town."


async def taken_part(committing: Database, *titles: str) -> tuple[Cast, list[Idea]]:
    """Ideas of Ada's: Cem voted for each, Ben built on it, Eva entered a challenge with it, and Zed
    follows it."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        contest, phase = await make_contest(db, cast.city)
        await ask(db, cast, contest, phase, [LONG])
        eva, zed = await make_person(db, "Eva Brandt", None), await viewer_of(db, cast.zed)
        ideas = [await make_idea(db, campaign, cast.ada, title) for title in titles]
        for idea in ideas:
            await builds(db, cast.ben, idea)
            await supports(db, cast.cem, idea)
            await follow(db, zed, await find_idea(db, zed, idea.id))
            entered = await enter(db, eva, phase, title="Two lines in May")
            made_from = update(Entry).where(Entry.id == entered.entry_id)
            await db.execute(made_from.values(idea_id=idea.id))
    await forget(committing)
    return cast, ideas


async def told_of(database: Database, idea: Idea) -> dict[str, tuple[str, str, str]]:
    """What each person was told of the idea: at most one message each."""
    async with database.reading() as db:
        rows = await db.execute(
            select(Person.name, Notification.subject, Notification.text, Notification.path)
            .join(Notification, Notification.person_id == Person.id)
            .join(Event, Event.id == Notification.event_id)
            .where(Event.idea_id == idea.id)
        )
        found = [(name, (line, text, path)) for name, line, text, path in rows.all()]
    assert len(dict(found)) == len(found), found
    return dict(found)


async def forget(committing: Database) -> None:
    """What was told until now is gone."""
    await drained(committing)
    async with committing.transaction() as db:
        for one in await db.scalars(select(Notification)):
            await db.delete(one)


async def answered(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    sam = await viewer_of(db, cast.sam)
    await answer_idea(db, sam, await find_idea(db, sam, idea.id), an_answer())


async def adopted(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    number = await db.scalar(select(Contribution.id).where(Contribution.idea_id == idea.id))
    ada = await viewer_of(db, cast.ada)
    build, view = await find_contribution(db, ada, number or 0)
    seen = await find_idea(db, ada, idea.id)
    taken = Adoption(seen.title, f"{seen.body} {BUILD}", seen.why, "", seen.revision)
    await adopt(db, ada, view, build, taken)


async def sponsored(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    await pledged(db, cast, idea)


async def advanced_to(db: AsyncSession, cast: Cast, idea: Idea, before: Stage) -> None:
    row = await db.get_one(Idea, idea.id)
    await at_stage(db, row, before)
    await decided(db, cast.mia, row, Decision.ADVANCE, override_reason=NEVER_TRIED)


async def piloted(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    await advanced_to(db, cast, idea, Stage.PROTOTYPE)


async def practised(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    await advanced_to(db, cast, idea, Stage.PILOT)


async def stopped(db: AsyncSession, cast: Cast, idea: Idea) -> None:
    await decided(db, cast.mia, idea, Decision.STOP, lesson="Too few adults came.")


SIX: dict[str, tuple[Press, str, str]] = {
    "answered": (answered, "{} was answered: yes", "We will do it in May."),
    "adopted": (adopted, "A build was taken into the text of {}", ""),
    "sponsored": (sponsored, "{} has a sponsor", ""),
    "piloted": (piloted, "{} has become a pilot", ""),
    "stopped": (stopped, "{} was stopped", "Too few adults came."),
    "put into practice": (practised, "{} has become everyday practice", ""),
}
VOTER, BUILDER, ENTRANT, FOLLOWER = "Cem Aydin", "Ben Okoye", "Eva Brandt", "Zed Quist"


def thanks(deed: str) -> dict[str, str]:
    """What each of them is thanked for."""
    today = day_words(datetime.now(UTC))
    built = f"Thank you: on {today} you contributed “{BUILD[:-1]}”."
    if deed == "adopted":
        built = f"Thank you: your build “{BUILD[:-1]}” is in its text."
    return {
        VOTER: f"You supported it on {today}. Thank you.",
        BUILDER: built,
        ENTRANT: "Thank you: your entry “Two lines in May” was made from it.",
        FOLLOWER: "You follow it. Thank you for your interest.",
    }


async def test_each_way_of_taking_part_is_told_once_of_each_deed(committing: Database) -> None:
    cast, ideas = await taken_part(committing, *SIX)
    for idea, (press, _line, _words) in zip(ideas, SIX.values(), strict=True):
        async with committing.transaction() as db:
            await press(db, cast, idea)
    await drained(committing)
    for idea, (deed, (_press, line, words)) in zip(ideas, SIX.items(), strict=True):
        found = await told_of(committing, idea)
        for name, thanked in thanks(deed).items():
            said, text, path = found[name]
            assert said == line.format(f"“{deed}”"), name
            assert text.endswith(thanked) and words in text, (deed, name)
            # One link, to the very place: on the idea's page, or of the build.
            place = rf"/ideas/{idea.id}#[a-z]+-\d+(-[a-z]+)?|/contributions/\d+"
            assert re.fullmatch(place, path), (deed, name)
        # Further only those who wrote it and who gave for it.
        assert set(found) - set(thanks(deed)) <= {"Ada Lind", "Sam Hart"}


async def test_a_pledge_kept_in_part_is_told_as_that(committing: Database) -> None:
    cast, (idea,) = await taken_part(committing, "A walking bus")
    async with committing.transaction() as db:
        sam, ada = await viewer_of(db, cast.sam), await viewer_of(db, cast.ada)
        offer = PledgeOffer(
            kind=PledgeKind.MANDATE,
            promise="I open the doors for you.",
            expires_on=datetime.now(UTC).date() + timedelta(days=30),
        )
        number = await offer_pledge(db, sam, await find_idea(db, sam, idea.id), offer)
        await accept_pledge(db, ada, await find_idea(db, ada, idea.id), number)
    await forget(committing)
    async with committing.transaction() as db:
        given = Fulfilment(kept_note="One school.", part_why="The other school said no.")
        assert (await db.get_one(Pledge, number)).accepted_at
        sam = await viewer_of(db, cast.sam)
        await keep_pledge(db, sam, await find_idea(db, sam, idea.id), number, given)
    await drained(committing)
    found = await told_of(committing, idea)
    assert set(found) == {"Ada Lind", *thanks("kept")}
    for name in thanks("kept"):
        line, _text, path = found[name]
        assert line == "A pledge for “A walking bus” was kept in part"
        assert path == f"/ideas/{idea.id}#pledge-{number}"


async def changed(db: AsyncSession, cast: Cast, idea: Idea, first: Verdict) -> None:
    """Sam changes the answer to the contrary."""
    sam = await viewer_of(db, cast.sam)
    seen = await find_idea(db, sam, idea.id)
    contrary = an_answer if first is Verdict.NO else a_no
    response = await db.scalar(select(Response).where(Response.idea_id == idea.id))
    assert response
    again = contrary(seen_response=response.id, seen_version=response.version, why="New figures.")
    await answer_idea(db, sam, seen, again)


@pytest.mark.parametrize("first", [Verdict.YES, Verdict.NO])
async def test_an_answer_that_turns_is_told_once_though_it_parks_or_wakes(
    committing: Database, first: Verdict
) -> None:
    cast, (idea,) = await taken_part(committing, "A walking bus")
    async with committing.transaction() as db:
        sam = await viewer_of(db, cast.sam)
        given = an_answer() if first is Verdict.YES else a_no()
        await answer_idea(db, sam, await find_idea(db, sam, idea.id), given)
    await forget(committing)
    async with committing.transaction() as db:
        await changed(db, cast, idea, first)
    await drained(committing)
    found = await told_of(committing, idea)
    turned = "no" if first is Verdict.YES else "yes"
    assert set(found) == {"Ada Lind", *thanks("changed")}
    for name in thanks("changed"):
        assert found[name][0] == f"The answer to “A walking bus” was changed: {turned}"


async def test_other_words_for_the_same_answer_are_told_to_its_author_only(
    committing: Database,
) -> None:
    cast, (idea,) = await taken_part(committing, "A walking bus")
    async with committing.transaction() as db:
        await answered(db, cast, idea)
    await forget(committing)
    async with committing.transaction() as db:
        sam = await viewer_of(db, cast.sam)
        response = (await db.scalars(select(Response))).one()
        again = an_answer(
            body="We will do it in June.",
            seen_response=response.id,
            seen_version=response.version,
            why="May is full.",
        )
        await answer_idea(db, sam, await find_idea(db, sam, idea.id), again)
    await drained(committing)
    assert set(await told_of(committing, idea)) == {"Ada Lind"}


async def test_when_it_wakes_and_an_answer_is_owed_again_its_author_is_told_once(
    committing: Database,
) -> None:
    cast, (idea,) = await taken_part(committing, "A walking bus")
    async with committing.transaction() as db:
        sam = await viewer_of(db, cast.sam)
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        until = a_no(wake_on=tomorrow)
        await answer_idea(db, sam, await find_idea(db, sam, idea.id), until)
    await forget(committing)
    async with committing.transaction() as db:
        await db.execute(update(Response).values(wake_on=tomorrow - timedelta(days=1)))
        await wake_ideas(db)
    await drained(committing)
    found = await told_of(committing, idea)
    assert "awake again" in found["Ada Lind"][0]
    for name in thanks("woken"):
        assert found[name][0] == "“A walking bus” was woken up"
