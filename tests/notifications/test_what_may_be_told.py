"""Nothing tells of what its reader may not open, also when it was closed to them after they were
told: each kind of thing, for each role, on the page of what one was told, as its link, in digests,
in mails that wait, and before anybody is told of it at all. What may be told is exactly what the
thing's own page shows to the same person."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.campaigns.publication_models import CampaignReview
from ideahub.conversation.models import Contribution
from ideahub.core.db import Base, Database
from ideahub.core.events import Event, Kind, record
from ideahub.core.outbox import OutgoingMail
from ideahub.core.site import Site
from ideahub.core.telling import TELLS
from ideahub.entries.models import Entry, EntryMember
from ideahub.ideas.models import Idea
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    TextKind,
)
from ideahub.notifications.addressing import Recipient
from ideahub.notifications.digests import send_next_digest
from ideahub.notifications.models import Digest, Notification
from ideahub.notifications.readable import ROWS
from ideahub.notifications.reading import path_of
from ideahub.notifications.seeing import those_who_see
from ideahub.notifications.withholding import withhold_unseen
from ideahub.organisations.models import Person, RoleGrant
from ideahub.questions.announcing import announce, take_back
from ideahub.questions.hiding import hide_answer
from ideahub.questions.models import Announcement, AskedQuestion
from ideahub.sponsorship.models import Pledge, PledgeKind
from tests.conftest import Browse, Browser
from tests.entries.entering import begin, make_contest
from tests.questions.faq import a_challenge, answered, asked
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of
from tests.support.talking import say

READERS = ("ada", "ben", "zed", "mia", "mo", "ann")
Close = Callable[[], Awaitable[object]]


class Case(NamedTuple):
    """A thing that all readers were told of: its mark, the deed's event, its page, and the deed
    after which fewer may read it."""

    mark: str
    event: Event
    path: str
    close: Close


class Stage:
    """Makes cases, each with a thing of its own."""

    def __init__(self, db: AsyncSession, cast: Cast) -> None:
        self.db, self.cast = db, cast
        self.cases: list[Case] = []

    async def tell(
        self, mark: str, kind: Kind, on: Any, path: str, close: Close, subject: Any = None
    ) -> None:
        """All readers are told of it."""
        number = await record(self.db, kind, self.cast.sam, on=on, subject=subject)
        event = await self.db.get_one(Event, number)
        for name in READERS:
            person: Person = getattr(self.cast, name)
            mail = OutgoingMail(person_id=person.id, to="x@mail.example", subject=mark, body=mark)
            told = {"subject": f"About {mark}", "text": f"More of {mark}", "path": path}
            self.db.add(
                Notification(
                    person_id=person.id,
                    event_id=number,
                    kind=kind,
                    mail_id=(await add(self.db, mail)).id,
                    **told,
                )
            )
        self.cases.append(Case(mark, event, path, close))

    def sets(self, row: Base, **columns: object) -> Close:
        """The deed that changes these columns."""

        async def change() -> None:
            for name, value in columns.items():
                setattr(row, name, value)
            await self.db.flush()

        return change

    async def idea(self, title: str, **columns: Any) -> Idea:
        """An idea of Ada's in an idea box of its own."""
        box = await make_campaign(self.db, self.cast.city, **columns)
        return await make_idea(self.db, box, self.cast.ada, title)


NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def of_ideas(stage: Stage) -> None:
    for mark, column in (("aardvark", "hidden_at"), ("badger", "withdrawn_at")):
        idea = await stage.idea("Of Ada")
        path, close = f"/ideas/{idea.id}", stage.sets(idea, **{column: NOW})
        await stage.tell(mark, Kind.IDEA_POSTED, idea, path, close)
    idea = await stage.idea("An idea for staff")
    box = await stage.db.get_one(Campaign, idea.campaign_id)
    close = stage.sets(box, audience=Audience.INTERNAL)
    await stage.tell("capybara", Kind.IDEA_STOPPED, idea, f"/ideas/{idea.id}", close)


async def of_contributions(stage: Stage) -> None:
    db, cast = stage.db, stage.cast
    for mark in ("dingo", "echidna"):
        idea = await stage.idea("Added to")
        number = await say(db, cast.ben, idea.id, f"Yes, and {mark}.")
        row = await db.get_one(Contribution, number)
        close = stage.sets(row, **{"hidden_at" if mark == "dingo" else "withdrawn_at": NOW})
        path = f"/contributions/{number}"
        await stage.tell(mark, Kind.CONTRIBUTION_MADE, idea, path, close, row)


async def of_pledges(stage: Stage) -> None:
    idea = await stage.idea("To be sponsored")
    pledge = Pledge(
        idea_id=idea.id,
        sponsor_id=stage.cast.sam.id,
        kind=PledgeKind.MANDATE,
        promise="A gazelle.",
        expires_on=(datetime.now(UTC) + timedelta(days=9)).date(),
    )
    await add(stage.db, pledge)
    close = stage.sets(pledge, declined_at=NOW, declined_reason="No.")
    path = f"/pledges/{pledge.id}"
    await stage.tell("gazelle", Kind.PLEDGE_OFFERED, idea, path, close, pledge)


