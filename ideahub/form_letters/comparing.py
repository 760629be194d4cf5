"""Finds texts with nearly the same words, ideas or contributions: by their sketches."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant
from ideahub.form_letters.sketching import likeness, sketch_of

# From this likeness on, two texts are nearly the same: three words changed in a hundred leave 0.8,
# a sentence of one's own before a letter of ten sentences 0.8 as well.
NEARLY_SAME = 0.6
# Of texts that share six tenths of their runs, one of these is shared by all but 1 in 1,500.
LOWEST = 8
MOST_LIKE = 300
# In a flood nearly all that share a hash have the same text: then so many are enough.
FEW_LIKE = 20
# Longer texts are sketched in a thread.
LONG = 5_000
NUMBERS: Any = ARRAY(BigInteger)


async def sketched(text: str) -> list[int]:
    """The sketch of a text; of a long one made in a thread."""
    return await asyncio.to_thread(sketch_of, text) if len(text) > LONG else sketch_of(text)


def like_in_two(like: Any, number: Any) -> tuple[Any, Any]:
    """The select of some of the texts that share a hash, in no order, and of the oldest of them:
    where thousands do, to put all in order takes longer than all the rest."""
    return like.limit(constant(FEW_LIKE)), like.order_by(number).limit(constant(MOST_LIKE))


async def nearly_same(
    db: AsyncSession, like: Sequence[Any], asked: dict[str, Any], sketch: Sequence[int]
) -> list[tuple[int, int | None]]:
    """The numbers and groups of texts with nearly the same sketch, the most alike first; none for
    a text without one. `like` is what `like_in_two` made; it gets the `lowest` hashes beside what
    is `asked`."""
    near: list[tuple[float, int, int | None]] = []
    for statement in like if sketch else ():
        rows = (await db.execute(statement, {"lowest": sketch[:LOWEST], **asked})).all()
        alike = ((likeness(sketch, other), number, group) for number, other, group in rows)
        near = sorted((one for one in alike if one[0] >= NEARLY_SAME), key=_most_alike)
        if near or len(rows) < FEW_LIKE:
            break
    return [(number, group) for _like, number, group in near]


def _most_alike(found: tuple[float, int, int | None]) -> tuple[float, int]:
    return -found[0], found[1]


class Sketches:
    """A table of sketches, with the statements that keep one of a text: `number` is the column
    with the text's number, `beside` names the other columns that are kept."""

    def __init__(self, table: Any, number: Any, *beside: str) -> None:
        columns = {name: bindparam(name, type_=BigInteger) for name in beside}
        columns |= {name: bindparam(name, type_=NUMBERS) for name in ("sketch", "lowest")}
        own = bindparam("number", type_=BigInteger)
        added = insert(table).values({number.name: own, **columns})
        changed = {name: added.excluded[name] for name in columns}
        self._keep = added.on_conflict_do_update(index_elements=[number], set_=changed)
        self._forget = delete(table).where(number == own)

    async def keep(
        self, db: AsyncSession, number: int, sketch: Sequence[int], **beside: int | None
    ) -> None:
        """Keeps the sketch of the text as it is now; of one without a sketch, none."""
        values = {"number": number, "sketch": sketch, "lowest": sketch[:LOWEST], **beside}
        await db.execute(self._keep if sketch else self._forget, values)
