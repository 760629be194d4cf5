"""One row for every deed. Live pages, notifications, statistics and the audit trail read it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeGuard

from sqlalchemy import (
    CTE,
    BigInteger,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from ideahub.core.announcing import announces_itself
from ideahub.core.barring import must_not_be_barred
from ideahub.core.db import Base, Dated, Numbered, constant

CHANNEL = "ideahub_events"
# The key under which a session's `info` lists the deeds of its transaction.
RECORDED = "recorded"


class Kind(StrEnum):
    """Every kind of deed, named in the past tense."""

    PERSON_JOINED = "person joined"
    PERSON_CHANGED = "person changed"
    ORGANISATION_CHANGED = "organisation changed"
    SESSION_ENDED = "session ended"
    # How people sign in: what they are told of themselves, see SECURITY.
    IDENTITY_PROVED = "identity proved"
    NEW_BROWSER_USED = "new browser used"
    PASSWORD_CHANGED = "password changed"  # noqa: S105
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PASSKEY_DOUBTED = "passkey doubted"
    SECOND_FACTOR_ADDED = "second factor added"
    SECOND_FACTOR_REMOVED = "second factor removed"
    SECOND_FACTOR_RESET = "second factor reset"
    SECOND_FACTOR_GUESSED = "second factor guessed"
    RECOVERY_CODES_MADE = "recovery codes made"
    RECOVERY_CODE_USED = "recovery code used"
    PERSON_DISABLED = "person disabled"
    PERSON_ENABLED = "person enabled"
    ROLE_GRANTED = "role granted"
    ROLE_REVOKED = "role revoked"
    PROVIDER_ADDED = "provider added"
    PROVIDER_CHANGED = "provider changed"
    PROVIDER_ENABLED = "provider enabled"
    PROVIDER_DISABLED = "provider disabled"
    GROUP_ROLE_ADDED = "group role added"
    GROUP_ROLE_REMOVED = "group role removed"
    IDENTITY_CONNECTED = "identity connected"
    GROUPS_MISSING = "groups missing"
    CAMPAIGN_PUBLISHED = "campaign published"
    CAMPAIGN_CHANGED = "campaign changed"
    CAMPAIGN_UNPUBLISHED = "campaign unpublished"
    CAMPAIGN_ARCHIVED = "campaign archived"
    CAMPAIGN_UNARCHIVED = "campaign unarchived"
    CAMPAIGN_DELETED = "campaign deleted"
    PUBLICATION_REVIEW_ASKED = "publication review asked"
    PUBLICATION_APPROVED = "publication approved"
    PUBLICATION_EDITS_ASKED = "publication edits asked"
    PUBLICATION_PLANNED = "publication planned"
    PUBLICATION_CANCELLED = "publication cancelled"
    PUBLICATION_PREVENTED = "publication prevented"
    CAMPAIGN_FOLLOWED = "campaign followed"
    CAMPAIGN_UNFOLLOWED = "campaign unfollowed"
    ORGANISATION_FOLLOWED = "organisation followed"
    ORGANISATION_UNFOLLOWED = "organisation unfollowed"
    PERSON_FOLLOWED = "person followed"
    PERSON_UNFOLLOWED = "person unfollowed"
    TAG_FOLLOWED = "tag followed"
    TAG_UNFOLLOWED = "tag unfollowed"
    RULES_CHANGED = "rules changed"
    QUESTION_ASKED = "question asked"
    QUESTION_PUBLISHED = "question published"
    QUESTION_ANSWERED = "question answered"
    QUESTION_JOINED = "question joined"
    QUESTION_SET_ASIDE = "question set aside"
    QUESTION_REOPENED = "question reopened"
    ANSWER_CHANGED = "answer changed"
    ANSWERS_MERGED = "answers merged"
    ANSWERS_SEPARATED = "answers separated"
    ANSWER_HIDDEN = "answer hidden"
    ANSWER_SHOWN = "answer shown"
    ANSWER_TEMPLATE_CHANGED = "answer template changed"
    ANNOUNCEMENT_MADE = "announcement made"
    ANNOUNCEMENT_CHANGED = "announcement changed"
    ANNOUNCEMENT_TAKEN_BACK = "announcement taken back"
    PHASE_OPENED = "phase opened"
    PHASE_CLOSED = "phase closed"
    PHASE_EXTENDED = "phase extended"
    RULES_ACCEPTED = "rules accepted"
    IDEA_POSTED = "idea posted"
    IDEA_REVISED = "idea revised"
    IDEA_WITHDRAWN = "idea withdrawn"
    IDEA_HIDDEN = "idea hidden"
    IDEA_SHOWN = "idea shown"
    ATTACHMENT_ADDED = "attachment added"
    ATTACHMENT_REMOVED = "attachment removed"
    LETTERS_COUNTED = "letters counted"
    CONTRIBUTIONS_COUNTED = "contributions counted"
    LETTER_SET_APART = "letter set apart"
    VOTE_CAST = "vote cast"
    VOTE_WITHDRAWN = "vote withdrawn"
    VOTE_NAMED = "vote named"
    IDEA_FOLLOWED = "idea followed"
    IDEA_UNFOLLOWED = "idea unfollowed"
    CONTRIBUTION_MADE = "contribution made"
    CONTRIBUTION_WITHDRAWN = "contribution withdrawn"
    CONTRIBUTION_THANKED = "contribution thanked"
    CONTRIBUTION_ADOPTED = "contribution adopted"
    PLEDGE_OFFERED = "pledge offered"
    PLEDGE_ACCEPTED = "pledge accepted"
    PLEDGE_DECLINED = "pledge declined"
    PLEDGE_KEPT = "pledge kept"
    PLEDGE_WITHDRAWN = "pledge withdrawn"
    PLEDGE_LAPSED = "pledge lapsed"
    PLEDGE_PART_KEPT = "pledge part kept"
    PLEDGE_CONFIRMED = "pledge confirmed"
    PLEDGE_DISPUTED = "pledge disputed"
    PLEDGE_CONDITIONS_MARKED = "pledge conditions marked"
    PLEDGE_DUE = "pledge due"
    DECISION_OPENED = "decision opened"
    REPLY_RULE_CHANGED = "reply rule changed"
    RESPONSE_OWED = "response owed"
    RESPONSE_OPENED = "response opened"
    RESPONSE_REMINDED = "response reminded"
    RESPONSE_GIVEN = "response given"
    RESPONSE_CHANGED = "response changed"
    RESPONSE_HANDOVER_ASKED = "response handover asked"
    RESPONSE_HANDOVER_DECLINED = "response handover declined"
    RESPONSE_HANDED_OVER = "response handed over"
    RESPONSE_OWNER_NAMED = "response owner named"
    RESPONSE_VACANT = "response vacant"
    ANSWERS_PREPARED = "answers prepared"
    STAND_IN_NAMED = "stand-in named"
    STAND_IN_ENDED = "stand-in ended"
    CONDITION_REPORTED = "condition reported"
    CONDITION_REFUSED = "condition refused"
    STAGE_ADVANCED = "stage advanced"
    STAGE_HELD = "stage held"
    STAGE_SENT_BACK = "stage sent back"
    IDEA_STOPPED = "idea stopped"
    IDEA_PARKED = "idea parked"
    IDEA_WOKEN = "idea woken"
    EXPERIMENT_PLANNED = "experiment planned"
    EXPERIMENT_CHANGED = "experiment changed"
    READING_TAKEN = "reading taken"
    EXPERIMENT_CONCLUDED = "experiment concluded"
    ENTRY_FORM_CHANGED = "entry form changed"
    ENTRY_BEGUN = "entry begun"
    ENTRY_CHANGED = "entry changed"
    ENTRY_SUBMITTED = "entry submitted"
    ENTRY_WITHDRAWN = "entry withdrawn"
    ENTRY_CONFIRMED = "entry confirmed"
    ENTRY_TEAM_CHANGED = "entry team changed"
    ENTRY_TRIAGED = "entry triaged"
    PANEL_SET_UP = "panel set up"
    PANEL_CHANGED = "panel changed"
    PANEL_CLOSED = "panel closed"
    PANEL_REMOVED = "panel removed"
    JUDGE_INVITED = "judge invited"
    JUDGE_ACCEPTED = "judge accepted"
    JUDGE_DECLINED = "judge declined"
    JUDGE_REMOVED = "judge removed"
    JUDGES_REMINDED = "judges reminded"
    EXPERTISE_DECLARED = "expertise declared"
    CONFLICTS_DECLARED = "conflicts declared"
    ENTRIES_ASSIGNED = "entries assigned"
    JUDGE_RECUSED = "judge recused"
    SCORECARD_BEGUN = "scorecard begun"
    SCORECARD_FINISHED = "scorecard finished"
    SCORECARD_REOPENED = "scorecard reopened"
    PANEL_SCORES_OPENED = "panel scores opened"
    ENTRY_UNBLINDED = "entry unblinded"
    CALIBRATION_CHANGED = "calibration changed"
    CALIBRATION_FINISHED = "calibration finished"
    SCORING_RULE_DECLARED = "scoring rule declared"
    THIRD_READING_ASKED = "third reading asked"
    THIRD_READING_ENDED = "third reading ended"
    THIRD_READING_TAKEN_BACK = "third reading taken back"
    SCORES_RUN = "scores run"
    RESULT_PUBLISHED = "result published"
    RESULT_MADE_FINAL = "result made final"
    APPEAL_MADE = "appeal made"
    APPEAL_DECIDED = "appeal decided"
    SCORE_CORRECTED = "score corrected"
    DELIBERATION_RAISED = "deliberation raised"
    DELIBERATION_NOTED = "deliberation noted"
    DELIBERATION_DECIDED = "deliberation decided"
    DECISION_SIGNED = "decision signed"
    ENTRY_ADVANCED = "entry advanced"
    ADVANCEMENT_ACCEPTED = "advancement accepted"
    ADVANCEMENT_DECLINED = "advancement declined"
    AWARD_DECIDED = "award decided"
    AWARD_CHECKED = "award checked"
    AWARD_CONFIRMED = "award confirmed"
    AWARD_REVOKED = "award revoked"
    PAYMENT_PLANNED = "payment planned"
    PAYMENT_RECORDED = "payment recorded"
    REASONS_DRAFTED = "reasons drafted"
    REASONS_CHANGED = "reasons changed"
    REASONS_SIGNED = "reasons signed"
    REASONS_RELEASED = "reasons released"
    LETTERS_WRITTEN = "letters written"
    LETTERS_SENT = "letters sent"
    BALLOT_FILLED = "ballot filled"
    BALLOT_ENTRY_REMOVED = "ballot entry removed"
    PUBLIC_VOTE_CHANGED = "public vote changed"
    PUBLIC_VOTE_CAST = "public vote cast"
    PUBLIC_VOTE_WITHDRAWN = "public vote withdrawn"
    SUMMARY_PREPARED = "summary prepared"
    SUMMARY_PUBLISHED = "summary published"
    SUMMARY_ADDED_TO = "summary added to"
    # Of a text that is no idea; for ideas IDEA_HIDDEN and IDEA_SHOWN.
    TEXT_HIDDEN = "text hidden"
    TEXT_SHOWN = "text shown"
    TEXT_REPORTED = "text reported"
    TEXT_HELD = "text held"
    TEXT_NOTICED = "text noticed"
    TEXT_RELEASED = "text released"
    TEXT_LOOKED_AT = "text looked at"
    TEXT_LEFT = "text left"
    TEXT_RETURNED = "text returned"
    TEXT_SENT_AGAIN = "text sent again"
    TEXT_REDACTED = "text redacted"
    TEXT_RESTORED = "text restored"
    PERSON_WARNED = "person warned"
    PERSON_SUSPENDED = "person suspended"
    SUSPENSION_ENDED = "suspension ended"
    MODERATION_APPEALED = "moderation appealed"
    MODERATION_APPEAL_DECIDED = "moderation appeal decided"
    CONDUCT_CHANGED = "conduct changed"
    MODERATION_CHANGED = "moderation changed"
    SAFE_SPACE_CHANGED = "safe space changed"
    FACILITATOR_NAMED = "facilitator named"
    FACILITATOR_ENDED = "facilitator ended"
    # A name was chosen for somebody who takes part without their own.
    VOICE_MADE = "voice made"
    VOICE_TAKEN_OVER = "voice taken over"
    LINK_LOOKED_AT = "link looked at"
    LINK_DELETED = "link deleted"
    PEOPLE_TOLD = "people told"
    NOTIFICATIONS_READ = "notifications read"
    IMPORTED = "imported"


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


class Deed(NamedTuple):
    """What a process that keeps something in memory has to know of an event."""

    kind: Kind
    actor_id: int | None
    campaign_id: int | None
    idea_id: int | None
    subject_id: int | None


def deed_of(event: Event) -> Deed:
    """The same of an event that was read from the table."""
    return Deed(event.kind, event.actor_id, event.campaign_id, event.idea_id, event.subject_id)


class Actor(Protocol):
    """Who does a deed: a viewer, or a person's row."""

    @property
    def id(self) -> int | None:
        """The person's number; None for a stranger."""


