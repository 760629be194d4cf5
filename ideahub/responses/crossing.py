"""For the clock: an answer is owed for each idea that has reached the threshold of its campaign.

That an idea has reached it is a fact at the moment of the vote or build: triggers note it in
`threshold_crossing`, in the same transaction (migration “Answers to many ideas at once”). A vote
that is taken back a moment later does not undo it. So the clock looks at what was noted, and at no
ideas or votes, however many there are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    exists,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import constant
from ideahub.core.events import Kind, record
from ideahub.core.locking import locked, taken_by_nobody
from ideahub.ideas.models import Idea
from ideahub.responses.due_dates import due_after, next_reminder
from ideahub.responses.models import OwedResponse, OwnerSource, Response, ResponseOwner
from ideahub.responses.owing import CAN_OWE
from ideahub.responses.rule_models import (
    PassedBefore,
    ReplyRule,
    ReplyRuleLeader,
    ThresholdCrossing,
)

AT_ONCE = 50
# Of how many organisations those are who support an idea or built on it; all citizens are one.
BREADTH = func.idea_breadth(Idea.id, type_=BigInteger())
CROSSED: Select[*tuple[Any, ...]] = (
    select(ThresholdCrossing, ReplyRule, Campaign.timezone)
    .join(ReplyRule, ReplyRule.id == ThresholdCrossing.rule_id)
    .join(Idea, Idea.id == ThresholdCrossing.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(ThresholdCrossing.dealt_with_at.is_(None), CAN_OWE)
    .order_by(ThresholdCrossing.idea_id)
    .limit(constant(AT_ONCE))
)
TO_OWE = taken_by_nobody(CROSSED, of=ThresholdCrossing)
# No trigger has noted these: as the rule was set in the same moment, by a transaction that did not
# see the vote.
UNNOTED = (
    select(Idea.id)
    .select_from(ReplyRule)
    .join(Campaign, Campaign.id == ReplyRule.campaign_id)
    .join(Idea, Idea.campaign_id == Campaign.id)
    .where(
        ReplyRule.ended_at.is_(None),
        CAN_OWE,
        Idea.votes_count >= ReplyRule.supporters,
        ~exists().where(ThresholdCrossing.idea_id == Idea.id),
        ~exists().where(PassedBefore.rule_id == ReplyRule.id, PassedBefore.idea_id == Idea.id),
    )
    .order_by(Idea.id)
)


async def owe_for_crossings(db: AsyncSession) -> None:
    """Begins the reply clock of each idea that has reached its threshold, at most AT_ONCE of them;
    for the clock."""
    for crossing, rule, timezone in (await db.execute(TO_OWE)).all():
        idea = await locked(db, Idea, crossing.idea_id)
        crossing.dealt_with_at = func.now()
        if await _is_dealt_with(db, idea.id):
            continue
        leaders = select(ReplyRuleLeader.person_id).where(ReplyRuleLeader.rule_id == rule.id)
        owners = (await db.scalars(leaders.order_by(ReplyRuleLeader.position))).all()
        owed = await begin_clock(
            db,
            idea,
            owners,
            days=rule.days,
            timezone=timezone,
            source=OwnerSource.RULE,
            rule_id=rule.id,
        )
        # As it was at the crossing: somebody may have taken a vote back since.
        owed.supporters, owed.organisations = crossing.supporters, crossing.organisations


async def note_unnoted_crossings(db: AsyncSession) -> None:
    """Notes that ideas have reached a threshold where no vote or build has noted it; for the
    clock."""
    await note_crossings(db, UNNOTED)


async def note_crossings(db: AsyncSession, ideas: Select[int]) -> None:
    """Notes which of these ideas have reached the threshold that holds now."""
    numbers = list(await db.scalars(ideas))
    if numbers:
        await db.execute(select(func.note_threshold_crossings(numbers)))


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
