"""For the clock: reminds those who owe an answer, and tells managers where none of them is a leader
any more."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import constant
from ideahub.core.events import Kind, record
from ideahub.core.locking import taken_by_nobody
from ideahub.ideas.models import Idea
from ideahub.responses.due_dates import next_reminder
from ideahub.responses.leaders import leads, leads_anything
from ideahub.responses.models import OwedResponse, OwnerSource
from ideahub.responses.owing import IS_OWED, OWNS, Owner

AT_ONCE = 50
_owed = (
    select(OwedResponse)
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(IS_OWED)
    .order_by(OwedResponse.id)
    .limit(constant(AT_ONCE))
)
TO_REMIND = taken_by_nobody(_owed.where(OwedResponse.remind_at <= NOW), of=OwedResponse)
_still_led = (
    select(Owner.id)
    .where(
        OWNS,
        or_(
            leads(Owner.person_id, Campaign.organisation_id),
            and_(
                Owner.source == constant(OwnerSource.HANDED_OVER), leads_anything(Owner.person_id)
            ),
        ),
    )
    .correlate(OwedResponse, Campaign)
    .exists()
)
LEFT = _owed.where(OwedResponse.vacant_since.is_(None), ~_still_led)
TAKEN_UP = _owed.where(OwedResponse.vacant_since.is_not(None), _still_led)


async def remind_leaders(db: AsyncSession) -> None:
    """Reminds of the owed answers whose next reminder has come, once each; for the clock. After a
    time in which the clock stood still, one reminder stands for all that were missed."""
    now: datetime = (await db.execute(select(NOW))).scalar_one()
    for owed in (await db.scalars(TO_REMIND)).all():
        idea = await db.get_one(Idea, owed.idea_id)
        owed.remind_at = next_reminder(owed.due_at, now)
        owed.reminders += 1
        await record(
            db, Kind.RESPONSE_REMINDED, None, on=idea, subject=owed, reminder=owed.reminders
        )


async def note_vacancies(db: AsyncSession) -> None:
    """Notes the owed answers that no leader owes any more, so that managers are told to name
    another, and those that somebody leads again; for the clock. Until then they stay with whom
    they were."""
    for owed in (await db.scalars(LEFT)).all():
        idea = await db.get_one(Idea, owed.idea_id)
        owed.vacant_since = func.now()
        await record(db, Kind.RESPONSE_VACANT, None, on=idea, subject=owed)
    for owed in (await db.scalars(TAKEN_UP)).all():
        owed.vacant_since = None
