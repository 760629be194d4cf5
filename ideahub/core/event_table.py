"""The table of events, and which kinds of them its indexes hold.

Everything else about events is in events.py, from which these are imported.
"""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, cast, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from ideahub.core.db import Base, Dated, Numbered, constant
from ideahub.core.kinds import Kind

# Deeds that the news on the home page tell of; votes and edits are not among them. The index
# below holds only these kinds, so a change here needs a migration that makes it again.
NEWS = (
    Kind.IDEA_POSTED,
    Kind.CONTRIBUTION_ADOPTED,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_KEPT,
    Kind.PLEDGE_PART_KEPT,
    Kind.RESPONSE_GIVEN,
    Kind.STAGE_ADVANCED,
    Kind.STAGE_HELD,
    Kind.STAGE_SENT_BACK,
    Kind.IDEA_STOPPED,
    Kind.IDEA_PARKED,
    Kind.IDEA_WOKEN,
    Kind.EXPERIMENT_CONCLUDED,
)
# Deeds that a person is told of when they come back: what became of ideas. Votes are not among
# them, as there are too many. The two indexes below hold only these kinds, too.
TOLD = (
    Kind.IDEA_POSTED,
    Kind.IDEA_REVISED,
    Kind.CONTRIBUTION_MADE,
    Kind.CONTRIBUTION_THANKED,
    Kind.CONTRIBUTION_ADOPTED,
    Kind.PLEDGE_OFFERED,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_DECLINED,
    Kind.PLEDGE_KEPT,
    Kind.PLEDGE_PART_KEPT,
    Kind.PLEDGE_WITHDRAWN,
    Kind.PLEDGE_LAPSED,
    Kind.RESPONSE_GIVEN,
    Kind.STAGE_ADVANCED,
    Kind.STAGE_HELD,
    Kind.STAGE_SENT_BACK,
    Kind.IDEA_STOPPED,
    Kind.IDEA_PARKED,
    Kind.IDEA_WOKEN,
    Kind.EXPERIMENT_PLANNED,
    Kind.EXPERIMENT_CONCLUDED,
)

# Deeds of which the person whose account it is, the event's subject, has a list. The index below
# holds only these kinds, too.
SECURITY = (
    Kind.NEW_BROWSER_USED,
    Kind.PASSWORD_CHANGED,
    Kind.PASSKEY_ADDED,
    Kind.PASSKEY_REMOVED,
    Kind.PASSKEY_DOUBTED,
    Kind.SECOND_FACTOR_ADDED,
    Kind.SECOND_FACTOR_REMOVED,
    Kind.SECOND_FACTOR_RESET,
    Kind.SECOND_FACTOR_GUESSED,
    Kind.RECOVERY_CODES_MADE,
    Kind.RECOVERY_CODE_USED,
    Kind.PERSON_DISABLED,
    Kind.PERSON_ENABLED,
)


class Event(Numbered, Dated, Base):
    """A deed: who did what to what, and when. Rows are never changed."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_idea_id_xact_id", "idea_id", "xact_id"),
        Index("ix_event_campaign_id_xact_id", "campaign_id", "xact_id"),
        Index("ix_event_xact_id", "xact_id"),
    )

    kind: Mapped[Kind] = mapped_column(String(40))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # No foreign key: what was done on a draft stays on record after the draft is deleted.
    campaign_id: Mapped[int | None]
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    # The table and number of the row that the deed is about, where that is not the idea itself:
    # a contribution, a pledge, a review. The row may have been deleted since.
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    # Transactions do not commit in the order of ids: who must miss none compares this number
    # with a snapshot.
    xact_id: Mapped[int] = mapped_column(server_default=text("pg_current_xact_id()::text::bigint"))


# Constants, not parameters: only so PostgreSQL can know that the index below has all these rows.
IS_NEWS = Event.kind.in_([constant(kind) for kind in NEWS])
Index("ix_event_news", Event.created_at, Event.id, postgresql_where=IS_NEWS)
IS_SECURITY = Event.kind.in_([constant(kind) for kind in SECURITY])
Index("ix_event_security_subject_id", Event.subject_id, Event.id, postgresql_where=IS_SECURITY)
IS_TOLD = Event.kind.in_([constant(kind) for kind in TOLD])
Index("ix_event_told_idea_id", Event.idea_id, Event.created_at, postgresql_where=IS_TOLD)
# With all that the figures of a week need, so that no event is read for them.
Index(
    "ix_event_told_campaign_id",
    Event.campaign_id,
    Event.created_at,
    postgresql_include=["kind", "idea_id"],
    postgresql_where=IS_TOLD,
)
# The number of the oldest transaction that is still open. Events that cannot be seen yet have this
# `xact_id` or a higher one.
OLDEST_OPEN = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), String), BigInteger)
