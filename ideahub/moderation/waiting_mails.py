"""Takes out of mails that are not sent yet what was taken out of a text."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.locking import taken_by_nobody
from ideahub.core.outbox import WAITS, OutgoingMail
from ideahub.moderation.written_rows import changed_texts

# A shorter part may stand in other mails by chance, so it is looked for only in those that name
# the idea.
LONG_ENOUGH = 6
AT_ONCE = 500


async def redact_waiting_mails(
    db: AsyncSession, title: str, replaced: Sequence[tuple[str, str]]
) -> None:
    """Replaces these parts in all mails that wait; `title` is of the idea that had them. One
    that is being sent right now cannot be called back."""
    words = func.concat(OutgoingMail.subject, OutgoingMail.body, cast(OutgoingMail.content, String))
    for part, mark in replaced:
        has_it = [func.strpos(words, part) > 0]
        if len(part) < LONG_ENOUGH:
            has_it.append(func.strpos(words, title) > 0)
        after = 0
        while mails := await _mails(db, after, has_it):
            for mail in mails:
                _redact(mail, part, mark)
            after = mails[-1].id
            await db.flush()


async def _mails(db: AsyncSession, after: int, has_it: Sequence[Any]) -> Sequence[OutgoingMail]:
    waiting = (
        select(OutgoingMail)
        .where(WAITS, OutgoingMail.id > after, *has_it)
        .order_by(OutgoingMail.id)
        .limit(AT_ONCE)
    )
    return (await db.scalars(taken_by_nobody(waiting))).all()


def _redact(mail: OutgoingMail, part: str, mark: str) -> None:
    def change(text: str) -> str:
        return text.replace(part, mark)

    mail.subject, mail.body = change(mail.subject)[:300], change(mail.body)
    mail.content = changed_texts(mail.content, change)
