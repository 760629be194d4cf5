"""Finds ideas with nearly the same text and counts them together; for the clock."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant
from ideahub.core.events import Kind, record
from ideahub.core.locking import held, locked
from ideahub.form_letters.comparing import NUMBERS, Sketches, like_in_two, nearly_same, sketched
from ideahub.form_letters.models import (
    FormLetter,
    FormLetterGroup,
    FormLetterSketch,
    UnreadFormLetter,
)
from ideahub.form_letters.unread import UnreadTexts
from ideahub.ideas.models import Idea

# So many letters are shown as one; fewer stand in lists as all else does.
FEWEST_LETTERS = 3
UNREAD = UnreadTexts(
    UnreadFormLetter,
    UnreadFormLetter.idea_id,
    Idea,
    lambda idea: (idea.body, idea.why, idea.is_listed, idea.campaign_id),
)
SKETCHES = Sketches(FormLetterSketch, FormLetterSketch.idea_id, "campaign_id")
_sharing: Any = (
    select(FormLetterSketch.idea_id, FormLetterSketch.sketch, FormLetter.group_id)
    .outerjoin(FormLetter, FormLetter.idea_id == FormLetterSketch.idea_id)
    .where(
        FormLetterSketch.lowest.overlap(bindparam("lowest", type_=NUMBERS)),
        FormLetterSketch.campaign_id == bindparam("campaign_id", type_=BigInteger),
        FormLetterSketch.idea_id != bindparam("idea_id", type_=BigInteger),
    )
)
LIKE = like_in_two(_sharing, FormLetterSketch.idea_id)

_counts = and_(FormLetter.set_apart_at.is_(None), Idea.is_listed)
_members = (
    select(
        Idea.id,
        _counts.label("counts"),
        # Who wrote this text first, which the number of the idea does not say: an older idea may
        # have been rewritten after a newer one.
        func.first_value(case((_counts, Idea.id)))
        .over(order_by=(not_(_counts), FormLetter.created_at, Idea.id))
        .label("first"),
        func.count().filter(_counts).over().label("many"),
    )
    .join(FormLetter, FormLetter.idea_id == Idea.id)
    .where(FormLetter.group_id == bindparam("group_id", type_=BigInteger))
    .subquery()
)


def counting(texts: Any, members: Any) -> Any:
    """The update that notes on each of the texts, ideas or contributions, whether it stands for its
    group and for how many, or which one stands for it; it changes only what is otherwise. `members`
    has a row for each text of a group: whether it counts, the first that does, and how many do."""
    letter_of, letters = _noted(members)
    return (
        update(texts)
        .where(texts.id == members.c.id, changes_of(texts, members))
        .values(letter_of=letter_of, letters=letters)
        .execution_options(synchronize_session=False)
    )


def changes_of(texts: Any, members: Any) -> ColumnElement[bool]:
    """Whether something else is to be noted on a text than what stands there."""
    letter_of, letters = _noted(members)
    return or_(texts.letter_of.is_distinct_from(letter_of), texts.letters != letters)


def _noted(members: Any) -> tuple[Any, Any]:
    of = members.c
    is_one, stands = and_(of.counts, of.many >= constant(FEWEST_LETTERS)), of.id == of.first
    letter_of = case((and_(is_one, not_(stands)), of.first))
    return letter_of, case((and_(is_one, stands), of.many), else_=constant(0))


COUNTED: Any = counting(Idea, _members).returning(Idea.id)
# By number, as votes hold several.
HELD: Any = held(
    select(Idea.id)
    .join(_members, _members.c.id == Idea.id)
    .where(changes_of(Idea, _members))
    .order_by(Idea.id),
    of=Idea,
)
STANDS: Any = select(_members.c.first, _members.c.many).limit(constant(1))


async def read_letters(db: AsyncSession) -> None:
    """Compares the texts that wait with those of the same campaign, for a part of a second."""
    async for idea in UNREAD.next_ones(db):
        await _read(db, idea)


async def _read(db: AsyncSession, idea: Idea) -> None:
    sketch = await sketched(f"{idea.body}\n\n{idea.why}") if idea.is_listed else []
    letter = await db.get(FormLetter, idea.id)
    if letter is not None and letter.set_apart_at:
        return
    asked = {"campaign_id": idea.campaign_id, "idea_id": idea.id}
    like = await nearly_same(db, LIKE, asked, sketch)
    await SKETCHES.keep(db, idea.id, sketch, campaign_id=idea.campaign_id)
    group_id = await _group_of(db, idea, like)
    if letter is not None and letter.group_id != group_id:
        # It stands for nobody any more, and nothing stands for it.
        idea.letter_of, idea.letters = None, 0
        await db.delete(letter)
        await db.flush()
        await count_letters(db, letter.group_id)
        letter = None
    if group_id is not None and letter is None:
        # After those that it was compared with, which had this text before.
        now = func.clock_timestamp()
        db.add(FormLetter(idea_id=idea.id, group_id=group_id, created_at=now))
        await db.flush()
    if group_id is not None:
        await count_letters(db, group_id)


async def _group_of(
    db: AsyncSession, idea: Idea, like: Sequence[tuple[int, int | None]]
) -> int | None:
    """The group of the most alike text that has one; a new one with a text that has none."""
    known = next((group_id for _number, group_id in like if group_id is not None), None)
    if known is not None or not like:
        return known
    group = FormLetterGroup(campaign_id=idea.campaign_id)
    db.add(group)
    await db.flush()
    db.add_all(FormLetter(idea_id=number, group_id=group.id) for number, _group_id in like)
    await db.flush()
    return group.id


async def count_letters(db: AsyncSession, group_id: int) -> None:
    """Counts the letters of the group and lets the one stand for all that had the text first;
    records an event where that changed anything, and one for each letter that is one of them now,
    or no longer. Of several who count one group at once, one waits for the other."""
    await locked(db, FormLetterGroup, group_id)
    await db.execute(HELD, {"group_id": group_id})
    changed = (await db.scalars(COUNTED, {"group_id": group_id})).all()
    if not changed:
        return
    first, many = (await db.execute(STANDS, {"group_id": group_id})).one()
    if first is not None:
        stands = await db.get_one(Idea, first, populate_existing=True)
        await record(db, Kind.LETTERS_COUNTED, None, on=stands, letters=many)
    others = select(Idea).where(Idea.id.in_(changed), Idea.id.is_distinct_from(first))
    for idea in (await db.scalars(others.order_by(Idea.id))).all():
        await record(db, Kind.LETTERS_COUNTED, None, on=idea)
