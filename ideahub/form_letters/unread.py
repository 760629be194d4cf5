"""The texts that wait to be compared with others, ideas or contributions; for the clock."""

from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any, Generic, TypeVar

from sqlalchemy import any_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base, constant
from ideahub.core.locking import taken_by_nobody
from ideahub.form_letters.comparing import NUMBERS

AT_ONCE, SECONDS = 100, 0.3
Text = TypeVar("Text", bound=Base)


class UnreadTexts(Generic[Text]):
    """Those of a table that wait; `number` is the column of `unread` with the text's number, and
    `compared` gives what of a text is compared."""

    def __init__(
        self, unread: Any, number: Any, table: type[Text], compared: Callable[[Text], object]
    ) -> None:
        these, own = bindparam("numbers", type_=NUMBERS), table.__table__.c.id
        self._table, self._compared = table, compared
        self._some: Any = taken_by_nobody(select(number).order_by(number).limit(constant(AT_ONCE)))
        held: Any = taken_by_nobody(select(table).where(own == any_(these)).order_by(own))
        self._held = held.execution_options(populate_existing=True)
        self._read = delete(unread).where(number == any_(these))

    async def next_ones(self, db: AsyncSession) -> AsyncIterator[Text]:
        """Those that wait, for a part of a second; once all were asked for, they wait no more."""
        until, read = monotonic() + SECONDS, dict[int, object]()
        for number in (await db.scalars(self._some)).all():
            text = await db.get_one(self._table, number, populate_existing=True)
            read[number] = self._compared(text)
            yield text
            if monotonic() > until:
                break
        await self._note_read(db, read)

    async def _note_read(self, db: AsyncSession, read: dict[int, object]) -> None:
        # Whoever writes a text anew holds it, and then says that it is unread. So only of a text
        # that is held here, and was not changed since, it is taken back that it is unread: nobody
        # waits there for the clock while it waits for them. Others are read once more.
        held = (await db.scalars(self._held, {"numbers": list(read)})).all()
        same = [text.id for text in held if self._compared(text) == read[text.id]]
        await db.execute(self._read, {"numbers": same})