async def of_announcements(stage: Stage) -> None:
    db, cast = stage.db, stage.cast
    mia = await viewer_of(db, cast.mia)
    for mark, groups in (("heron", ["followers"]), ("impala", ["entrants"])):
        contest, phase = await make_contest(db, cast.city)
        entry = await begin(db, cast.ben, phase)
        number = await announce(db, mia, contest, f"News of {mark}", mark, mark, groups=groups)
        row = await db.get_one(Entry, entry)
        leaves = stage.sets(row, withdrawn_at=NOW)

        async def takes_back(contest: Campaign = contest, number: int = number) -> None:
            await take_back(db, mia, contest, number, "A mistake.")

        subject = await db.get_one(Announcement, number)
        path = f"{contest.url}/announcements/{number}"
        close = takes_back if mark == "heron" else leaves
        await stage.tell(mark, Kind.ANNOUNCEMENT_MADE, contest, path, close, subject)


async def of_questions(stage: Stage) -> None:
    db, cast = stage.db, stage.cast
    challenge = await a_challenge(db, cast)
    numbers = [await asked(db, challenge, cast.cem, "Why a jackal?") for _one in range(1)]
    entry = await answered(db, challenge, cast.mia, numbers, text="Because of the jackal.")
    mia = await viewer_of(db, cast.mia)

    async def hides() -> None:
        await hide_answer(db, mia, challenge, entry.id, "It was wrong.")

    path = f"{challenge.url}/questions/{entry.id}"
    await stage.tell("jackal", Kind.QUESTION_ANSWERED, challenge, path, hides, entry)
    question = await db.get_one(AskedQuestion, await asked(db, challenge, cast.cem, "A kiwi?"))
    path = f"/management/{challenge.id}/questions"
    own = select(RoleGrant).where(RoleGrant.person_id == cast.mia.id)
    grant = (await db.scalars(own)).one()
    close = stage.sets(grant, revoked_at=NOW)
    await stage.tell("kiwi", Kind.QUESTION_ASKED, challenge, path, close, question)


async def of_entries(stage: Stage) -> None:
    db, cast = stage.db, stage.cast
    contest, phase = await make_contest(db, cast.city)
    entry = await db.get_one(Entry, await begin(db, cast.ada, phase))
    member = await add(
        db, EntryMember(entry_id=entry.id, person_id=cast.ben.id, joined_at=func.now())
    )
    close = stage.sets(member, left_at=NOW)
    path = f"/entries/{entry.id}"
    await stage.tell("lemur", Kind.ENTRY_TEAM_CHANGED, contest, path, close, entry)


async def of_campaigns(stage: Stage) -> None:
    db, cast = stage.db, stage.cast
    for mark, columns in (
        ("marmot", {"audience": Audience.INTERNAL}),
        ("numbat", {"published_at": None}),
    ):
        campaign = await a_challenge(db, cast)
        close = stage.sets(campaign, **columns)
        await stage.tell(mark, Kind.CAMPAIGN_CHANGED, campaign, campaign.url, close)
    draft = await a_challenge(db, cast, published=False)
    review = await add(db, CampaignReview(campaign_id=draft.id, asked_by=cast.mia.id))
    close, path = stage.sets(draft, discarded_at=NOW), f"/management/{draft.id}/review"
    await stage.tell("ocelot", Kind.PUBLICATION_REVIEW_ASKED, draft, path, close, review)


async def of_moderation(stage: Stage) -> None:
    db, cast = stage.db, stage.cast
    about = {"organisation_id": cast.city.id, "author_id": cast.cem.id}
    idea = await stage.idea("Looked at")
    case = await add(db, ModerationCase(text_kind=TextKind.IDEA, text_id=idea.id, **about))
    decision = await add(
        db, ModerationDecision(case_id=case.id, measure=Measure.WARN, decided_by=cast.jo.id)
    )
    appeal = await add(
        db, ModerationAppeal(decision_id=decision.id, made_by=cast.cem.id, text="No panda.")
    )
    own = select(RoleGrant).where(RoleGrant.person_id == cast.mo.id)
    close = stage.sets((await db.scalars(own)).one(), revoked_at=NOW)
    path = f"/moderation/appeals/{appeal.id}"
    await stage.tell("panda", Kind.MODERATION_APPEALED, None, path, close, appeal)


MAKES: Sequence[Callable[[Stage], Awaitable[None]]] = (
    of_ideas,
    of_contributions,
    of_pledges,
    of_announcements,
    of_entries,
    of_campaigns,
    of_questions,
    of_moderation,
)