class RowLike(Protocol):
    """A row of a table, or an object with some of its columns; it names its table and number."""

    @property
    def __tablename__(self) -> str:
        """The table's name."""

    @property
    def id(self) -> int:
        """The row's number."""


class IdeaLike(RowLike, Protocol):
    """An idea's row, or an object with some of its columns."""

    @property
    def campaign_id(self) -> int:
        """The number of the idea's campaign."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A row of which only the table and the number are known."""

    table: type[Base]
    id: int

    @property
    def __tablename__(self) -> str:
        return str(self.table.__tablename__)


_ADDED = (
    insert(Event)
    .values(
        kind=bindparam("deed", type_=String),
        actor_id=bindparam("actor", type_=BigInteger),
        campaign_id=bindparam("campaign", type_=BigInteger),
        idea_id=bindparam("idea", type_=BigInteger),
        subject_type=bindparam("about_type", type_=String),
        subject_id=bindparam("about", type_=BigInteger),
        data=bindparam("more", type_=JSONB),
    )
    .returning(Event.id)
    .cte("added")
)
ANNOUNCED = select(_ADDED.c.id, func.pg_notify(CHANNEL, _ADDED.c.id.cast(String)))
# Where a bus announces it after the commit, see core/announcing.py.
UNANNOUNCED = select(_ADDED.c.id)


