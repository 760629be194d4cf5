"""What features tell people of deeds; the feature of notifications reads the events and does so."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind


class MessageKind(StrEnum):
    """What a message is to the person who gets it; for each, people choose how they get mail."""

    # Something waits for them: a review, a decision, an answer that they owe.
    DUTY = "duty"
    # What was decided about what they wrote, entered, asked or pledged.
    OWN = "own"
    # What became of ideas that they support, built on or follow.
    OUTCOME = "outcome"
    # What others add to what they follow: ideas, contributions, deeds.
    ACTIVITY = "activity"
    # News of challenges and idea boxes: announcements, dates, rules.
    NEWS = "news"


# In the place of the names of those who did something, see `Words.did`.
WHO = "{who}"


class Addressee(NamedTuple):
    """A person who is told something; without an address only on their page."""

    id: int
    name: str
    email: str | None
    language: str | None


class Words(NamedTuple):
    """What a person is told: one line, and plain text. `letter` stands before the text where it is
    sent by mail.

    Where several may do the same, such as building on an idea, `done_by` names who did it, as the
    reader may know them, and `did` is the line with WHO in the place of the name: "{who} built on
    “Night bus”". Then several of them become one line: "Clara and 4 others built on “Night bus”".
    """

    subject: str
    text: str
    letter: str = ""
    done_by: str = ""
    did: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told of one deed to some people.

    `about` is what it is to those who get it. `to` selects the numbers of people; whoever did the
    deed, and who may not see where it was done, is left out. `write` is called for each of them, in
    their language; before it `learn`, with the numbers of some of them at a time, looks up what it
    has to know of these. `path` is the page that it is about. With `although_gone` they are told of
    a campaign that they can see no longer, as it is not published any more. `thing` is what they
    follow, if that is not the idea of the event, nor its campaign where it has no idea:
    ("organisation", "7"). With `always` it is sent by mail at once whatever they chose: their
    account may be in other hands.
    """

    about: MessageKind
    to: Select[int]
    write: Callable[[Addressee], Words]
    path: str
    learn: Callable[[AsyncSession, Sequence[int]], Awaitable[None]] | None = None
    by_mail: bool = True
    although_gone: bool = False
    always: bool = False
    thing: tuple[str, str] | None = None


# Makes the messages about an event. Of several messages a person gets the first.
Tell = Callable[[AsyncSession, Event], Awaitable[Sequence[Message]]]


class AnnouncementGroup(NamedTuple):
    """People whom announcements can be made for: the `key` of the group, which an announcement has;
    the words for so many of them; its name in a list; and who belongs to it as a deed is done."""

    key: str
    counted: Callable[[int], str]
    named: Callable[[], str]
    people: Callable[[Event], Select[int]]


# Every feature's, in the order of the features; features.py fills it.
TELLS: dict[Kind, list[Tell]] = {}


def by_kind(tells: Iterable[Mapping[Kind, Tell]]) -> dict[Kind, list[Tell]]:
    """Those of several features together, in their order."""
    together: dict[Kind, list[Tell]] = {}
    for of_feature in tells:
        for kind, tell in of_feature.items():
            together.setdefault(kind, []).append(tell)
    return together


def one_after_another(*several: Mapping[Kind, Tell]) -> dict[Kind, Tell]:
    """Those of one feature together: of a deed that is in several of them, the messages of the
    first one come first."""
    return {kind: _in_turn(tells) for kind, tells in by_kind(several).items()}


def _in_turn(tells: Sequence[Tell]) -> Tell:
    async def tell(db: AsyncSession, event: Event) -> Sequence[Message]:
        return [message for one in tells for message in await one(db, event)]

    return tell
