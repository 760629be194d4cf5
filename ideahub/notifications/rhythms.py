"""How people get mail of a message: their wish for the thing, else for the kind, else ours."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, String, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.events import Event
from ideahub.core.telling import Message, MessageKind
from ideahub.notifications.models import MailWish, Rhythm

# What holds for those who chose nothing.
USUALLY: Mapping[MessageKind, Rhythm] = {
    MessageKind.DUTY: Rhythm.AT_ONCE,
    MessageKind.OWN: Rhythm.AT_ONCE,
    MessageKind.OUTCOME: Rhythm.AT_ONCE,
    MessageKind.ACTIVITY: Rhythm.DAILY,
    MessageKind.NEWS: Rhythm.AT_ONCE,
}
# What people are told because they follow something. A wish for that thing holds for these kinds
# only: who wants no mail about an idea still hears that they owe it an answer.
BY_FOLLOWING = frozenset({MessageKind.OUTCOME, MessageKind.ACTIVITY, MessageKind.NEWS})
STANDING = select(MailWish.person_id, MailWish.about, MailWish.thing, MailWish.rhythm).where(
    MailWish.person_id == any_(bindparam("people", type_=ARRAY(BigInteger))),
    MailWish.ended_at.is_(None),
)
ABOUT_THIS = STANDING.where(
    (MailWish.about + ":" + MailWish.thing) == any_(bindparam("keys", type_=ARRAY(String)))
)


class Subject(NamedTuple):
    """What a message is about: its kind, what it may be followed by, the nearest first, and which
    of these its readers follow."""

    about: MessageKind
    things: tuple[str, ...]
    followed: str = ""


def things_of(event_idea: int | None, event_campaign: int | None, thing: str) -> tuple[str, ...]:
    """The things that somebody may follow to be told of it, the nearest first."""
    idea = f"idea:{event_idea}" if event_idea else ""
    campaign = f"campaign:{event_campaign}" if event_campaign else ""
    return tuple(dict.fromkeys(one for one in (idea, thing, campaign) if one))


def thing_of(message: Message) -> str:
    """The thing that the message names, as it is stored."""
    return ":".join(message.thing) if message.thing else ""


def subject_of(message: Message, event: Event) -> Subject:
    """What the message about the event is about."""
    things = things_of(event.idea_id, event.campaign_id, thing_of(message))
    return Subject(message.about, things, thing_of(message) or next(iter(things), ""))


class Wishes:
    """The standing wishes of some people."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._of = {(person, about, thing): Rhythm(str(how)) for person, about, thing, how in rows}

    def rhythm(self, person: int, subject: Subject) -> Rhythm:
        """How the person wants mail about it."""
        things = subject.things if subject.about in BY_FOLLOWING else ()
        for key in (*(("", thing) for thing in things), (subject.about.value, "")):
            if found := self._of.get((person, *key)):
                return found
        return USUALLY[subject.about]


async def wishes_about(db: AsyncSession, people: Sequence[int], subject: Subject) -> Wishes:
    """The wishes of these people that matter for one message."""
    keys = [f"{subject.about}:", *(f":{thing}" for thing in subject.things)]
    return Wishes(await rows_of(db, ABOUT_THIS, {"people": list(people), "keys": keys}))


async def wishes_of(db: AsyncSession, person: int) -> Wishes:
    """All wishes of one person."""
    return Wishes(await rows_of(db, STANDING, {"people": [person]}))
