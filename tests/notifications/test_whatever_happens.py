"""Whatever people choose and whatever happens to what they follow: each is told of each deed once,
gets at most one mail that tells of it, and none of what they may not open, have read, or want no
mail about. No digest is empty, and there is one at most on a day."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.conversation.contributing import contribute
from ideahub.conversation.models import ContributionKind
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.limits import Attempt
from ideahub.core.outbox import OutgoingMail
from ideahub.core.telling import MessageKind
from ideahub.following.following import follow
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.notifications.digests import send_next_digest
from ideahub.notifications.models import Digest, MailWish, Notification, Rhythm, TellingProgress
from ideahub.notifications.reading import note_all_read
from ideahub.notifications.rhythms import USUALLY
from ideahub.notifications.wishing import choose
from ideahub.organisations.models import Person
from tests.notifications.test_telling import drain, follows, news
from tests.questions.faq import a_challenge
from tests.support.cast import Cast, make_cast, make_idea, viewer_of
from tests.support.effort import effort

LINK = re.compile(r"/notifications/(\d+)\b")
DAY = timedelta(days=1)
# What is posted again as it was is not posted twice, so each idea has a title of its own.
NUMBERS = count(1)
# Cem is a citizen, Ben sees what only staff see; both follow the challenge and the idea.
READERS = ("cem", "ben")
ABOUT = {Kind.ANNOUNCEMENT_MADE: MessageKind.NEWS, Kind.CONTRIBUTION_MADE: MessageKind.ACTIVITY}
IS_TOLD = select(
    ~exists().where(
        tuple_(Event.xact_id, Event.id) > tuple_(TellingProgress.xact_id, TellingProgress.event_id),
        Event.kind.in_(list(ABOUT)),
    )
)
WHO = st.sampled_from(READERS)
STEP = st.one_of(
    st.sampled_from([("news",), ("add",), ("tell",), ("day",)]),
    st.tuples(st.just("hide"), st.booleans()),
    st.tuples(st.just("inside"), st.booleans()),
    st.tuples(st.just("read"), WHO),
    st.tuples(
        st.just("choose"), WHO, st.sampled_from(list(ABOUT.values())), st.sampled_from(Rhythm)
    ),
    st.tuples(
        st.just("choose"),
        WHO,
        st.sampled_from(["idea", "campaign"]),
        st.sampled_from([None, *Rhythm]),
    ),
)


class World:
    """What happened, beside what should be so after it."""

    def __init__(self, database: Database, cast: Cast, campaign: int, idea: int) -> None:
        self.database, self.cast, self.campaign, self.idea = database, cast, campaign, idea
        self.is_hidden = self.is_inside = False
        self.wishes: dict[tuple[str, str], Rhythm | None] = {}
        # Of each event its kind; what was not told yet; who should have been told of what.
        self.kinds: dict[int, Kind] = {}
        self.untold: list[int] = []
        self.told: set[tuple[str, int]] = set()
        self.read: set[tuple[str, int]] = set()
        self.mailed: set[tuple[str, int]] = set()
        # Of this no mail needs to tell: it could not be told by mail at some moment.
        self.left_out: set[tuple[str, int]] = set()
        self.last_mail = 0

    def person(self, who: str) -> Person:
        """The person of this name."""
        found: Person = getattr(self.cast, who)
        return found

    def sees(self, who: str, event: int) -> bool:
        """Whether they may open what the event is about."""
        on_idea = self.kinds[event] is Kind.CONTRIBUTION_MADE
        return not (self.is_inside and who == "cem") and not (on_idea and self.is_hidden)

    def rhythm(self, who: str, event: int) -> Rhythm:
        """How they want mail about it."""
        kind = self.kinds[event]
        things = ("idea", "campaign") if kind is Kind.CONTRIBUTION_MADE else ("campaign",)
        chosen = [self.wishes.get((who, key)) for key in (*things, ABOUT[kind])]
        return next((one for one in chosen if one), USUALLY[ABOUT[kind]])

    def look(self) -> None:
        """Notes of what no mail can tell now."""
        for who, event in self.told:
            may = self.sees(who, event) and self.rhythm(who, event) is not Rhythm.NEVER
            if not may or (who, event) in self.read:
                self.left_out.add((who, event))

    async def do(self, step: Sequence[Any]) -> None:
        """Does a step."""
        name, *values = step
        await getattr(self, f"do_{name}")(*values)
        self.look()

    async def do_news(self) -> None:
        """An announcement."""
        async with self.database.transaction() as db:
            campaign = await db.get_one(Campaign, self.campaign)
            await news(db, campaign, self.cast.mia, f"News {self.idea}.{len(self.kinds)}")
        await self._happened(Kind.ANNOUNCEMENT_MADE)

    async def do_add(self) -> None:
        """Mia builds on the idea, where it takes that."""
        if self.is_hidden:
            return
        async with self.database.transaction() as db:
            mia = await viewer_of(db, self.cast.mia)
            idea = await find_idea(db, mia, self.idea)
            body = f"Build {len(self.kinds)}: with a lantern."
            await contribute(db, mia, idea, ContributionKind.BUILD, body)
        await self._happened(Kind.CONTRIBUTION_MADE)

    async def _happened(self, kind: Kind) -> None:
        async with self.database.reading() as db:
            number = await db.scalar(select(func.max(Event.id)).where(Event.kind == kind))
        assert number
        self.kinds[number] = kind
        self.untold.append(number)

    async def do_hide(self, hidden: bool) -> None:
        """A moderator hides the idea, or shows it again."""
        self.is_hidden = hidden
        await self._set(Idea, self.idea, hidden_at=func.now() if hidden else None)

    async def do_inside(self, inside: bool) -> None:
        """Only staff see the challenge, or everybody does."""
        self.is_inside = inside
        audience = Audience.INTERNAL if inside else Audience.PUBLIC
        await self._set(Campaign, self.campaign, audience=audience)

    async def _set(self, table: Any, number: int, **values: Any) -> None:
        async with self.database.transaction() as db:
            await db.execute(update(table).where(table.id == number).values(values))

    async def do_read(self, who: str) -> None:
        """They have read all on their page."""
        async with self.database.transaction() as db:
            await note_all_read(db, await viewer_of(db, self.person(who)), 2**40)
        self.read |= {(reader, event) for reader, event in self.told if reader == who}

    async def do_choose(self, who: str, what: str, rhythm: Rhythm | None) -> None:
        """They choose how they get mail of a kind, or about a thing."""
        self.wishes[who, what] = rhythm
        things = {"idea": f"idea:{self.idea}", "campaign": f"campaign:{self.campaign}"}
        async with self.database.transaction() as db:
            number = self.person(who).id
            if what in things:
                await choose(db, number, {}, {things[what]: rhythm})
            elif rhythm:
                await choose(db, number, {MessageKind(what): rhythm}, {})

    async def do_tell(self) -> None:
        """The clock tells people of what happened."""
        self.told |= {(who, one) for one in self.untold for who in READERS if self.sees(who, one)}
        self.untold.clear()
        await drain_all(self.database)
        for who, found in await self._new_mails():
            assert {self.rhythm(who, one) for one in found} == {Rhythm.AT_ONCE}

    async def do_day(self) -> None:
        """A day passes, and digests are sent."""
        earlier = {"due_at": Digest.due_at - DAY, "last_sent_at": Digest.last_sent_at - DAY}
        async with self.database.transaction() as db:
            told = update(Notification).values(created_at=Notification.created_at - DAY)
            await db.execute(told)
            await db.execute(update(Digest).values(earlier))
        for _time in range(2 * len(READERS)):
            await send_next_digest(self.database)
        came = [who for who, _found in await self._new_mails()]
        assert len(came) == len(set(came))

    async def _new_mails(self) -> list[tuple[str, set[int]]]:
        """To whom mails came since the last look, and of which events each tells."""
        async with self.database.reading() as db:
            newer = select(OutgoingMail).where(OutgoingMail.id > self.last_mail)
            mails = list(await db.scalars(newer))
            told = list(await db.scalars(select(Notification)))
        self.last_mail = max((mail.id for mail in mails), default=self.last_mail)
        names = {self.person(who).id: who for who in READERS}
        found = []
        for mail in mails:
            if who := names.get(mail.person_id or 0):
                within = [one for one in told if one.mail_id == mail.id]
                # Of several in one line only the newest is linked.
                linked = {int(number) for number in LINK.findall(mail.body)}
                assert linked and linked <= {one.id for one in within}
                assert {one.person_id for one in within} == {mail.person_id}
                found.append((who, {one.event_id for one in within}))
                self._must_be_right(*found[-1])
        return found

    def _must_be_right(self, who: str, events: set[int]) -> None:
        """A mail to them that tells of these events may be sent now."""
        for event in events:
            assert (who, event) in self.told - self.mailed - self.read
            assert self.sees(who, event) and self.rhythm(who, event) is not Rhythm.NEVER
            self.mailed.add((who, event))


async def drain_all(database: Database) -> None:
    """As the clock does, until all is told: as long as another database of this server has an older
    transaction open, nobody can know whether events are still to come before these."""
    async with asyncio.timeout(60):
        while True:
            await drain(database, times=1)
            async with database.reading() as db:
                if await db.scalar(IS_TOLD):
                    return
            await asyncio.sleep(0.02)


@pytest.fixture
async def cast_and_challenge(committing: Database) -> tuple[Cast, int]:
    """The people, and a challenge that the readers follow."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await a_challenge(db, cast)
        await follows(db, campaign, cast.cem, cast.ben)
        return cast, campaign.id


