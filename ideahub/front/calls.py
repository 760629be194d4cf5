"""Query for how the calls that the viewer manages are doing, in all and in the last week."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, cast, desc, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import CampaignStatus, deciding, status_column
from ideahub.campaigns.models import Campaign, CampaignKind, page_of
from ideahub.core.db import constant, interval, rows_of
from ideahub.core.events import IS_TOLD, Event, Kind
from ideahub.core.quick_rows import with_one_plan
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.front.news import DECISIONS
from ideahub.ideas.models import Idea, IdeaTally
from ideahub.ideas.tallying import total

MOST = 5
A_WEEK_AGO = func.now() - interval(days=7)


class Call(msgspec.Struct, frozen=True):
    """A challenge or idea box that the viewer manages. `moment` is when it closes, opens or
    closed, as on its card; the figures of the week are those of the last seven days."""

    id: int
    kind: CampaignKind
    title: str
    status: CampaignStatus
    moment: datetime | None
    ideas: int
    votes: int
    week_ideas: int
    week_contributions: int
    week_decisions: int

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_of(self.kind, self.id)


def _tally(column: Any) -> ColumnElement[int]:
    # PostgreSQL's sum of bigint is numeric.
    of_call = select(total(column)).where(IdeaTally.campaign_id == Campaign.id)
    return cast(of_call.scalar_subquery(), BigInteger)


def _number_of(*kinds: Kind) -> ColumnElement[int]:
    return func.count().filter(Event.kind.in_([constant(kind) for kind in kinds]))


# The deeds of the last seven days in a campaign, on ideas that are in lists, counted in one pass.
# Few ideas are not in lists, so those are looked for, not the others; all of them once, as to look
# for each deed's idea would read a page of the index for each deed.
_unlisted = select(Idea.id).where(or_(Idea.withdrawn_at.is_not(None), Idea.hidden_at.is_not(None)))
_week = (
    select(
        _number_of(Kind.IDEA_POSTED).label("ideas"),
        _number_of(Kind.CONTRIBUTION_MADE).label("contributions"),
        _number_of(*DECISIONS).label("decisions"),
    )
    .select_from(Event)
    .where(
        Event.campaign_id == Campaign.id,
        IS_TOLD,
        Event.created_at > A_WEEK_AGO,
        Event.idea_id.is_not(None),
        Event.idea_id.not_in(_unlisted),
    )
    .correlate(Campaign)
    .lateral("week")
)
_calls = (
    select(
        Campaign.id,
        Campaign.kind,
        func.coalesce(func.nullif(Campaign.question, ""), Campaign.title).label("title"),
        status_column.label("status"),
        deciding.c.moment,
        _tally(IdeaTally.ideas).label("ideas"),
        _tally(IdeaTally.votes).label("votes"),
        _week.c.ideas.label("week_ideas"),
        _week.c.contributions.label("week_contributions"),
        _week.c.decisions.label("week_decisions"),
    )
    .select_from(Campaign)
    .outerjoin(deciding, true())
    .join(_week, true())
    .where(Campaign.is_published, viewer_holds(Role.MANAGER, Campaign.organisation_id))
    # Once per call, although both the condition and the order ask for it.
    .cte("calls")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_this_week_in_all = _calls.c.week_ideas + _calls.c.week_contributions + _calls.c.week_decisions
CALLS = with_one_plan(
    select(_calls)
    .where(or_(_calls.c.status == constant(CampaignStatus.OPEN), _this_week_in_all > constant(0)))
    # Those where most happens first, then those that close soonest.
    .order_by(desc(_this_week_in_all), _calls.c.moment.asc().nulls_last(), desc(_calls.c.id))
    .limit(constant(MOST))
)


async def calls_of(db: AsyncSession, viewer: Viewer) -> list[Call]:
    """At most MOST calls that the viewer manages: open ones, and those where something happened in
    the last week, the liveliest first. Empty for anyone who manages none."""
    if not viewer.can_manage:
        return []
    rows = await rows_of(db, CALLS, viewer.bound)
    names = Call.__struct_fields__
    return [msgspec.convert(dict(zip(names, row, strict=True)), Call) for row in rows]
