"""People are told of deeds: each person once of each deed, whatever happens in between."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind, record
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site import Site
from ideahub.core.telling import TELLS
from ideahub.following.following import follow, unfollow
from ideahub.notifications import telling
from ideahub.notifications.models import Notification, TellingProgress
from ideahub.notifications.telling import tell_people
from ideahub.organisations.models import Organisation, Person
from ideahub.questions.announcing import announce, take_back
from ideahub.questions.answering import change_answer, join_questions, written_answer
from ideahub.questions.asking import set_aside
from tests.questions.faq import DATES, a_challenge, answered, asked
from tests.support.cast import Cast, add, make_campaign, make_cast, make_person, viewer_of


async def follows(db: AsyncSession, campaign: Campaign, *people: Person) -> None:
    for person in people:
        await follow(db, await viewer_of(db, person), campaign)


async def news(
    db: AsyncSession, campaign: Campaign, manager: Person, title: str = "We meet on Monday"
) -> int:
    mia = await viewer_of(db, manager)
    return await announce(db, mia, campaign, title, f"About {title}.", f"<p>About {title}.</p>")


async def drain(database: Database, *, times: int = 30) -> None:
    """As the clock does, until nothing is left: tests begin no other transaction meanwhile."""
    for _tick in range(times):
        async with database.transaction() as db:
            await tell_people(db)


async def told(db: AsyncSession) -> list[tuple[str, str]]:
    """Who was told what."""
    found = select(Person.name, Notification.subject).join(
        Notification, Notification.person_id == Person.id
    )
    return sorted((name, subject) for name, subject in (await db.execute(found)).all())


async def mailed(db: AsyncSession) -> list[tuple[str, str]]:
    found = await db.execute(select(OutgoingMail.to, OutgoingMail.subject))
    return sorted((to, subject) for to, subject in found.all())


async def stage(committing: Database) -> tuple[Cast, Campaign]:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        return cast, await a_challenge(db, cast)


async def test_followers_are_told_of_an_announcement_once_and_by_mail(
    committing: Database,
) -> None:
    committing.serve(Site("https://ideas.example"))
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem, cast.ada, cast.mia)
    async with committing.transaction() as db:
        number = await news(db, campaign, cast.mia)
    await drain(committing)
    async with committing.reading() as db:
        said = "Safer school routes: We meet on Monday"
        # Mia wrote it.
        assert await told(db) == [("Ada Lind", said), ("Cem Aydin", said)]
        assert await mailed(db) == [("ada@mail.example", said), ("cem@mail.example", said)]
        mail = (await db.scalars(select(OutgoingMail).limit(1))).one()
        assert "About We meet on Monday." in mail.body
        place = f"/challenges/{campaign.id}/announcements/{number}"
        told_in = select(Notification.id).where(Notification.mail_id == mail.id)
        link = f"https://ideas.example/notifications/{(await db.scalars(told_in)).one()}"
        assert f"{link}\n" in mail.body and mail.content
        assert "https://ideas.example/notifications" in mail.body
        assert (await db.scalars(select(Notification.path).distinct())).all() == [place]


async def test_those_who_asked_are_told_the_answer_and_followers_only_on_their_page(
    committing: Database,
) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.ben, cast.cem)
    async with committing.transaction() as db:
        numbers = [await asked(db, campaign, person) for person in (cast.cem, cast.ada)]
    async with committing.transaction() as db:
        await answered(db, campaign, cast.mia, numbers, letter="Dear {name}, hello.")
    await drain(committing)
    async with committing.reading() as db:
        answer = "Answered: Until when can ideas be posted?"
        assert await told(db) == [
            ("Ada Lind", answer),
            ("Ben Okoye", "New answer in “Safer school routes”"),
            ("Cem Aydin", answer),
        ]
        assert await mailed(db) == [("ada@mail.example", answer), ("cem@mail.example", answer)]
        bodies = (await db.scalars(select(OutgoingMail.body).order_by(OutgoingMail.to))).all()
        assert bodies[0].startswith("Dear Ada Lind, hello.\n\nYour question in “Safer school")
        assert "Until Friday." in bodies[0] and "Cem" not in bodies[0]
        # On the page stands the answer, without the letter's greeting.
        assert not any("hello" in one for one in await db.scalars(select(Notification.text)))


async def test_of_questions_that_join_only_their_askers_are_told(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        entry = await answered(db, campaign, cast.mia, [await asked(db, campaign, cast.cem)])
    await drain(committing)
    async with committing.transaction() as db:
        number = await asked(db, campaign, cast.ada, "Which day?")
        mia = await viewer_of(db, cast.mia)
        await join_questions(db, mia, campaign, [number], entry.id)
    await drain(committing)
    async with committing.transaction() as db:
        assert [name for name, _ in await told(db)] == ["Ada Lind", "Cem Aydin"]
        mia = await viewer_of(db, cast.mia)
        again = await written_answer(campaign, DATES, "Until when?", "Until Monday.", "")
        await change_answer(db, mia, campaign, entry.id, again, 1)
    await drain(committing)
    async with committing.reading() as db:
        assert Counter(name for name, _ in await told(db)) == {"Ada Lind": 2, "Cem Aydin": 2}


async def test_whose_question_is_set_aside_is_told_why(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        number = await asked(db, campaign, cast.cem)
        await set_aside(db, await viewer_of(db, cast.mia), campaign, number, "It names people.")
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == [("Cem Aydin", "Not published: Until when?")]
        assert "It names people." in (await db.scalars(select(Notification.text))).one()


DEEDS: dict[Kind, tuple[dict[str, Any], str, str, bool]] = {
    Kind.PHASE_EXTENDED: (
        {
            "phase": "Ideas",
            "old": "2027-03-01T12:00:00+00:00",
            "new": "2027-03-08T12:00:00+00:00",
            "timezone": "Europe/Oslo",
            "reason": "Snow.",
        },
        "In “Safer school routes”: Extended: “Ideas”",
        "The reason: Snow.",
        True,
    ),
    Kind.CAMPAIGN_CHANGED: (
        {"changed": ["phases", "prize"]},
        "“Safer school routes” was changed",
        "What was changed: Phases and Prize or reward.",
        True,
    ),
    Kind.CAMPAIGN_PUBLISHED: (
        {},
        "“Safer school routes” is published again",
        "Its page can be opened again",
        True,
    ),
    Kind.CAMPAIGN_UNPUBLISHED: (
        {"reason": "A mistake."},
        "“Safer school routes” is not published any more",
        "The reason: A mistake.",
        True,
    ),
}


@pytest.mark.parametrize("kind", DEEDS)
async def test_followers_are_told_what_happens_to_it(committing: Database, kind: Kind) -> None:
    data, subject, words, by_mail = DEEDS[kind]
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
    async with committing.transaction() as db:
        await record(db, kind, await viewer_of(db, cast.mia), on=campaign, **data)
        if kind is Kind.CAMPAIGN_UNPUBLISHED:
            await db.execute(update(Campaign).values(published_at=None))
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == [("Cem Aydin", subject)]
        assert words in (await db.scalars(select(Notification.text))).one()
        assert len(await mailed(db)) == by_mail


async def test_an_extension_is_told_once_and_a_small_change_without_a_mail(
    committing: Database,
) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
    async with committing.transaction() as db:
        await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=["phases"])
        await record(db, Kind.PHASE_EXTENDED, None, on=campaign, **DEEDS[Kind.PHASE_EXTENDED][0])
    async with committing.transaction() as db:
        await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=["tagline"])
    await drain(committing)
    async with committing.reading() as db:
        extended = DEEDS[Kind.PHASE_EXTENDED][1]
        assert await told(db) == [
            ("Cem Aydin", extended),
            ("Cem Aydin", "“Safer school routes” was changed"),
        ]
        assert await mailed(db) == [("cem@mail.example", extended)]


async def test_nobody_is_told_of_what_they_may_not_see(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast)
        await follows(db, campaign, cast.zed, cast.cem, cast.ada, cast.ben, cast.ann)
        campaign.audience = Audience.INTERNAL
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
    await drain(committing)
    async with committing.reading() as db:
        # Staff of the city and of its department, and the admin of all.
        assert [name for name, _ in await told(db)] == ["Ada Lind", "Ann Berg", "Ben Okoye"]


async def test_after_it_is_no_longer_published_only_those_are_told_who_could_see_it(
    committing: Database,
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast)
        await follows(db, campaign, cast.zed, cast.ada)
        campaign.audience, campaign.published_at = Audience.INTERNAL, None
        await record(db, Kind.CAMPAIGN_UNPUBLISHED, cast.mia, on=campaign)
    await drain(committing)
    async with committing.reading() as db:
        assert [name for name, _ in await told(db)] == ["Ada Lind"]
        assert (await db.scalars(select(Notification.path))).all() == [""]


async def test_who_follows_later_or_no_longer_is_not_told(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem, cast.ada)
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.ben)
        await unfollow(db, await viewer_of(db, cast.cem), campaign)
    await drain(committing)
    async with committing.reading() as db:
        assert [name for name, _ in await told(db)] == ["Ada Lind"]


async def test_what_was_taken_back_before_is_told_to_nobody(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
    async with committing.transaction() as db:
        number = await news(db, campaign, cast.mia)
        await take_back(db, await viewer_of(db, cast.mia), campaign, number, "Wrong day.")
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == []


async def test_thousands_are_told_in_portions(
    committing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_PEOPLE", 7)
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        for number in range(40):
            await follows(db, campaign, await make_person(db, f"P{number} Reader"))
        await follows(db, campaign, cast.mia)
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia, "One")
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia, "Two")
    await drain(committing, times=1)
    async with committing.reading() as db:
        assert len(await told(db)) == 7
    await drain(committing)
    async with committing.reading() as db:
        found = await told(db)
        assert len(found) == len(set(found)) == len(await mailed(db)) == 80


async def test_a_deed_that_commits_late_is_not_passed_over(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
    async with committing.transaction() as slow:
        await slow.execute(text("select pg_current_xact_id()"))
        async with committing.transaction() as quick:
            await news(quick, campaign, cast.mia, "Quick")
        await drain(committing, times=3)
        await record(slow, Kind.CAMPAIGN_CHANGED, cast.mia, on=campaign, changed=["prize"])
    await drain(committing)
    async with committing.reading() as db:
        assert len(await told(db)) == 2


async def test_two_processes_tell_at_once(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem, cast.ada, cast.ben)
    for title in ("One", "Two", "Three"):
        async with committing.transaction() as db:
            await news(db, campaign, cast.mia, title)
    await asyncio.gather(*(drain(committing, times=10) for _process in range(4)))
    async with committing.reading() as db:
        found = await told(db)
        assert len(found) == len(set(found)) == len(await mailed(db)) == 9


async def test_after_a_restore_from_a_copy_news_is_told_again(committing: Database) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
        # The server it came from had counted far more transactions.
        await db.execute(update(TellingProgress).values(xact_id=2**40))
    await drain(committing, times=1)
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
    await drain(committing)
    async with committing.reading() as db:
        assert len(await told(db)) == 1


async def test_of_old_deeds_nobody_is_told(committing: Database) -> None:
    cast, campaign = await stage(committing)
    long_ago = datetime.now(UTC) - timedelta(days=telling.NEWS_DAYS + 1)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
        await news(db, campaign, cast.mia)
        await db.execute(update(Event).values(created_at=long_ago))
    await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == []


async def test_quiet_ticks_write_nothing(committing: Database) -> None:
    await stage(committing)

    async def version() -> int:
        async with committing.reading() as db:
            found = await db.execute(text("select xmin::text::bigint from telling_progress"))
            return int(found.scalar_one())

    await drain(committing, times=1)
    before = await version()
    await drain(committing, times=5)
    assert await version() == before


class Crash(Exception):
    """The process ends in the middle of a transaction."""


STEPS = st.lists(st.sampled_from(["follow", "unfollow", "news", "drain", "crash"]), max_size=14)


@pytest.mark.slow
@given(steps=STEPS, portion=st.integers(1, 4))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_whatever_happens_each_is_told_once_of_each_deed(
    committing: Database, steps: list[str], portion: int
) -> None:
    """Any sequence of deeds, of ticks and of crashes in the middle of ticks."""
    async with committing.transaction() as db:
        for table in (Notification, OutgoingMail):
            await db.execute(delete(table))
        if not (people := list(await db.scalars(select(Person).order_by(Person.id).limit(3)))):
            people = [await make_person(db, name) for name in ("Ada Lind", "Ben Ray", "Cem Ay")]
        organisation = await add(db, Organisation(name="City"))
        campaign = await make_campaign(db, organisation, kind=CampaignKind.CHALLENGE)
    following: set[int] = set()
    expected: Counter[int] = Counter()
    for number, step in enumerate(steps):
        person = people[number % 3]
        if step in {"drain", "crash"}:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(telling, "MOST_PEOPLE", portion)
                await _tick(committing, crashes=step != "drain")
            continue
        # Whoever ends following before they were told is not told: here all are told before.
        if step == "unfollow":
            await drain(committing)
        async with committing.transaction() as db:
            viewer = await viewer_of(db, person)
            if step == "follow":
                await follow(db, viewer, campaign)
                following.add(person.id)
            elif step == "unfollow":
                await unfollow(db, viewer, campaign)
                following.discard(person.id)
            else:
                await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=["phases"])
                expected.update(following)
    await drain(committing)
    async with committing.reading() as db:
        rows = await db.execute(
            select(Notification.person_id, Notification.event_id)
            .join(Event, Event.id == Notification.event_id)
            .where(Event.campaign_id == campaign.id)
        )
        found = rows.all()
        assert Counter(person_id for person_id, _ in found) == expected
        assert len(found) == len(set(found)) == len(await mailed(db))


async def _tick(database: Database, *, crashes: bool) -> None:
    with suppress(Crash):
        async with database.transaction() as db:
            await tell_people(db)
            if crashes:
                _crash()


def _crash() -> None:
    raise Crash


async def test_a_fault_in_one_tell_keeps_nobody_from_being_told_of_the_rest(
    committing: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(_db: AsyncSession, _event: Event) -> list[Any]:
        raise ZeroDivisionError

    monkeypatch.setitem(TELLS, Kind.CAMPAIGN_CHANGED, [breaks])
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem)
    async with committing.transaction() as db:
        await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=["prize"])
    async with committing.transaction() as db:
        await news(db, campaign, cast.mia)
    await drain(committing)
    async with committing.reading() as db:
        assert len(await told(db)) == 1
    assert "Nobody could be told of event" in caplog.text


async def test_whoever_published_it_and_manages_it_is_told_that_somebody_asks(
    committing: Database,
) -> None:
    cast, campaign = await stage(committing)
    # Ben managed it once; what people ask is not for him any more.
    for publisher in (cast.ben, cast.mia):
        async with committing.transaction() as db:
            (await db.get_one(Campaign, campaign.id)).published_by = publisher.id
            await asked(db, campaign, cast.cem, f"May {publisher.name} answer?")
        await drain(committing)
    async with committing.reading() as db:
        assert await told(db) == [("Mia Sato", "A new question in “Safer school routes”")]
        assert await mailed(db) == []


async def test_who_is_put_to_an_answer_before_anybody_was_told_is_told_once(
    committing: Database,
) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        numbers = [await asked(db, campaign, person) for person in (cast.cem, cast.ada)]
    async with committing.transaction() as db:
        entry = await answered(db, campaign, cast.mia, numbers[:1])
    async with committing.transaction() as db:
        await join_questions(db, await viewer_of(db, cast.mia), campaign, numbers[1:], entry.id)
    await drain(committing)
    async with committing.reading() as db:
        assert [name for name, _ in await told(db)] == ["Ada Lind", "Cem Aydin"]


async def test_a_person_gets_their_own_language(
    committing: Database, offered_pseudo_languages: None
) -> None:
    cast, campaign = await stage(committing)
    async with committing.transaction() as db:
        await follows(db, campaign, cast.cem, cast.ada)
        (await db.get_one(Person, cast.cem.id)).language = "en-XA"
    async with committing.transaction() as db:
        await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=["phases"])
    await drain(committing)
    async with committing.reading() as db:
        subjects = dict(await told(db))
        assert subjects["Ada Lind"] == "“Safer school routes” was changed"
        assert subjects["Cem Aydin"] != subjects["Ada Lind"]
        assert "Safer school routes" in subjects["Cem Aydin"]
        assert dict(await mailed(db))["cem@mail.example"] == subjects["Cem Aydin"]
