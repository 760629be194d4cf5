"""Plans when it is looked for what waits for a person's digest."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of, table_of
from ideahub.core.many_rows import ManyRows
from ideahub.core.site import site_of
from ideahub.notifications.models import Digest, Rhythm
from ideahub.notifications.schedule import Times, coming
from ideahub.organisations.models import Person

HOUR, WEEKDAY = 8, 0
ROWS = table_of(Digest)
TIMES = (
    select(Person.id, Person.timezone, Digest.hour, Digest.weekday, Digest.last_sent_at, func.now())
    .outerjoin(Digest, Digest.person_id == Person.id)
    .where(Person.id == any_(bindparam("people", type_=ARRAY(BigInteger))))
)
_MANY = ManyRows(Digest, "person_id", "due_at")
_planned = insert(ROWS).from_select(
    _MANY.names, select(_MANY.rows).order_by(_MANY.rows.c.person_id)
)
# What is due earlier stays so; NULL is in the way of nothing.
PLANNED = _planned.on_conflict_do_update(
    index_elements=["person_id"],
    set_={"due_at": func.least(ROWS.c.due_at, _planned.excluded.due_at)},
)


async def times_of(db: AsyncSession, people: list[int]) -> tuple[dict[int, Times], datetime]:
    """When these people get digests, and the database's time."""
    rows = await rows_of(db, TIMES, {"people": people})
    usual = site_of(db).timezone
    found = {
        number: Times(
            timezone or usual,
            HOUR if hour is None else hour,
            WEEKDAY if weekday is None else weekday,
            last,
        )
        for number, timezone, hour, weekday, last, _now in rows
    }
    return found, rows[0][-1]


async def plan_digests(db: AsyncSession, rhythms: Mapping[int, Rhythm]) -> None:
    """Plans a digest for each of these people, unless an earlier one is planned."""
    if not rhythms:
        return
    times, now = await times_of(db, list(rhythms))
    rows = [(number, coming(times[number], now, how)) for number, how in rhythms.items()]
    for values in _MANY.in_portions(sorted(rows)):
        await db.execute(PLANNED, values)
