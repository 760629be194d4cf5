"""Look-ups of what a person was told, and rules for noting that they have read it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, ColumnElement, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind, Ref, record
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.refusals import NotFound
from ideahub.core.telling import MessageKind
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.notifications.grouping import NotificationGroup, NotificationView, grouped
from ideahub.notifications.models import Notification
from ideahub.notifications.seeing import CAMPAIGN_TITLE, IDEA_TITLE, SEES_EVENT
from ideahub.organisations.models import Person

PAGE = 40
OWN = Notification.person_id == VIEWER_ID
TOLD_TO = (
    select(
        Notification.id,
        Notification.subject,
        Notification.text,
        Notification.path,
        # When it was done; they were told moments later.
        Event.created_at,
        Notification.read_at,
        Notification.kind,
        Notification.about,
        Notification.done_by,
        Notification.did,
        Notification.thing,
        Event.idea_id,
        Event.campaign_id,
        IDEA_TITLE.label("idea"),
        CAMPAIGN_TITLE.label("campaign"),
        SEES_EVENT.label("sees"),
        Notification.created_at.label("told_at"),
    )
    .join(Event, Event.id == Notification.event_id)
    .where(OWN)
    .order_by(Notification.id.desc())
)
NOTIFICATIONS = TOLD_TO.where(
    Notification.id < bindparam("before", type_=BigInteger),
).limit(constant(PAGE + 1))
UNREAD = select(func.count()).where(OWN, Notification.read_at.is_(None))
UNREAD_OF = (
    select(Notification.person_id, func.count())
    .where(
        Notification.person_id == any_(bindparam("people", type_=ARRAY(BigInteger))),
        Notification.read_at.is_(None),
    )
    .group_by(Notification.person_id)
)
# What stands in one line with a notification, see grouping.py.
_this, _its_event = aliased(Notification), aliased(Event)
IN_ITS_LINE = (
    select(Notification.id)
    .join(Event, Event.id == Notification.event_id)
    .join(_this, _this.person_id == Notification.person_id)
    .join(_its_event, _its_event.id == _this.event_id)
    .where(
        OWN,
        _this.id == bindparam("number", type_=BigInteger),
        Notification.id <= _this.id,
        Notification.read_at.is_(None),
        _this.did != "",
        Notification.did != "",
        _this.about.in_([constant(MessageKind.ACTIVITY), constant(MessageKind.OUTCOME)]),
        Notification.about == _this.about,
        Notification.kind == _this.kind,
        Event.idea_id.is_not_distinct_from(_its_event.idea_id),
        or_(Event.idea_id.is_not(None), Event.campaign_id == _its_event.campaign_id),
    )
)
PATH = select(Notification.path, SEES_EVENT).join(Event, Event.id == Notification.event_id)
PATH = PATH.where(OWN, Notification.id == bindparam("number", type_=BigInteger))


class NotificationPage(NamedTuple):
    """A page, in groups, that with the newest first: what is not read yet, and what was read
    `earlier`; `before` is where the next page begins."""

    new: list[NotificationGroup]
    earlier: list[NotificationGroup]
    before: int | None
    unread: int
    newest: int


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
    newest = found[0].id if found else 0
    new = grouped([one for one in found if one.read_at is None])
    earlier = grouped([one for one in found if one.read_at])
    return NotificationPage(new, earlier, more, await count_unread(db, viewer), newest)


async def count_unread(db: AsyncSession, viewer: Viewer) -> int:
    """How many of them the viewer has not read."""
    ((count,),) = await rows_of(db, UNREAD, {VIEWER_ID.key: viewer.id})
    return int(count)


async def unread_of(db: AsyncSession, people: Sequence[int]) -> dict[int, int]:
    """How many each of these people has not read; nothing for those who have read all."""
    rows = await rows_of(db, UNREAD_OF, {"people": list(people)})
    return {int(number): int(count) for number, count in rows}


async def path_of(db: AsyncSession, viewer: Viewer, number: int) -> str:
    """The page that it is about; empty where there is none that the viewer may see any more. Raises
    SignInNeeded, and NotFound for what somebody else was told."""
    viewer.must_sign_in()
    asked = {**viewer.bound, "number": min(number, HIGHEST)}
    found = await rows_of(db, PATH, asked)
    if not found:
        raise NotFound
    path, sees = found[0]
    return str(path) if sees else ""


async def note_read(db: AsyncSession, viewer: Viewer, number: int) -> str:
    """Notes that the viewer has read this, and what stands in one line with it; returns the page
    that it is about. Raises SignInNeeded, and NotFound for what somebody else was told."""
    path = await path_of(db, viewer, number)
    asked = {VIEWER_ID.key: viewer.person_id, "number": min(number, HIGHEST)}
    beside = [one.id for one in await rows_of(db, IN_ITS_LINE, asked)]
    await _note(db, viewer, Notification.id.in_([asked["number"], *beside]))
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