async def record(
    db: AsyncSession,
    kind: Kind,
    viewer: Actor | None,
    *,
    on: RowLike | None = None,
    subject: RowLike | None = None,
    **data: Any,
) -> int:
    """Adds an event and its notification to the caller's transaction; returns the event's id.

    `viewer` is who did it; None for the clock, an import, the command line. `on` is the idea or
    the campaign that it was done on, whose open pages are told. `subject` is the row that the
    deed is about, where it is another. `data` is what those rows do not say, as JSON, for readers
    of events; what pages show later has a table. Raises ValueError where `on` is something else,
    and Forbidden where moderators have suspended the viewer there.

    The notification carries only the id. PostgreSQL sends it on commit, so nothing is announced
    that did not happen, and its limit of 8,000 bytes is never reached. With a bus there is none:
    the bus announces it after the commit.
    """
    # New rows get their numbers only when they are flushed.
    await db.flush()
    await must_not_be_barred(db, viewer, _place(on)[0])
    by, about = viewer.id if viewer else None, subject.id if subject else None
    deed = Deed(kind, by, *_place(on), about)
    values = {
        "deed": kind,
        "actor": by,
        "campaign": deed.campaign_id,
        "idea": deed.idea_id,
        "about_type": subject.__tablename__ if subject else None,
        "about": about,
        "more": data,
    }
    statement = ANNOUNCED if announces_itself(db) else UNANNOUNCED
    event_id = int((await db.execute(statement, values)).scalar_one())
    db.info.setdefault(RECORDED, []).append(deed)
    return event_id