async def open_to(browser: Browser, cases: Sequence[Case]) -> set[str]:
    """The marks of the things whose page shows them to this person."""
    found = set()
    for case in cases:
        answer = await browser.get(case.path)
        if answer.status_code == 200 and "not shown any more" not in answer.text:
            found.add(case.mark)
    return found


def marks_in(text: str, cases: Sequence[Case]) -> set[str]:
    return {case.mark for case in cases if re.search(rf"\b{case.mark}\b", text)}


async def listed(browser: Browser, cases: Sequence[Case]) -> set[str]:
    return marks_in((await browser.get("/notifications")).text, cases)


async def led_to(db: AsyncSession, who: Person, cases: Sequence[Case]) -> set[str]:
    """The marks of those whose link in a mail leads to the thing."""
    viewer = await viewer_of(db, who)
    own = select(Notification.event_id, Notification.id).where(Notification.person_id == who.id)
    numbers = {row.event_id: row.id for row in await db.execute(own)}
    return {case.mark for case in cases if await path_of(db, viewer, numbers[case.event.id])}


async def would_be_told(db: AsyncSession, who: Person, cases: Sequence[Case]) -> set[str]:
    held = select(RoleGrant.id).where(RoleGrant.person_id == who.id, RoleGrant.revoked_at.is_(None))
    has_roles = bool((await db.scalars(held)).all())
    reader = Recipient(who.id, who.name, who.email, None, who.organisation_id, has_roles)
    found = set()
    for case in cases:
        if await those_who_see(db, case.event, [reader], although_gone=False):
            found.add(case.mark)
    return found


async def kept_mails(db: AsyncSession, who: Person, cases: Sequence[Case]) -> set[str]:
    """The marks of the mails that would still be sent."""
    mails = select(OutgoingMail).where(
        OutgoingMail.person_id == who.id, OutgoingMail.given_up_at.is_(None)
    )
    waiting = (await db.scalars(mails)).all()
    withheld = await withhold_unseen(db, [mail.id for mail in waiting])
    return {mail.subject for mail in waiting if mail.id not in withheld}


async def digested(database: Database, cases: Sequence[Case], cast: Cast) -> dict[str, set[str]]:
    """What digests tell each reader."""
    async with database.transaction() as db:
        days = func.now() - timedelta(days=8)
        waits = {"created_at": days, "awaits_mail": True, "mail_id": None, "mailed_at": None}
        await db.execute(update(Notification).values(waits))
        await db.execute(update(OutgoingMail).values(given_up_at=func.now()))
        hour = (await db.execute(select(func.extract("hour", func.now())))).scalar_one()
        for name in READERS:
            number = getattr(cast, name).id
            await db.merge(Digest(person_id=number, due_at=NOW, hour=int(hour)))
    while await send_next_digest(database):
        pass
    async with database.reading() as db:
        sent = await db.execute(
            select(OutgoingMail.person_id, OutgoingMail.body).where(
                OutgoingMail.given_up_at.is_(None)
            )
        )
        bodies = {row.person_id: row.body for row in sent}
    return {name: marks_in(bodies.get(getattr(cast, name).id, ""), cases) for name in READERS}


async def test_what_is_told_is_what_can_be_opened(
    database: Database, db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    database.serve(Site("https://ideas.example"))
    stage = Stage(db, cast)
    for make in MAKES:
        await make(stage)
    await db.commit()
    cases = stage.cases
    before = {name: await would_be_told(db, getattr(cast, name), cases) for name in READERS}
    for case in cases:
        await case.close()
    await db.commit()
    browsers = {name: await browse(getattr(cast, name)) for name in READERS}
    opened = {name: await open_to(browsers[name], cases) for name in READERS}
    for name in READERS:
        who: Person = getattr(cast, name)
        assert await listed(browsers[name], cases) == opened[name], name
        assert await led_to(db, who, cases) == opened[name], name
        assert await would_be_told(db, who, cases) == opened[name], name
        assert await kept_mails(db, who, cases) == opened[name], name
    await db.commit()
    assert await digested(database, cases, cast) == opened
    # Each case was open to somebody to whom it is not any more.
    for case in cases:
        assert any(case.mark in before[name] - opened[name] for name in READERS), case.mark


async def test_whoever_reported_a_text_hears_of_it_although_it_is_hidden(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    idea.hidden_at = NOW
    number = await record(db, Kind.IDEA_HIDDEN, cast.mo, on=idea)
    event = await db.get_one(Event, number)
    reader = Recipient(cast.zed.id, "Zed", None, None, None, has_roles=False)
    assert await those_who_see(db, event, [reader], although_gone=True) == [reader]
    assert await those_who_see(db, event, [reader], although_gone=False) == []


def test_every_row_that_is_judged_is_told_of() -> None:
    """A name that no event has would judge nothing."""
    assert set(ROWS) <= set(Base.metadata.tables)
    assert {Kind.CONTRIBUTION_MADE, Kind.PLEDGE_OFFERED, Kind.MODERATION_APPEALED} <= set(TELLS)
