"""Query for what has changed on an idea since a person was there."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, DateTime, and_, bindparam, case, desc, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.places import place_of

# Of an idea's events by kind; of several decisions the last one is told.
DECISIONS = (
    Kind.STAGE_ADVANCED,
    Kind.STAGE_HELD,
    Kind.STAGE_SENT_BACK,
    Kind.IDEA_STOPPED,
    Kind.IDEA_PARKED,
    Kind.IDEA_WOKEN,
)
ON_CONTRIBUTIONS = (Kind.CONTRIBUTION_MADE, Kind.CONTRIBUTION_ADOPTED)
# What everyone sees on the page: an offer that waits is seen by few.
SHOWN = (
    Kind.IDEA_REVISED,
    *ON_CONTRIBUTIONS,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_KEPT,
    Kind.PLEDGE_PART_KEPT,
    *DECISIONS,
    Kind.EXPERIMENT_PLANNED,
    Kind.EXPERIMENT_CONCLUDED,
    Kind.RESPONSE_GIVEN,
    Kind.RESPONSE_CHANGED,
)


_kind = case(
    (Event.kind.in_([constant(kind) for kind in DECISIONS]), constant(Kind.STAGE_ADVANCED)),
    else_=Event.kind,
).label("kind")
_last = func.max(Event.created_at)
_revision = Event.data["revision"].as_integer()
_is_on_contribution = Event.kind.in_([constant(kind) for kind in ON_CONTRIBUTIONS])
CHANGES = (
    select(
        _kind,
        func.count().label("many"),
        func.coalesce(func.max(Event.subject_id), constant(0)).label("subject_id"),
        _last.label("at"),
        func.coalesce(func.min(_revision), constant(0)).label("first_revision"),
        func.coalesce(func.max(_revision), constant(0)).label("last_revision"),
    )
    .outerjoin(Contribution, and_(_is_on_contribution, Contribution.id == Event.subject_id))
    .where(
        Event.idea_id == bindparam("idea_id", type_=BigInteger),
        Event.created_at > bindparam("since", type_=DateTime(timezone=True)),
        Event.actor_id.is_distinct_from(VIEWER_ID),
        Event.kind.in_([constant(kind) for kind in SHOWN]),
        or_(~_is_on_contribution, Contribution.is_listed),
    )
    .group_by(_kind)
    .order_by(desc(_last))
)


class IdeaChange(msgspec.Struct, frozen=True):
    """What others did, by kind; every decision as if the idea had advanced. With how often, the
    last row that it was about, when, and the first and the last revision of the text that came of
    it (0: none)."""

    kind: Kind
    many: int
    subject_id: int
    at: datetime
    first_revision: int = 0
    last_revision: int = 0

    def place(self, idea_id: int) -> str:
        """Where the last of them can be read; of edits the difference that all of them made."""
        last = place_of(self.kind, idea_id, self.subject_id, self.last_revision)
        is_one = self.first_revision == self.last_revision
        several = self.kind == Kind.IDEA_REVISED and not is_one
        return f"{last}?since={self.first_revision - 1}" if several else last


async def changes_on(
    db: AsyncSession, viewer: Viewer, idea_id: int, since: datetime
) -> list[IdeaChange]:
    """What others than the viewer did on the idea since then, the last first. The caller has found
    the idea through the viewer."""
    asked = {"idea_id": idea_id, "since": since, VIEWER_ID.key: viewer.id}
    return [IdeaChange(*row) for row in await rows_of(db, CHANGES, asked)]