def recorded(kind: Kind, deeds: Select[int, int, int]) -> CTE:
    """The part of a statement that adds an event for each row of `deeds`, all of one kind: the
    person, the campaign and the idea. For what many do at once; else `record` is simpler."""
    columns = ["kind", "actor_id", "campaign_id", "idea_id"]
    each = deeds.subquery("deed")
    return (
        insert(Event)
        .from_select(columns, select(constant(kind), *each.c))
        .returning(Event.id)
        .cte("added")
    )


def announced(added: CTE) -> ScalarSelect[Any]:
    """The expression that sends one notification for all these events, and none where there are
    none."""
    last = func.max(added.c.id)
    sent = select(func.pg_notify(CHANNEL, last.cast(String)))
    return sent.having(last.is_not(None)).scalar_subquery()


def _place(on: RowLike | None) -> tuple[int | None, int | None]:
    """The numbers of the campaign and of the idea."""
    if on is None:
        return None, None
    if _is_idea(on):
        return on.campaign_id, on.id
    if on.__tablename__ == "campaign":
        return on.id, None
    raise ValueError(f"A deed is done on an idea or a campaign, not on a {on.__tablename__}.")


def _is_idea(row: RowLike) -> TypeGuard[IdeaLike]:
    return row.__tablename__ == "idea"
