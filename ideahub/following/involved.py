"""Who has to do with an idea, and what each of them did: to thank them when something becomes of
it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, any_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.dates import day_words
from ideahub.core.db import rows_of
from ideahub.core.events import Event
from ideahub.core.i18n import _, as_markup
from ideahub.core.telling import Addressee
from ideahub.core.text.cleaning import shortened
from ideahub.entries.models import Entry, EntryMember, EntryRevision
from ideahub.following.models import Follow, idea_follower
from ideahub.ideas.models import Vote
from ideahub.ideas.queries import IDEA_ID
from ideahub.sponsorship.models import Pledge

# Characters of a build, an entry or a pledge that a thank-you quotes.
QUOTED = 80


class Involved(StrEnum):
    """What somebody has most to do with an idea, the most involved first; all but the entrant are
    the values of the view."""

    AUTHOR = "author"
    ENTRANT = "entrant"
    BUILDER = "builder"
    SPONSOR = "sponsor"
    SUPPORTER = "supporter"
    FOLLOWER = "own"


class WhatTheyGave(NamedTuple):
    """What somebody contributed, whether it is in the idea's text, and when they gave it."""

    html: str
    adopted: bool
    at: datetime

    @property
    def quoted(self) -> str:
        """Its first words."""
        return shortened(as_markup(self.html).striptags(), QUOTED)


@dataclass
class Deeds:
    """What people did for an idea, by their numbers, of those whom `learn` was asked for last: all
    who ever did something for it may be very many."""

    idea_id: int
    given: dict[int, WhatTheyGave] = field(default_factory=dict)
    entries: dict[int, str] = field(default_factory=dict)
    pledges: dict[int, str] = field(default_factory=dict)
    votes: dict[int, datetime] = field(default_factory=dict)

    async def learn(self, db: AsyncSession, people: Sequence[int]) -> None:
        """Looks up what these people did. Four queries."""
        asked = {IDEA_ID.key: self.idea_id, PEOPLE.key: people}
        given = await rows_of(db, GIVEN, asked)
        self.given = {author: WhatTheyGave(*others) for author, *others in given}
        self.entries = _by_person(await rows_of(db, ENTRIES, asked))
        self.pledges = _by_person(await rows_of(db, PLEDGES, asked))
        self.votes = _by_person(await rows_of(db, VOTES, asked))


def people_who(what: Involved, event: Event) -> Select[int]:
    """Those for whom this is what they have most to do with the idea, as the deed was done; whoever
    stopped following is not among them."""
    if what is Involved.ENTRANT:
        return _entrants(event)
    return select(idea_follower.c.person_id).where(
        idea_follower.c.idea_id == event.idea_id,
        idea_follower.c.why == what.value,
        idea_follower.c.since <= event.created_at,
    )


_counted_entry = Entry.submitted_id.is_not(None), Entry.withdrawn_at.is_(None)


def _entrants(event: Event) -> Select[int]:
    """Those behind an entry that was made from the idea."""
    stopped = exists().where(
        Follow.idea_id == event.idea_id,
        Follow.person_id == EntryMember.person_id,
        Follow.stopped_at.is_not(None),
    )
    return (
        select(EntryMember.person_id)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .where(
            Entry.idea_id == event.idea_id,
            *_counted_entry,
            EntryMember.left_at.is_(None),
            EntryMember.joined_at <= event.created_at,
            ~stopped,
        )
    )


PEOPLE = bindparam("people", type_=ARRAY(BigInteger))
# Of each person the last adopted one, else the last.
GIVEN = (
    select(
        Contribution.author_id,
        Contribution.body_html,
        Contribution.adopted_at.is_not(None).label("adopted"),
        Contribution.created_at,
    )
    .where(
        Contribution.idea_id == IDEA_ID,
        Contribution.author_id == any_(PEOPLE),
        Contribution.is_listed,
    )
    .ext(distinct_on(Contribution.author_id))
    .order_by(
        Contribution.author_id, Contribution.adopted_at.desc().nulls_last(), Contribution.id.desc()
    )
)
ENTRIES = (
    select(EntryMember.person_id, EntryRevision.title)
    .join(Entry, Entry.id == EntryMember.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(
        Entry.idea_id == IDEA_ID,
        EntryMember.person_id == any_(PEOPLE),
        *_counted_entry,
        EntryMember.left_at.is_(None),
    )
)
PLEDGES = (
    select(Pledge.sponsor_id, Pledge.promise)
    .where(Pledge.idea_id == IDEA_ID, Pledge.sponsor_id == any_(PEOPLE), Pledge.is_standing)
    .order_by(Pledge.id)
)
VOTES = select(Vote.person_id, Vote.created_at).where(
    Vote.idea_id == IDEA_ID, Vote.person_id == any_(PEOPLE)
)


def _by_person(rows: Sequence[Any]) -> dict[int, Any]:
    return {row[0]: row[1] for row in rows}


def thanks_to(what: Involved, deeds: Deeds, to: Addressee) -> str:
    """The thank-you, which names what this person did, in the current language."""
    return _THANKS[what](deeds, to.id)


def _author(deeds: Deeds, person: int) -> str:
    given = deeds.given.get(person)
    # A co-author is one by that build.
    if given and given.adopted:
        return _builder(deeds, person)
    return _("Thank you for this idea: you are one of its authors.")


def _entrant(deeds: Deeds, person: int) -> str:
    title = deeds.entries.get(person)
    if title is None:
        return _("Thank you: an entry of yours was made from it.")
    return _("Thank you: your entry “%(entry)s” was made from it.", entry=title)


def _builder(deeds: Deeds, person: int) -> str:
    given = deeds.given.get(person)
    if given is None:
        return _("Thank you for what you contributed to it.")
    if given.adopted:
        return _("Thank you: your build “%(build)s” is in its text.", build=given.quoted)
    return _(
        "Thank you: on %(day)s you contributed “%(words)s”.",
        day=day_words(given.at),
        words=given.quoted,
    )


def _sponsor(deeds: Deeds, person: int) -> str:
    promise = deeds.pledges.get(person)
    if promise is None:
        return _("Thank you for offering a pledge for it.")
    return _(
        "Thank you: your pledge “%(promise)s” stands behind it.", promise=shortened(promise, QUOTED)
    )


def _supporter(deeds: Deeds, person: int) -> str:
    at = deeds.votes.get(person)
    # They took their support back after this was done.
    if at is None:
        return ""
    return _("You supported it on %(day)s. Thank you.", day=day_words(at))


def _follower(_deeds: Deeds, _person: int) -> str:
    return _("You follow it. Thank you for your interest.")


_THANKS: dict[Involved, Callable[[Deeds, int], str]] = {
    Involved.AUTHOR: _author,
    Involved.ENTRANT: _entrant,
    Involved.BUILDER: _builder,
    Involved.SPONSOR: _sponsor,
    Involved.SUPPORTER: _supporter,
    Involved.FOLLOWER: _follower,
}
