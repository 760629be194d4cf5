"""For the clock: wakes parked ideas of which what would change the answer has come true."""

from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import constant
from ideahub.core.events import Actor
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.ideas.models import Idea, Stage
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Decision, Review
from ideahub.pipeline.parking import wake_idea
from ideahub.responses.crossing import begin_clock, open_owed, standing_owners
from ideahub.responses.leaders import leads
from ideahub.responses.models import OwedResponse, OwnerSource, Response
from ideahub.responses.owing import CAN_OWE
from ideahub.responses.rule_models import ReplyRule
from ideahub.responses.wake_conditions import counted

AT_ONCE = 50
# An answer that nobody's rule sets a day for is owed within this time.
DAYS = 30
Later = Review.__table__.alias("later")


async def wake_ideas(db: AsyncSession) -> None:
    """Wakes each idea whose measured condition has come true, once, at most AT_ONCE of them; for
    the clock. It counts, and looks at the day."""
    await _wake_each(db, _come_true())


async def wake_reached(db: AsyncSession) -> None:
    """Wakes each idea whose support has reached what it waited for, as was noted with the vote; for
    the clock. It counts nothing."""
    await _wake_each(db, REACHED)


async def _wake_each(db: AsyncSession, found: Select[*tuple[Any, ...]]) -> None:
    for response_id, idea_id in await _in_order(db, found):
        await wake(db, None, idea_id, response_id, reason=_("What it was waiting for is so now."))


async def _in_order(db: AsyncSession, found: Select[*tuple[Any, ...]]) -> list[tuple[int, int]]:
    """The answers that were found, with their ideas; these in the order in which votes lock them,
    so that neither waits for the other."""
    return sorted((tuple(row) for row in await db.execute(found)), key=itemgetter(1))


async def note_wakings(db: AsyncSession) -> None:
    """Notes which ideas were woken at a gate, so that an answer is owed again; for the clock."""
    for response_id, idea_id in await _in_order(db, WOKEN_AT_GATE):
        row = await locked(db, Idea, idea_id)
        response = await locked(db, Response, response_id)
        if response.is_asleep:
            response.woken_at = func.statement_timestamp()
            await _owe_again(db, row, response)


async def wake(
    db: AsyncSession, viewer: Actor | None, idea_id: int, response_id: int, *, reason: str
) -> bool:
    """Wakes an idea that this answer has parked, after which an answer is owed again; returns False
    where it is awake already. `viewer` is whoever confirmed it, None where it was measured."""
    row = await locked(db, Idea, idea_id)
    response = await locked(db, Response, response_id)
    if not response.is_asleep or row.stage != Stage.PARKED or not row.is_listed:
        return False
    reviewer_id = viewer.id if viewer and viewer.id else response.author_id
    await wake_idea(db, viewer, row, reviewer_id, reason=reason, response=response.id)
    response.woken_at = func.statement_timestamp()
    response.woken_by = viewer.id if viewer else None
    await _owe_again(db, row, response)
    return True


async def _owe_again(db: AsyncSession, row: Idea, response: Response) -> None:
    campaign = await db.get_one(Campaign, row.campaign_id)
    if await open_owed(db, row.id):
        return
    rule = await db.scalar(
        select(ReplyRule).where(ReplyRule.campaign_id == campaign.id, ReplyRule.ended_at.is_(None))
    )
    await begin_clock(
        db,
        row,
        await _who_owes_again(db, response, campaign.organisation_id),
        days=rule.days if rule else DAYS,
        timezone=campaign.timezone,
        source=OwnerSource.NAMED,
        rule_id=rule.id if rule else None,
        round_=response.round + 1,
    )


async def _who_owes_again(db: AsyncSession, response: Response, organisation_id: int) -> list[int]:
    """Those who owed the answer before and still lead, else who gave it."""
    before = await standing_owners(db, response.owed_id) if response.owed_id else []
    asked = select(Person.id).where(Person.id.in_(before), leads(Person.id, organisation_id))
    still = set(await db.scalars(asked)) if before else set()
    return [one for one in before if one in still] or [response.for_id or response.author_id]


PARKED: Select[*tuple[Any, ...]] = (
    select(Response.id, Idea.id)
    .join(Idea, Idea.id == Response.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        Response.is_asleep,
        Idea.stage == constant(Stage.PARKED),
        CAN_OWE,
        # It was not parked again at a gate since, for another reason.
        ~exists().where(Later.c.idea_id == Idea.id, Later.c.id > Response.review_id),
    )
    .order_by(Response.id)
    .limit(constant(AT_ONCE))
)
REACHED = PARKED.where(Response.wake_reached_at.is_not(None))


@cache
def _come_true() -> Select[*tuple[Any, ...]]:
    # Made when it is first needed: features.py fills the criteria after this is imported.
    day: ColumnElement[date] = func.timezone(Campaign.timezone, NOW)
    return PARKED.where(
        or_(Response.wake_measure.is_not(None), Response.wake_on.is_not(None)),
        or_(Response.wake_on <= day, counted(Response.wake_measure) >= Response.wake_threshold),
    )


WOKEN_AT_GATE = (
    select(Response.id, Idea.id)
    .join(Idea, Idea.id == Response.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        Response.is_asleep,
        CAN_OWE,
        Idea.stage != constant(Stage.PARKED),
        exists().where(
            and_(
                Later.c.idea_id == Idea.id,
                Later.c.id > Response.review_id,
                Later.c.decision == constant(Decision.WAKE),
            )
        ),
        ~exists().where(OwedResponse.idea_id == Idea.id, OwedResponse.is_open),
    )
    .order_by(Response.id)
    .limit(constant(AT_ONCE))
)
