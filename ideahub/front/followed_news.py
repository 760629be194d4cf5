"""Query for what has happened in what the viewer follows besides ideas: challenges, organisations,
people and tags."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event
from ideahub.core.telling import MessageKind
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.front.happenings import SINCE
from ideahub.notifications.models import Notification
from ideahub.notifications.seeing import SEES_EVENT

MOST = 6
# They were told of it, so the words are there; what they may not see any more is left out.
FOLLOWED_NEWS = (
    select(Notification.id, Notification.subject, Notification.path, Event.created_at.label("at"))
    .join(Event, Event.id == Notification.event_id)
    .where(
        Notification.person_id == VIEWER_ID,
        Notification.created_at > SINCE,
        or_(Notification.thing != "", Notification.about == constant(MessageKind.NEWS)),
        SEES_EVENT,
    )
    .order_by(Notification.id.desc())
    .limit(constant(MOST))
)


class FollowedNews(msgspec.Struct, frozen=True):
    """One line of it, and the page that it is about; no path: that page is gone."""

    id: int
    subject: str
    path: str
    at: datetime


async def followed_news(
    db: AsyncSession, viewer: Viewer, since: datetime
) -> Sequence[FollowedNews]:
    """The latest MOST since then, what was done last first."""
    rows = await rows_of(db, FOLLOWED_NEWS, {**viewer.bound, SINCE.key: since})
    return sorted((FollowedNews(*row) for row in rows), key=lambda one: one.at, reverse=True)
