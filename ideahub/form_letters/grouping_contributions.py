"""Finds contributions to one idea with nearly the same text and counts them; for the clock.

A group is named by the number of the first contribution that was found in it. Groups are counted
once for all texts that were read together: ten thousand letters would else be counted ten thousand
times.
"""

from time import monotonic
from typing import Any

from sqlalchemy import (
    BigInteger,
    any_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant
from ideahub.core.events import Kind, Ref, record
from ideahub.core.locking import locked, taken_by_nobody
from ideahub.form_letters.grouping import (
    AT_ONCE,
    LOWEST,
    SECONDS,
    counting,
    like_in_two,
    nearly_same,
    sketched,
)
from ideahub.form_letters.models import ContributionSketch, UnreadContribution
from ideahub.ideas.models import Idea

WAITING: Any = taken_by_nobody(
    select(UnreadContribution.contribution_id)
    .order_by(UnreadContribution.contribution_id)
    .limit(constant(AT_ONCE))
)
_sharing: Any = select(
    ContributionSketch.contribution_id, ContributionSketch.sketch, ContributionSketch.group_id
).where(
    ContributionSketch.lowest.overlap(bindparam("lowest", type_=ARRAY(BigInteger))),
    ContributionSketch.idea_id == bindparam("idea_id", type_=BigInteger),
    ContributionSketch.contribution_id != bindparam("number", type_=BigInteger),
)
LIKE = like_in_two(_sharing, ContributionSketch.contribution_id)
_counts = Contribution.is_listed
_members = (
    select(
        Contribution.id,
        _counts.label("counts"),
        func.min(Contribution.id)
        .filter(_counts)
        .over(partition_by=ContributionSketch.group_id)
        .label("first"),
        func.count().filter(_counts).over(partition_by=ContributionSketch.group_id).label("many"),
    )
    .join(ContributionSketch, ContributionSketch.contribution_id == Contribution.id)
    .where(ContributionSketch.group_id == any_(bindparam("groups", type_=ARRAY(BigInteger))))
    .subquery()
)
COUNTED: Any = counting(Contribution, _members).returning(
    Contribution.id, Contribution.idea_id, Contribution.letters
)


async def read_contributions(db: AsyncSession) -> None:
    """Compares the contributions that wait with those to the same idea, for a part of a second."""
    until = monotonic() + SECONDS
    read: list[int] = []
    groups: set[int] = set()
    for number in (await db.scalars(WAITING)).all():
        # Held until it waits no more, as ideas are.
        groups |= await _read(db, await locked(db, Contribution, number))
        read.append(number)
        if monotonic() > until:
            break
    own = UnreadContribution.contribution_id == any_(bindparam("read", type_=ARRAY(BigInteger)))
    await db.execute(delete(UnreadContribution).where(own), {"read": read})
    await _count(db, groups)


async def _read(db: AsyncSession, contribution: Contribution) -> set[int]:
    """Puts the contribution into a group, or out of one; returns the groups that it changed."""
    number, idea_id = contribution.id, contribution.idea_id
    sketch = await sketched(contribution.body) if contribution.is_listed else []
    known = await db.get(ContributionSketch, number, populate_existing=True)
    before = known.group_id if known else None
    asked = {"lowest": sketch[:LOWEST], "idea_id": idea_id, "number": number}
    like = await nearly_same(db, LIKE, asked, sketch) if sketch else []
    group = next((of for _number, of in like if of is not None), None)
    if group is None and like:
        group = min(number, *(one for one, _of in like))
        several = ContributionSketch.contribution_id.in_([one for one, _of in like])
        await db.execute(update(ContributionSketch).where(several).values(group_id=group))
    if not sketch:
        await db.execute(
            delete(ContributionSketch).where(ContributionSketch.contribution_id == number)
        )
    else:
        values = {"idea_id": idea_id, "sketch": sketch, "lowest": sketch[:LOWEST]}
        values["group_id"] = group
        added = insert(ContributionSketch).values(contribution_id=number, **values)
        kept = added.on_conflict_do_update(index_elements=["contribution_id"], set_=values)
        await db.execute(kept)
    if before is not None and before != group:
        # It stands for nobody any more, and nothing stands for it.
        contribution.letter_of, contribution.letters = None, 0
        await db.flush()
    return {one for one in (before, group) if one is not None}


async def _count(db: AsyncSession, groups: set[int]) -> None:
    """Counts the groups and lets the oldest listed one stand for all; records an event for each
    idea where that changed anything."""
    if not groups:
        return
    changed = (await db.execute(COUNTED, {"groups": sorted(groups)})).all()
    for idea_id in sorted({row.idea_id for row in changed}):
        stands = [row for row in changed if row.idea_id == idea_id and row.letters]
        idea = await db.get_one(Idea, idea_id)
        subject = Ref(Contribution, stands[0].id) if stands else None
        await record(db, Kind.CONTRIBUTIONS_COUNTED, None, on=idea, subject=subject)
