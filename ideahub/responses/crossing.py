"""For the clock: finds ideas that have reached the threshold of their campaign, for which an answer
is owed from then on.

It looks at the ideas and not at the votes, so it takes no longer where there are very many votes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import constant
from ideahub.core.events import Kind, record
from ideahub.core.locking import locked
from ideahub.ideas.criteria import ORGANISATIONS
from ideahub.ideas.models import Idea
from ideahub.responses.due_dates import due_after, next_reminder
from ideahub.responses.models import OwedResponse, OwnerSource, Response, ResponseOwner
from ideahub.responses.owing import CAN_OWE
from ideahub.responses.rule_models import PassedBefore, ReplyRule, ReplyRuleLeader

AT_ONCE = 50
BREADTH = ORGANISATIONS.query
CROSSED = (
    select(Idea.id, ReplyRule, Campaign.timezone)
    .select_from(ReplyRule)
    .join(Campaign, Campaign.id == ReplyRule.campaign_id)
    .join(Idea, Idea.campaign_id == Campaign.id)
    .where(
        ReplyRule.ended_at.is_(None),
        CAN_OWE,
        Idea.votes_count >= ReplyRule.supporters,
        ReplyRule.organisations <= BREADTH,
        ~exists().where(OwedResponse.idea_id == Idea.id),
        ~exists().where(Response.idea_id == Idea.id),
        ~exists().where(PassedBefore.rule_id == ReplyRule.id, PassedBefore.idea_id == Idea.id),
    )
    .order_by(Idea.id)
    .limit(constant(AT_ONCE))
)


async def owe_for_crossings(db: AsyncSession) -> None:
    """Begins the reply clock of each idea that has reached its threshold, at most AT_ONCE of them;
    for the clock."""
    for idea_id, rule, timezone in (await db.execute(CROSSED)).all():
        idea = await locked(db, Idea, idea_id)
        if await _is_dealt_with(db, idea_id):
            continue
        leaders = select(ReplyRuleLeader.person_id).where(ReplyRuleLeader.rule_id == rule.id)
        owners = (await db.scalars(leaders.order_by(ReplyRuleLeader.position))).all()
        await begin_clock(
            db,
            idea,
            owners,
            days=rule.days,
            timezone=timezone,
            source=OwnerSource.RULE,
            rule_id=rule.id,
        )


async def _is_dealt_with(db: AsyncSession, idea_id: int) -> bool:
    """Whether an answer was given or owed before the idea's row was locked."""
    found = select(
        exists().where(OwedResponse.idea_id == idea_id)
        | exists().where(Response.idea_id == idea_id)
    )
    return bool(await db.scalar(found))


async def begin_clock(
    db: AsyncSession,
    idea: Idea,
    owners: Sequence[int],
    *,
    days: int,
    timezone: str,
    source: OwnerSource,
    rule_id: int | None = None,
    round_: int = 1,
) -> OwedResponse:
    """Notes that these leaders owe an answer to an idea, whose row is locked, from now on."""
    now: datetime = (await db.execute(select(NOW))).scalar_one()
    due = due_after(now, days, timezone)
    breadth = await db.scalar(select(BREADTH).where(Idea.id == idea.id))
    owed = OwedResponse(
        idea_id=idea.id,
        round=round_,
        rule_id=rule_id,
        owed_since=now,
        due_on=due.on,
        due_at=due.at,
        timezone=timezone,
        supporters=idea.votes_count,
        organisations=breadth or 0,
        remind_at=next_reminder(due.at, now),
    )
    db.add(owed)
    await db.flush()
    db.add_all(ResponseOwner(owed_id=owed.id, person_id=one, source=source) for one in owners)
    await record(db, Kind.RESPONSE_OWED, None, on=idea, subject=owed, round=round_)
    return owed


async def open_owed(db: AsyncSession, idea_id: int) -> OwedResponse | None:
    """What is owed for an idea, whose row is locked; None where nothing is."""
    return await db.scalar(
        select(OwedResponse).where(OwedResponse.idea_id == idea_id, OwedResponse.is_open)
    )


async def standing_owners(db: AsyncSession, owed_id: int) -> list[int]:
    """The numbers of the leaders who owe this answer now, who came first first."""
    standing = select(ResponseOwner.person_id).where(
        ResponseOwner.owed_id == owed_id, ResponseOwner.ended_at.is_(None)
    )
    return list(await db.scalars(standing.order_by(ResponseOwner.id)))


async def close_clock(db: AsyncSession, owed: OwedResponse) -> None:
    """Notes that an owed answer was given: nobody is reminded any more."""
    owed.answered_at, owed.remind_at = func.now(), None
    await db.flush()
