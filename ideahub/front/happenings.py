"""Query for what has become of the viewer's own ideas, contributions and pledges, and of the ideas
that they follow."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import (
    ColumnElement,
    DateTime,
    and_,
    bindparam,
    desc,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, rows_of
from ideahub.core.events import IS_TOLD, TOLD, Event, Kind
from ideahub.core.quick_rows import with_one_plan
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import idea_follower
from ideahub.following.places import place_of
from ideahub.front.news import DECISIONS, IS_OVERTAKEN, brought_to
from ideahub.ideas.models import CoAuthor, Idea, Stage
from ideahub.ideas.pseudonyms import shown_name, unless_concealed
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.notifications.grouping import who_words
from ideahub.organisations.models import Person
from ideahub.sponsorship.models import Pledge

# So many lines are shown, and so many deeds looked at, of which some become one line.
MOST, MOST_READ = 12, 40
JOINED = frozenset({Kind.CONTRIBUTION_MADE, Kind.CONTRIBUTION_THANKED})
CONTRIBUTED = (Kind.CONTRIBUTION_MADE, Kind.CONTRIBUTION_THANKED, Kind.CONTRIBUTION_ADOPTED)
# What the authors of an idea are told of; what they do themselves is left out below.
TO_AUTHORS = tuple(
    kind for kind in TOLD if kind not in {Kind.IDEA_POSTED, Kind.CONTRIBUTION_THANKED}
)
TO_SPONSORS = (Kind.PLEDGE_ACCEPTED, Kind.PLEDGE_DECLINED, Kind.PLEDGE_LAPSED)


class Happening(msgspec.Struct, frozen=True):
    """A deed of somebody else, about something of the viewer's or on an idea that they follow.

    `is_about_mine` is whether the contribution or pledge that it is about is the viewer's; else it
    is their idea. `actor` is empty for the clock; `subject_id` is 0 where it is about the idea, and
    `revision` where its text was not edited.
    """

    id: int
    kind: Kind
    at: datetime
    actor: str
    actor_id: int
    subject_id: int
    idea_id: int
    title: str
    stage: Stage
    is_about_mine: bool
    revision: int
    # All who did the same on the idea, the newest first; only `actor` where nobody else did.
    actors: list[str] = []

    @property
    def who(self) -> str:
        """The names of those who did it, in the current language: at most two of them."""
        return who_words(self.actors or [self.actor])

    @property
    def place(self) -> str:
        """Where it can be read."""
        return place_of(self.kind, self.idea_id, self.subject_id, self.revision)


def _kind_in(kinds: Sequence[Kind]) -> ColumnElement[bool]:
    return Event.kind.in_([constant(kind) for kind in kinds])


# What those who follow an idea are told of: what has become of it, not each thing that is added.
TO_FOLLOWERS = (
    Kind.CONTRIBUTION_ADOPTED,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_KEPT,
    Kind.PLEDGE_PART_KEPT,
    Kind.RESPONSE_GIVEN,
    *DECISIONS,
    Kind.EXPERIMENT_CONCLUDED,
)
# The ideas on which something can be the viewer's or is followed by them, and whether they are an
# author.
_own = union_all(
    select(Idea.id, true().label("is_author"), false().label("is_followed")).where(
        Idea.author_id == VIEWER_ID
    ),
    select(CoAuthor.idea_id, true(), false()).where(CoAuthor.person_id == VIEWER_ID),
    select(Contribution.idea_id, false(), false()).where(Contribution.author_id == VIEWER_ID),
    select(Pledge.idea_id, false(), false()).where(Pledge.sponsor_id == VIEWER_ID),
    select(idea_follower.c.idea_id, false(), true()).where(idea_follower.c.person_id == VIEWER_ID),
).subquery("own")
OWN_IDEAS = (
    select(
        _own.c.id,
        func.bool_or(_own.c.is_author).label("is_author"),
        func.bool_or(_own.c.is_followed).label("is_followed"),
    )
    .group_by(_own.c.id)
    .cte("own_ideas")
)
Subject, Answered = aliased(Contribution, name="subject"), aliased(Contribution, name="answered")
IS_READABLE = or_(~_kind_in(CONTRIBUTED), Subject.is_listed)
# Thanked or adopted, what the viewer wrote; an answer to it; or their pledge.
IS_ABOUT_MINE = or_(
    and_(
        _kind_in((Kind.CONTRIBUTION_THANKED, Kind.CONTRIBUTION_ADOPTED)),
        Subject.author_id == VIEWER_ID,
    ),
    and_(Event.kind == constant(Kind.CONTRIBUTION_MADE), Answered.author_id == VIEWER_ID),
    and_(_kind_in(TO_SPONSORS), Pledge.sponsor_id == VIEWER_ID),
)
IS_FOLLOWED = OWN_IDEAS.c.is_followed
SINCE = bindparam("since", type_=DateTime(timezone=True))
_theirs = (
    select(Event.id, func.coalesce(IS_ABOUT_MINE, false()).label("is_about_mine"))
    .join_from(OWN_IDEAS, Event, Event.idea_id == OWN_IDEAS.c.id)
    .outerjoin(Subject, and_(_kind_in(CONTRIBUTED), Subject.id == Event.subject_id))
    .outerjoin(Answered, Answered.id == Subject.parent_id)
    .outerjoin(Pledge, and_(_kind_in(TO_SPONSORS), Pledge.id == Event.subject_id))
    .where(
        IS_TOLD,
        Event.created_at > SINCE,
        Event.actor_id.is_distinct_from(VIEWER_ID),
        IS_READABLE,
        or_(
            and_(OWN_IDEAS.c.is_author, _kind_in(TO_AUTHORS)),
            and_(IS_FOLLOWED, _kind_in(TO_FOLLOWERS)),
            IS_ABOUT_MINE,
        ),
    )
    .cte("theirs")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
HAPPENINGS = with_one_plan(
    select(
        Event.id,
        Event.kind,
        Event.created_at.label("at"),
        func.coalesce(shown_name(Event.actor_id, Person.name), "").label("actor"),
        func.coalesce(unless_concealed(Event.actor_id, Event.actor_id), constant(0)).label(
            "actor_id"
        ),
        func.coalesce(Event.subject_id, constant(0)).label("subject_id"),
        Idea.id.label("idea_id"),
        Idea.title,
        func.coalesce(brought_to, Idea.stage).label("stage"),
        _theirs.c.is_about_mine,
        func.coalesce(Event.data["revision"].as_integer(), constant(0)).label("revision"),
    )
    .join_from(_theirs, Event, Event.id == _theirs.c.id)
    .join(Idea, Idea.id == Event.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .outerjoin(Person, Person.id == Event.actor_id)
    .where(VISIBLE_IDEAS, ~IS_OVERTAKEN)
    .order_by(desc(Event.created_at), desc(Event.id))
    .limit(constant(MOST_READ))
)


async def happenings_since(db: AsyncSession, viewer: Viewer, since: datetime) -> list[Happening]:
    """The newest deeds of others since then on what is the viewer's or is followed by them, as far
    as they may see it and it still stands: at most MOST lines."""
    rows = await rows_of(db, HAPPENINGS, {**viewer.bound, "since": since})
    return _folded([msgspec.convert(row._asdict(), Happening) for row in rows])[:MOST]


def _folded(found: Sequence[Happening]) -> list[Happening]:
    """What several people added, or thanked for, on one idea becomes one line, with the newest."""
    alike: dict[object, list[Happening]] = {}
    for one in found:
        joins = one.kind in JOINED and one.actor
        key = (one.kind, one.idea_id, one.is_about_mine) if joins else one.id
        alike.setdefault(key, []).append(one)
    return [
        msgspec.structs.replace(some[0], actors=list(dict.fromkeys(one.actor for one in some)))
        for some in alike.values()
    ]
