"""Writes what people are told of a deed: on their page, and by mail at once or in a digest."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BigInteger, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import table_of
from ideahub.core.events import Event, Kind, Ref, record
from ideahub.core.languages import in_language, offered
from ideahub.core.many_rows import ManyRows
from ideahub.core.outbox import Mail, send_all_later
from ideahub.core.site import Site, site_of
from ideahub.core.site_keys import IN_SESSION as KEYS
from ideahub.core.telling import Message, Words
from ideahub.notifications.addressing import Recipient
from ideahub.notifications.letters import Post, Receiver, letter_of
from ideahub.notifications.models import Notification, Rhythm
from ideahub.notifications.planning import plan_digests
from ideahub.notifications.rhythms import Subject, subject_of, thing_of, wishes_about
from ideahub.notifications.wishing import IN_DIGESTS

T = TypeVar("T")
# To write to so many people takes some ten milliseconds.
BEFORE_A_BREATH = 20
ROWS = table_of(Notification)
_MANY = ManyRows(
    Notification,
    "person_id",
    "event_id",
    "kind",
    "about",
    "subject",
    "text",
    "path",
    "thing",
    "done_by",
    "did",
    "although_gone",
    "awaits_mail",
)
_TOLD = (
    insert(ROWS)
    .from_select(_MANY.names, select(_MANY.rows))
    .on_conflict_do_nothing()
    .returning(ROWS.c.person_id, ROWS.c.id)
)
_pairs = (
    func.unnest(
        bindparam("numbers", type_=ARRAY(BigInteger)), bindparam("mails", type_=ARRAY(BigInteger))
    )
    .table_valued("number", "mail", name="pair")
    .render_derived()
)
# Which mail tells of which.
MAILED = (
    update(ROWS)
    .where(ROWS.c.id == _pairs.c.number)
    .values(mail_id=_pairs.c.mail, mailed_at=func.now(), awaits_mail=False)
)


async def write_of(
    db: AsyncSession, event: Event, message: Message, people: Sequence[Recipient]
) -> None:
    """Writes it for those of the people who were not told of the event before."""
    if not people:
        return
    site, subject = site_of(db), subject_of(message, event)
    rhythms = await _rhythms(db, message, subject, people)
    if message.learn:
        await message.learn(db, [one.id for one in people])
    words = await _for_each(people, lambda person: _words(message, person, site))
    rows = [
        _row(event, message, one, words[one.id], rhythms.get(one.id) in IN_DIGESTS)
        for one in people
    ]
    new: dict[int, int] = {}
    for values in _MANY.in_portions(rows):
        new |= {row.person_id: row.id for row in await db.execute(_TOLD, values)}
    if not new:
        return
    latest = Ref(Notification, max(new.values()))
    await record(db, Kind.PEOPLE_TOLD, None, subject=latest, people=sorted(new))
    at_once = [one for one in people if rhythms.get(one.id) is Rhythm.AT_ONCE and one.id in new]
    post, about = Post(site, db.info.get(KEYS)), None if message.always else subject
    mails = await _for_each(
        at_once, lambda person: _mail(post, person, words[person.id], about, new)
    )
    await _send(db, {new[number]: mail for number, mail in mails.items()})
    await plan_digests(
        db, {one.id: rhythms[one.id] for one in people if rhythms.get(one.id) in IN_DIGESTS}
    )


async def _for_each(people: Sequence[Recipient], make: Callable[[Recipient], T]) -> dict[int, T]:
    """What is made for each, by their numbers; in between, pages have their turn."""
    made: dict[int, T] = {}
    for place, person in enumerate(people):
        if place % BEFORE_A_BREATH == 0:
            await asyncio.sleep(0)
        made[person.id] = make(person)
    return made


async def _rhythms(
    db: AsyncSession, message: Message, subject: Subject, people: Sequence[Recipient]
) -> dict[int, Rhythm]:
    """How each gets mail of it; nothing for those who get none."""
    addressed = [one.id for one in people if one.email] if message.by_mail else []
    if not addressed:
        return {}
    if message.always:
        return dict.fromkeys(addressed, Rhythm.AT_ONCE)
    wishes = await wishes_about(db, addressed, subject)
    return {number: wishes.rhythm(number, subject) for number in addressed}


def _row(
    event: Event, message: Message, person: Recipient, said: Words, awaits_mail: bool
) -> tuple[Any, ...]:
    return (
        person.id,
        event.id,
        event.kind,
        message.about,
        said.subject,
        said.text,
        message.path,
        thing_of(message),
        said.done_by,
        said.did,
        message.although_gone,
        awaits_mail,
    )


async def _send(db: AsyncSession, mails: Mapping[int, Mail]) -> None:
    """Sends each mail, and notes it on the notification with its number."""
    if not mails:
        return
    sent = await send_all_later(db, list(mails.values()))
    numbers = [sent[mail.person_id] for mail in mails.values() if mail.person_id]
    await db.execute(MAILED, {"numbers": list(mails), "mails": numbers})


def _words(message: Message, person: Recipient, site: Site) -> Words:
    with in_language(language_of(person.language, site)):
        return message.write(person.addressee)


def _mail(
    post: Post, person: Recipient, words: Words, about: Subject | None, new: Mapping[int, int]
) -> Mail:
    with in_language(language_of(person.language, post.site)):
        to = Receiver(person.id, person.email or "")
        return letter_of(post, to, words, about, new[person.id])


def language_of(chosen: str | None, site: Site) -> str:
    """The language in which somebody is written to."""
    return chosen if chosen in offered() else site.language