async def _begin(db: AsyncSession, cast: Cast, campaign: int) -> int:
    """Nobody has chosen or been told anything, and there is a new idea."""
    for table in (Notification, OutgoingMail, Digest, MailWish, Attempt):
        await db.execute(delete(table))
    shown = update(Campaign).where(Campaign.id == campaign)
    await db.execute(shown.values(audience=Audience.PUBLIC))
    shown_now = await db.get_one(Campaign, campaign, populate_existing=True)
    idea = await make_idea(db, shown_now, cast.ada, f"A walking bus, number {next(NUMBERS)}")
    for reader in (cast.cem, cast.ben):
        viewer = await viewer_of(db, reader)
        await follow(db, viewer, await find_idea(db, viewer, idea.id))
    return idea.id


@pytest.mark.slow
@given(steps=st.lists(STEP, min_size=3, max_size=14))
@settings(
    max_examples=effort(25, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_each_is_told_once_and_mailed_at_most_once(
    committing: Database, cast_and_challenge: tuple[Cast, int], steps: list[tuple[Any, ...]]
) -> None:
    cast, campaign = cast_and_challenge
    async with committing.transaction() as db:
        idea = await _begin(db, cast, campaign)
    await drain_all(committing)
    async with committing.transaction() as db:
        await db.execute(delete(Notification))
        await db.execute(delete(OutgoingMail))
    world = World(committing, cast, campaign, idea)
    for step in [*steps, ("tell",), *[("day",)] * 9]:
        await world.do(step)
    async with committing.reading() as db:
        people = {world.person(who).id: who for who in READERS}
        rows = await db.execute(select(Notification.person_id, Notification.event_id))
        told = [(people[person], event) for person, event in rows.all() if person in people]
        waits = await db.scalar(select(func.count()).where(Notification.awaits_mail))
    assert sorted(told) == sorted(world.told) and not waits
    assert world.mailed >= world.told - world.left_out
