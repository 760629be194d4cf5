"""Takes out of mails that are not sent yet what was taken out of a text."""

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.core.locking import taken_by_nobody
from ideahub.core.mail_content import MailContent, MailEntry, MailSection, as_text, content_in
from ideahub.core.outbox import WAITS, OutgoingMail
from ideahub.core.text.cleaning import clean_line
from ideahub.notifications.models import Notification

AT_ONCE = 500
Change = Callable[[str], str]


async def redact_waiting_mails(
    db: AsyncSession, about: ColumnElement[bool], replaced: Sequence[tuple[str, str]]
) -> None:
    """Replaces these parts in what mails that wait tell of these events; all else in them stays,
    and so do links. One that is being sent right now cannot be called back."""

    def change(words: str) -> str:
        for part, mark in replaced:
            words = words.replace(part, mark)
        return words

    after = 0
    while mails := await mails_that_tell_of(db, about, after):
        told = await _told(db, about, [mail.id for mail in mails])
        for mail in mails:
            _redact(mail, told[mail.id], change)
        after = mails[-1].id
        await db.flush()


async def mails_that_tell_of(
    db: AsyncSession, about: ColumnElement[bool], after: int = 0
) -> Sequence[OutgoingMail]:
    """The next AT_ONCE mails that wait and tell of these events, locked; without those that are
    being sent right now."""
    telling = (
        select(Notification.mail_id)
        .join(Event, Event.id == Notification.event_id)
        .where(about, Notification.mail_id.is_not(None))
    )
    waiting = (
        select(OutgoingMail)
        .where(WAITS, OutgoingMail.id > after, OutgoingMail.id.in_(telling))
        .order_by(OutgoingMail.id)
        .limit(AT_ONCE)
    )
    return (await db.scalars(taken_by_nobody(waiting))).all()


async def _told(
    db: AsyncSession, about: ColumnElement[bool], mails: Sequence[int]
) -> Mapping[int, Collection[str]]:
    """The numbers of the notifications of these events, in each of the mails."""
    rows = await db.execute(
        select(Notification.mail_id, func.array_agg(Notification.id))
        .join(Event, Event.id == Notification.event_id)
        .where(about, Notification.mail_id.in_(mails))
        .group_by(Notification.mail_id)
    )
    return {mail: {str(number) for number in numbers} for mail, numbers in rows if mail}


def _redact(mail: OutgoingMail, told: Collection[str], change: Change) -> None:
    if mail.content is None:
        return
    content = _changed(content_in(mail.content), told, change)
    mail.subject, mail.body = clean_line(content.heading)[:300], as_text(content)
    mail.content = msgspec.to_builtins(content)


def _changed(content: MailContent, told: Collection[str], change: Change) -> MailContent:
    sections = [_section(section, told, change) for section in content.sections]
    entries = [entry for section in content.sections for entry in section.entries]
    if not all(_tells(entry, told) for entry in entries):
        # A digest: its heading and what stands before all else say nothing of one idea.
        return msgspec.structs.replace(content, sections=sections)
    return msgspec.structs.replace(
        content, heading=change(content.heading), intro=change(content.intro), sections=sections
    )


def _section(section: MailSection, told: Collection[str], change: Change) -> MailSection:
    if not any(_tells(entry, told) for entry in section.entries):
        return section
    entries = [
        msgspec.structs.replace(entry, line=change(entry.line), text=change(entry.text))
        if _tells(entry, told)
        else entry
        for entry in section.entries
    ]
    return MailSection(entries, change(section.title))


def _tells(entry: MailEntry, told: Collection[str]) -> bool:
    """Whether it leads to one of these notifications."""
    return entry.url.rpartition("/")[2] in told
