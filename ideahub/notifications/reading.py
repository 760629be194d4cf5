"""Look-ups of what a person was told, and rules for noting that they have read it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, ColumnElement, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind, Ref, record
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.notifications.models import Notification
from ideahub.organisations.models import Person

PAGE = 40
OWN = Notification.person_id == VIEWER_ID
# The heading of a group is shown only where its campaign can still be seen.
_sees = (
    select(Campaign.title)
    .where(Campaign.id == Event.campaign_id, VISIBLE_CAMPAIGNS)
    .correlate(Event)
    .scalar_subquery()
)
NOTIFICATIONS = (
    select(
        Notification.id,
        Notification.subject,
        Notification.text,
        Notification.path,
        # When it was done; they were told moments later.
        Event.created_at,
        Notification.read_at,
        Event.campaign_id,
        _sees.label("campaign"),
    )
    .join(Event, Event.id == Notification.event_id)
    .where(OWN, Notification.id < bindparam("before", type_=BigInteger))
    .order_by(Notification.id.desc())
    .limit(constant(PAGE + 1))
)
UNREAD = select(func.count()).where(OWN, Notification.read_at.is_(None))
UNREAD_OF = (
    select(Notification.person_id, func.count())
    .where(
        Notification.person_id == any_(bindparam("people", type_=ARRAY(BigInteger))),
        Notification.read_at.is_(None),
    )
    .group_by(Notification.person_id)
)


class NotificationView(msgspec.Struct, frozen=True):
    """Something that the viewer was told; `campaign` is None where they cannot see it any more."""

    id: int
    subject: str
    text: str
    path: str
    at: datetime
    read_at: datetime | None
    campaign_id: int | None
    campaign: str | None


class NotificationGroup(NamedTuple):
    """What was told of one campaign, the newest first."""

    campaign: str | None
    notifications: list[NotificationView]


class NotificationPage(NamedTuple):
    """A page, in groups, that with the newest first; `before` is where the next page begins."""

    groups: list[NotificationGroup]
    before: int | None
    unread: int


async def notifications_of(
    db: AsyncSession, viewer: Viewer, before: int | None = None
) -> NotificationPage:
    """The latest PAGE things that the viewer was told, or those before the one with this number.
    Raises SignInNeeded."""
    viewer.must_sign_in()
    start = HIGHEST if before is None else min(before, HIGHEST)
    rows = await rows_of(db, NOTIFICATIONS, {**viewer.bound, "before": start})
    found = [NotificationView(*row) for row in rows[:PAGE]]
    more = found[-1].id if len(rows) > PAGE else None
    return NotificationPage(_grouped(found), more, await count_unread(db, viewer))


async def count_unread(db: AsyncSession, viewer: Viewer) -> int:
    """How many of them the viewer has not read."""
    ((count,),) = await rows_of(db, UNREAD, {VIEWER_ID.key: viewer.id})
    return int(count)


async def unread_of(db: AsyncSession, people: Sequence[int]) -> dict[int, int]:
    """How many each of these people has not read; nothing for those who have read all."""
    rows = await rows_of(db, UNREAD_OF, {"people": list(people)})
    return {int(number): int(count) for number, count in rows}


async def note_read(db: AsyncSession, viewer: Viewer, number: int) -> str:
    """Notes that the viewer has read this; returns the page that it is about. Raises SignInNeeded,
    and NotFound for what somebody else was told."""
    own = (Notification.person_id == viewer.person_id, Notification.id == min(number, HIGHEST))
    path: str | None = await db.scalar(select(Notification.path).where(*own))
    if path is None:
        raise NotFound
    await _note(db, viewer, Notification.id == min(number, HIGHEST))
    return path


async def note_all_read(db: AsyncSession, viewer: Viewer, up_to: int) -> None:
    """Notes that the viewer has read all up to this number: what comes in while they look at the
    page stays unread."""
    await _note(db, viewer, Notification.id <= min(up_to, HIGHEST))


async def _note(db: AsyncSession, viewer: Viewer, which: ColumnElement[bool]) -> None:
    """Notes it, and tells the viewer's other pages where something was not read before."""
    person = viewer.person_id
    unread = update(Notification).where(
        Notification.person_id == person, Notification.read_at.is_(None), which
    )
    noted = unread.values(read_at=func.now()).returning(Notification.id)
    if (await db.execute(noted.execution_options(synchronize_session=False))).first():
        of = Ref(Person, person)
        await record(db, Kind.NOTIFICATIONS_READ, viewer, subject=of, people=[person])


def _grouped(found: Sequence[NotificationView]) -> list[NotificationGroup]:
    places = list(dict.fromkeys(one.campaign_id for one in found))
    ordered = sorted(found, key=lambda one: places.index(one.campaign_id))
    groups = (list(some) for _, some in groupby(ordered, key=lambda one: one.campaign_id))
    return [NotificationGroup(some[0].campaign, some) for some in groups]
