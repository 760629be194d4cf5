"""The texts that wait to be compared with others, ideas or contributions; for the clock."""

from collections.abc import AsyncIterator
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import BigInteger, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base, constant
from ideahub.core.locking import locked, taken_by_nobody

AT_ONCE, SECONDS = 100, 0.3
Text = TypeVar("Text", bound=Base)


class UnreadTexts:
    """The statements for a table of texts that are unread; `number` is its column with the text's
    number."""

    def __init__(self, unread: Any, number: Any) -> None:
        some = select(number).order_by(number).limit(constant(AT_ONCE))
        self._some: Any = taken_by_nobody(some)
        self._read = delete(unread).where(number == bindparam("number", type_=BigInteger))

    async def next_ones(self, db: AsyncSession, table: type[Text]) -> AsyncIterator[Text]:
        """Those of the table that wait, for a part of a second; each is locked, and waits no more
        once this transaction is done."""
        until = monotonic() + SECONDS
        for number in (await db.scalars(self._some)).all():
            # Locked first: whoever writes it anew holds it, too, and waits where it is said to be
            # unread until this is done.
            text = await locked(db, table, number)
            await db.execute(self._read, {"number": number})
            yield text
            if monotonic() > until:
                break
