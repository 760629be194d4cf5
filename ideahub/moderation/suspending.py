"""Rules for suspending a person for a time: they can read and appeal, but not write or vote; in one
campaign, in all of an organisation, or on the whole site."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.locking import held, locked, taken_by_nobody
from ideahub.core.viewer import Role, Viewer
from ideahub.moderation.models import ModerationCase, ModerationDecision, Suspension
from ideahub.organisations.models import Organisation, Person

MOST_DAYS = 365
AT_ONCE = 100
RUNS = Suspension.ended_at.is_(None)
IS_SITE_WIDE = Suspension.campaign_id.is_(None) & Suspension.organisation_id.is_(None)


class SuspendedFrom(StrEnum):
    """Where somebody who is suspended can only read, the smallest place first."""

    CAMPAIGN = "campaign"
    ORGANISATION = "organisation"
    SITE = "site"


_above = (
    select(Organisation.id, Organisation.parent_id)
    .join(Campaign, Campaign.organisation_id == Organisation.id)
    .where(Campaign.id == bindparam("campaign_id", type_=BigInteger))
    .cte("above", recursive=True)
)
_above = _above.union(
    select(Organisation.id, Organisation.parent_id).join(
        _above, Organisation.id == _above.c.parent_id
    )
)
# Of a campaign: of itself, of its organisation, or of one above it.
IN_CAMPAIGN = select(func.max(Suspension.until)).where(
    Suspension.person_id == bindparam("person_id", type_=BigInteger),
    RUNS,
    Suspension.until > func.now(),
    or_(
        Suspension.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Suspension.organisation_id.in_(select(_above.c.id)),
    ),
)


def places_for(viewer: Viewer, case: ModerationCase) -> list[SuspendedFrom]:
    """From where this moderator can suspend the author of the case's text: from the whole site only
    whoever moderates all of it."""
    places = {
        SuspendedFrom.CAMPAIGN: case.campaign_id is not None,
        SuspendedFrom.ORGANISATION: case.organisation_id is not None,
        SuspendedFrom.SITE: viewer.holds(Role.MODERATOR, None),
    }
    return [place for place, is_possible in places.items() if is_possible]


async def suspend(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    *,
    days: int,
    place: SuspendedFrom,
) -> None:
    """Suspends the author of a case's text for so many days from now. A longer suspension goes on
    as well."""
    await locked(db, Person, case.author_id)
    now = (await db.execute(select(func.now()))).scalar_one()
    until = now + timedelta(days=days)
    in_campaign, in_all = place == SuspendedFrom.CAMPAIGN, place == SuspendedFrom.ORGANISATION
    suspension = Suspension(
        person_id=case.author_id,
        decision_id=decision.id,
        until=until,
        campaign_id=case.campaign_id if in_campaign else None,
        organisation_id=case.organisation_id if in_all else None,
    )
    db.add(suspension)
    await db.flush()
    await _reckon(db, case.author_id)
    await record(
        db,
        Kind.PERSON_SUSPENDED,
        viewer,
        subject=Ref(Person, case.author_id),
        decision=decision.id,
        until=until.isoformat(),
    )


async def suspended_in(db: AsyncSession, person_id: int, campaign_id: int) -> datetime | None:
    """Until when the person can only read in the campaign; None where they are not suspended from
    it. Suspensions from the whole site are not asked for: they hold for every request."""
    asked = {"person_id": person_id, "campaign_id": campaign_id}
    ((until,),) = await rows_of(db, IN_CAMPAIGN, asked)
    found: datetime | None = until
    return found


async def end_suspension(db: AsyncSession, viewer: Viewer, decision_id: int) -> None:
    """Ends the suspension by this decision before its time; does nothing where it has ended."""
    by_decision = select(Suspension).where(Suspension.decision_id == decision_id, RUNS)
    suspension = await db.scalar(held(by_decision))
    if suspension:
        suspension.ended_at = await db.scalar(select(func.now()))
        await db.flush()
        await _reckon(db, suspension.person_id)
        await _tell_end(db, viewer, suspension)


async def end_past_suspensions(db: AsyncSession) -> None:
    """Says of each suspension whose time is over that it has ended; the person could write again
    from that moment on, whether or not this ran."""
    over = select(Suspension).where(RUNS, Suspension.until <= func.now())
    for suspension in await db.scalars(
        taken_by_nobody(over.order_by(Suspension.id).limit(AT_ONCE))
    ):
        suspension.ended_at = suspension.until
        await db.flush()
        await _reckon(db, suspension.person_id)
        await _tell_end(db, None, suspension)


async def _reckon(db: AsyncSession, person_id: int) -> None:
    # Before it is read what else there is: another suspension may begin or end at this moment.
    await locked(db, Person, person_id)
    last = select(func.max(Suspension.until)).where(
        Suspension.person_id == person_id, RUNS, Suspension.until > func.now()
    )
    ends = {
        "suspended_until": last.where(IS_SITE_WIDE).scalar_subquery(),
        "partly_suspended_until": last.where(~IS_SITE_WIDE).scalar_subquery(),
    }
    await db.execute(update(Person).where(Person.id == person_id).values(ends))


async def _tell_end(db: AsyncSession, viewer: Viewer | None, suspension: Suspension) -> None:
    await record(
        db,
        Kind.SUSPENSION_ENDED,
        viewer,
        subject=Ref(Person, suspension.person_id),
        decision=suspension.decision_id,
    )
