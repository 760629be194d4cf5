"""Finds contributions to one idea with nearly the same text and counts them; for the clock.

A group is named by the number of the first contribution that was found in it. Groups are counted
once for all texts that were read together: ten thousand letters would else be counted ten thousand
times.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.events import Kind, Ref, record
from ideahub.form_letters.comparing import NUMBERS, Sketches, like_in_two, nearly_same, sketched
from ideahub.form_letters.grouping import counting
from ideahub.form_letters.models import ContributionSketch, UnreadContribution
from ideahub.form_letters.unread import UnreadTexts
from ideahub.ideas.models import Idea

UNREAD = UnreadTexts(
    UnreadContribution,
    UnreadContribution.contribution_id,
    Contribution,
    lambda contribution: (contribution.body, contribution.is_listed),
)
SKETCHES = Sketches(ContributionSketch, ContributionSketch.contribution_id, "idea_id", "group_id")
_sharing: Any = select(
    ContributionSketch.contribution_id, ContributionSketch.sketch, ContributionSketch.group_id
).where(
    ContributionSketch.lowest.overlap(bindparam("lowest", type_=NUMBERS)),
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
    .where(ContributionSketch.group_id == any_(bindparam("groups", type_=NUMBERS)))
    .subquery()
)
COUNTED: Any = counting(Contribution, _members).returning(
    Contribution.id, Contribution.idea_id, Contribution.letters
)
GROUPED = (
    update(ContributionSketch)
    .where(ContributionSketch.contribution_id == any_(bindparam("numbers", type_=NUMBERS)))
    .values(group_id=bindparam("group", type_=BigInteger))
)


async def read_contributions(db: AsyncSession) -> None:
    """Compares the contributions that wait with those to the same idea, for a part of a second."""
    groups: set[int] = set()
    async for contribution in UNREAD.next_ones(db):
        groups |= await _read(db, contribution)
    await _count(db, groups)


async def _read(db: AsyncSession, contribution: Contribution) -> set[int]:
    """Puts the contribution into a group, or out of one; returns the groups that it changed."""
    number, idea_id = contribution.id, contribution.idea_id
    sketch = await sketched(contribution.body) if contribution.is_listed else []
    known = await db.get(ContributionSketch, number, populate_existing=True)
    before = known.group_id if known else None
    like = await nearly_same(db, LIKE, {"idea_id": idea_id, "number": number}, sketch)
    group = await _group_of(db, number, like)
    await SKETCHES.keep(db, number, sketch, idea_id=idea_id, group_id=group)
    if before is not None and before != group:
        # It stands for nobody any more, and nothing stands for it.
        contribution.letter_of, contribution.letters = None, 0
        await db.flush()
    return {one for one in (before, group) if one is not None}


async def _group_of(
    db: AsyncSession, number: int, like: Sequence[tuple[int, int | None]]
) -> int | None:
    """The group of the most alike text that has one; a new one with texts that have none."""
    known = next((group for _number, group in like if group is not None), None)
    if known is not None or not like:
        return known
    numbers = [one for one, _group in like]
    group = min(number, *numbers)
    await db.execute(GROUPED, {"group": group, "numbers": numbers})
    return group


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
