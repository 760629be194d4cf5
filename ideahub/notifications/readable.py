"""Whether a viewer may still read the row that a deed is about, such as a contribution or an entry:
the place where it was done may be open to them, and this not.

What is about no such row, or about one that everyone reads who sees its idea or its challenge, is
not named here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    exists,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import CampaignReview
from ideahub.campaigns.queries import MANAGES
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant
from ideahub.core.events import Event, Kind
from ideahub.core.telling import AnnouncementGroup
from ideahub.core.viewer import VIEWER_ID, Role, viewer_holds
from ideahub.entries.models import Entry
from ideahub.entries.queries import VISIBLE_ENTRIES
from ideahub.entries.telling import ENTRANTS
from ideahub.following.telling import FOLLOWERS
from ideahub.ideas.models import Idea
from ideahub.judging.announced_to import JUDGES
from ideahub.moderation.models import ModerationAppeal, ModerationCase, ModerationDecision
from ideahub.moderation.moderators import MODERATES
from ideahub.public_voting.models import BallotEntry
from ideahub.questions.models import (
    STANDS,
    Announcement,
    AskedQuestion,
    FaqEntry,
    FaqWithdrawal,
)
from ideahub.results.models import Advancement, Appeal, Award
from ideahub.sponsorship.models import Pledge
from ideahub.sponsorship.queries import IS_VISIBLE

_is_subject = Event.subject_id


def _of(row: Any, *where: SQLColumnExpression[bool]) -> Select[Any]:
    return select(row.id).where(row.id == _is_subject, *where)


def _in_campaign(row: Any, *where: SQLColumnExpression[bool]) -> Select[Any]:
    return _of(row, *where).join(Campaign, Campaign.id == row.campaign_id)


def _of_entry(row: Any) -> Select[Any]:
    seen = _of(row, VISIBLE_ENTRIES).join(Entry, Entry.id == row.entry_id)
    return seen.join(Campaign, Campaign.id == Entry.campaign_id)


def _belongs_to(group: AnnouncementGroup) -> ColumnElement[bool]:
    # The row of the event stands for the event: the condition is the same.
    people = group.people(Event).correlate(Event)  # type: ignore[arg-type]
    return and_(Announcement.groups.contains([group.key]), VIEWER_ID.in_(people))


_for_all = Announcement.groups.contains([FOLLOWERS.key])
_announced = or_(_for_all, MANAGES, *(_belongs_to(group) for group in (ENTRANTS, JUDGES)))
# An answer that was hidden, also where it is merged into another: its page says why.
_other = aliased(FaqWithdrawal)
_stands_too = _other.ended_at.is_(None), _other.into_id.is_(None)
_into_hidden = exists().where(_other.entry_id == FaqWithdrawal.into_id, *_stands_too)
_is_hidden = exists().where(
    FaqWithdrawal.entry_id == FaqEntry.id,
    STANDS,
    or_(FaqWithdrawal.into_id.is_(None), _into_hidden),
)
_tells_of_hiding = Event.kind == constant(Kind.ANSWER_HIDDEN)
_decides_appeals = or_(
    MODERATES,
    viewer_holds(Role.ADMIN, ModerationCase.organisation_id),
    ModerationAppeal.made_by == VIEWER_ID,
)
_reviews = or_(MANAGES, viewer_holds(Role.ADMIN, Campaign.organisation_id))
ROWS: Mapping[str, Select[Any]] = {
    Contribution.__tablename__: _of(Contribution, Contribution.is_listed),
    Pledge.__tablename__: _of(Pledge, IS_VISIBLE).join(Idea, Idea.id == Pledge.idea_id),
    Announcement.__tablename__: _in_campaign(
        Announcement, Announcement.taken_back_at.is_(None), _announced
    ),
    FaqEntry.__tablename__: _of(FaqEntry, or_(_tells_of_hiding, ~_is_hidden)),
    AskedQuestion.__tablename__: _in_campaign(
        AskedQuestion, or_(AskedQuestion.person_id == VIEWER_ID, MANAGES)
    ),
    Entry.__tablename__: _in_campaign(Entry, VISIBLE_ENTRIES),
    BallotEntry.__tablename__: _of_entry(BallotEntry),
    Appeal.__tablename__: _of_entry(Appeal),
    Advancement.__tablename__: _of_entry(Advancement),
    Award.__tablename__: _of_entry(Award),
    CampaignReview.__tablename__: _in_campaign(CampaignReview, _reviews),
    ModerationAppeal.__tablename__: _of(ModerationAppeal, _decides_appeals)
    .join(ModerationDecision, ModerationDecision.id == ModerationAppeal.decision_id)
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id),
}


def _readable() -> Sequence[tuple[ColumnElement[bool], ColumnElement[bool]]]:
    return [
        (Event.subject_type == kind, statement.correlate(Event).exists())
        for kind, statement in ROWS.items()
    ]


# For an event, and `Viewer.bound`.
READS_SUBJECT = case(*_readable(), else_=true())
