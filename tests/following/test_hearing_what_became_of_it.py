"""Everyone who has to do with an idea hears once what became of it, with thanks for what they
did."""

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.conversation.adopting import Adoption, adopt
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.queries import find_contribution
from ideahub.core.dates import day_words
from ideahub.core.db import Database
from ideahub.following.following import follow
from ideahub.following.involved import Deeds
from ideahub.following.models import Follow
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote, withdraw_vote
from ideahub.notifications.models import Notification
from ideahub.notifications.telling import tell_people
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.you_said.summaries import decided, pledged

BUILD = "Let the older pupils lead it."


async def supports(db: AsyncSession, person: Person, idea: Idea) -> None:
    viewer = await viewer_of(db, person)
    await vote(db, viewer, await find_idea(db, viewer, idea.id))


async def builds(db: AsyncSession, person: Person, idea: Idea) -> int:
    viewer = await viewer_of(db, person)
    kind = ContributionKind.BUILD
    return await contribute(db, viewer, await find_idea(db, viewer, idea.id), kind, BUILD)


async def a_walking_bus(committing: Database, **columns: object) -> tuple[Cast, Idea]:
    """Ada's idea: Ben built on it, Sam stands behind it, Cem supports it and Zed follows it."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, **columns)  # type: ignore[arg-type]
        idea = await make_idea(db, campaign, cast.ada)
        await builds(db, cast.ben, idea)
        await pledged(db, cast, idea)
        if campaign.audience is Audience.PUBLIC:
            await supports(db, cast.cem, idea)
            zed = await viewer_of(db, cast.zed)
            await follow(db, zed, await find_idea(db, zed, idea.id))
    await drained(committing)
    async with committing.transaction() as db:
        for one in await db.scalars(select(Notification)):
            await db.delete(one)
    return cast, idea


async def drained(database: Database) -> None:
    for _tick in range(30):
        async with database.transaction() as db:
            await tell_people(db)


async def told(database: Database) -> dict[str, tuple[str, str, str]]:
    """What each person was told: the line, the text and the path; at most one message each."""
    async with database.reading() as db:
        rows = await db.execute(
            select(Person.name, Notification.subject, Notification.text, Notification.path).join(
                Notification, Notification.person_id == Person.id
            )
        )
        found = [(name, (subject, text, path)) for name, subject, text, path in rows.all()]
    assert len(dict(found)) == len(found)
    return dict(found)


async def test_each_is_thanked_once_for_what_they_did(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing)
    async with committing.transaction() as db:
        await decided(db, cast.mia, idea, Decision.STOP, lesson="Too few adults came.")
    await drained(committing)
    today, lesson = day_words(datetime.now(UTC)), "What was learned: Too few adults came.\n\n"
    found = await told(committing)
    assert {name: text for name, (_line, text, _path) in found.items()} == {
        "Ada Lind": f"{lesson}Thank you for this idea: you are one of its authors.",
        "Ben Okoye": f"{lesson}Thank you: on {today} you contributed “{BUILD}”.",
        "Sam Hart": f"{lesson}Thank you: your pledge “I open the doors for you.” stands behind it.",
        "Cem Aydin": f"{lesson}You supported it on {today}. Thank you.",
        "Zed Quist": f"{lesson}You follow it. Thank you for your interest.",
    }
    assert {(line, path) for line, _text, path in found.values()} == {
        ("“A walking bus” was stopped", f"/ideas/{idea.id}#idea-{idea.id}-lessons")
    }


async def test_only_what_those_did_who_are_told_now_is_looked_up(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing)
    deeds = Deeds(idea.id)
    async with committing.transaction() as db:
        await builds(db, cast.ben, idea)
        await builds(db, cast.ada, idea)
        await deeds.learn(db, [cast.ben.id, cast.sam.id])
        assert (set(deeds.given), set(deeds.pledges)) == ({cast.ben.id}, {cast.sam.id})
        assert deeds.votes == {}
        await deeds.learn(db, [cast.cem.id])
    assert set(deeds.votes) == {cast.cem.id}
    assert not (deeds.given or deeds.pledges or deeds.entries)


async def test_whose_build_is_in_the_text_is_told_so(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing)
    async with committing.transaction() as db:
        number = await db.scalar(select(Contribution.id))
        ada = await viewer_of(db, cast.ada)
        build, view = await find_contribution(db, ada, number or 0)
        seen = await find_idea(db, ada, idea.id)
        adoption = Adoption(seen.title, f"{seen.body} {BUILD}", seen.why, "", seen.revision)
        await adopt(db, ada, view, build, adoption)
    await drained(committing)
    found = await told(committing)
    # Whoever did it is not told. Ben is an author now, by his build.
    assert set(found) == {"Ben Okoye", "Cem Aydin", "Sam Hart", "Zed Quist"}
    line, text, path = found["Ben Okoye"]
    assert line == "A build was taken into the text of “A walking bus”"
    assert text == f"Thank you: your build “{BUILD}” is in its text."
    assert path == f"/contributions/{number}"


async def test_a_vote_that_was_taken_back_is_not_thanked(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing)
    async with committing.transaction() as db:
        cem = await viewer_of(db, cast.cem)
        await withdraw_vote(db, cem, await find_idea(db, cem, idea.id))
        await decided(db, cast.mia, idea, Decision.PARK, wakes_when="A crossing is built.")
    await drained(committing)
    found = await told(committing)
    assert "Cem Aydin" not in found
    assert found["Zed Quist"][1].startswith("It wakes when: A crossing is built.")


async def test_who_stopped_following_hears_nothing(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing)
    async with committing.transaction() as db:
        db.add(Follow(idea_id=idea.id, person_id=cast.cem.id, stopped_at=datetime.now(UTC)))
        await decided(db, cast.mia, idea, Decision.STOP, lesson="Too few adults came.")
    await drained(committing)
    assert "Cem Aydin" not in await told(committing)


async def test_of_what_was_hidden_meanwhile_only_its_author_hears(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing)
    async with committing.transaction() as db:
        await decided(db, cast.mia, idea, Decision.STOP, lesson="Too few adults came.")
        hidden = update(Idea).where(Idea.id == idea.id)
        await db.execute(hidden.values(hidden_at=datetime.now(UTC)))
    await drained(committing)
    assert set(await told(committing)) <= {"Ada Lind", "Mo Haddad"}


async def test_of_an_internal_call_only_staff_hear(committing: Database) -> None:
    cast, idea = await a_walking_bus(committing, audience=Audience.INTERNAL)
    async with committing.transaction() as db:
        db.add(Follow(idea_id=idea.id, person_id=cast.cem.id))
        await decided(db, cast.mia, idea, Decision.STOP, lesson="Too few adults came.")
    await drained(committing)
    assert set(await told(committing)) == {"Ada Lind", "Ben Okoye", "Sam Hart"}
