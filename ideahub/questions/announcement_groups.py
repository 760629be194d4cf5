"""The groups of people that an announcement is made for: features after this one say who they are.

What is for followers stands on the campaign's page, and everyone who may see that can read it; what
is for others only is read by those, and by whoever manages the campaign.
"""

from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from sqlalchemy import BigInteger, Select, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.events import Event
from ideahub.core.telling import AnnouncementGroup
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.organisations.models import Person

FOLLOWERS = "followers"
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
# A deed on the campaign that is done now: who would be told of it?
_NOW = cast(Event, SimpleNamespace(campaign_id=CAMPAIGN_ID, created_at=func.now()))


# Every feature's, in the order of the features; features.py fills it.
GROUPS: list[AnnouncementGroup] = []


class GroupNow(NamedTuple):
    """A group, and the words that say how many people belong to it now."""

    key: str
    words: str


def group_names(keys: Sequence[str]) -> list[str]:
    """The names of these groups, in the reader's language."""
    return [group.named() for group in GROUPS if group.key in keys]


async def groups_now(db: AsyncSession, campaign_id: int) -> list[GroupNow]:
    """The groups, and how many people belong to each now."""
    (counts,) = await rows_of(db, _counts(), {CAMPAIGN_ID.key: campaign_id})
    return [
        GroupNow(group.key, group.counted(many)) for group, many in zip(GROUPS, counts, strict=True)
    ]


async def count_addressed(
    db: AsyncSession, viewer: Viewer, campaign_id: int, keys: Sequence[str]
) -> int:
    """How many people belong to one of these groups now, each counted once; the viewer, who makes
    the announcement, is not told of it and not counted."""
    chosen = tuple(group.key for group in GROUPS if group.key in keys)
    if not chosen:
        return 0
    asked = {CAMPAIGN_ID.key: campaign_id, VIEWER_ID.key: viewer.id}
    return int((await db.execute(_together(chosen), asked)).scalar_one())


async def is_addressed(
    db: AsyncSession, viewer: Viewer, campaign_id: int, keys: Sequence[str]
) -> bool:
    """Whether the viewer belongs to one of these groups now."""
    if not viewer.signed_in:
        return False
    asked = {CAMPAIGN_ID.key: campaign_id, VIEWER_ID.key: viewer.id}
    (belongs,) = await rows_of(db, _memberships(), asked)
    held = {group.key for group, is_in in zip(GROUPS, belongs, strict=True) if is_in}
    return not held.isdisjoint(keys)


@cache
def _counts() -> Select[Any]:
    people = [group.people(_NOW).subquery() for group in GROUPS]
    each = (select(func.count(some.c[0].distinct())).scalar_subquery() for some in people)
    return select(*(count.label(group.key) for count, group in zip(each, GROUPS, strict=True)))


@cache
def _together(keys: tuple[str, ...]) -> Select[Any]:
    belongs = [Person.id.in_(group.people(_NOW)) for group in GROUPS if group.key in keys]
    told = or_(*belongs), Person.disabled_at.is_(None), Person.id != VIEWER_ID
    return select(func.count(Person.id)).where(*told)


@cache
def _memberships() -> Select[Any]:
    belongs: list[Any] = [VIEWER_ID.in_(group.people(_NOW)).label(group.key) for group in GROUPS]
    return select(*belongs)
