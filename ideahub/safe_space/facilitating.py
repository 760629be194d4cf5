"""Rules for who may speak in a campaign for people who cannot be named."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Invalid, NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.organisations.models import Person
from ideahub.safe_space.models import Facilitator

Namer = aliased(Person, name="namer")
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
STANDS = Facilitator.ended_at.is_(None)
FACILITATORS = (
    select(
        Facilitator.id,
        Facilitator.person_id,
        Person.name,
        Namer.name.label("named_by"),
        Facilitator.created_at,
        Facilitator.ended_at,
    )
    .join(Person, Person.id == Facilitator.person_id)
    .join(Namer, Namer.id == Facilitator.named_by)
    .where(Facilitator.campaign_id == CAMPAIGN_ID)
    .order_by(Facilitator.ended_at.is_not(None), Person.name, Facilitator.id)
)
IS_ONE = select(
    exists().where(
        Facilitator.campaign_id == CAMPAIGN_ID, Facilitator.person_id == VIEWER_ID, STANDS
    )
)


class FacilitatorView(msgspec.Struct, frozen=True):
    """A facilitator of a campaign, also one who was."""

    id: int
    person_id: int
    name: str
    named_by: str
    created_at: datetime
    ended_at: datetime | None


async def facilitators_of(db: AsyncSession, campaign_id: int) -> list[FacilitatorView]:
    """Who speaks for others in the campaign, then who did."""
    found = await rows_of(db, FACILITATORS, {"campaign_id": campaign_id})
    return [FacilitatorView(*row) for row in found]


async def is_facilitator(db: AsyncSession, viewer: Viewer, campaign_id: int) -> bool:
    """Whether the viewer may speak for others in the campaign now."""
    asked = {"campaign_id": campaign_id, VIEWER_ID.key: viewer.id}
    ((found,),) = await rows_of(db, IS_ONE, asked)
    return bool(found)


async def name_facilitator(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, address: str
) -> None:
    """Names the member of staff with this address; does nothing where they are named already. The
    caller has found the campaign, and locked it, as its manager.

    Raises Invalid where no member of staff has the address.
    """
    person = await db.scalar(
        select(Person).where(
            Person.email == address,
            Person.organisation_id.is_not(None),
            Person.disabled_at.is_(None),
        )
    )
    if person is None:
        raise Invalid(
            _("No member of staff has this address here. Check it, or ask them to sign in once."),
            field="address",
        )
    of_person = Facilitator.campaign_id == campaign.id, Facilitator.person_id == person.id
    if await db.scalar(select(Facilitator.id).where(*of_person, STANDS)) is not None:
        return
    named = Facilitator(campaign_id=campaign.id, person_id=person.id, named_by=viewer.person_id)
    db.add(named)
    await db.flush()
    await record(db, Kind.FACILITATOR_NAMED, viewer, on=campaign, subject=Ref(Person, person.id))


async def end_facilitator(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, facilitator_id: int
) -> None:
    """Ends it at once: what they said for others stays. Does nothing where it has ended. The caller
    has found the campaign as its manager. Raises NotFound for one of another campaign."""
    facilitator = await locked(db, Facilitator, facilitator_id)
    if facilitator.campaign_id != campaign.id:
        raise NotFound
    if facilitator.ended_at is not None:
        return
    facilitator.ended_at = await db.scalar(select(func.now()))
    facilitator.ended_by = viewer.person_id
    subject = Ref(Person, facilitator.person_id)
    await record(db, Kind.FACILITATOR_ENDED, viewer, on=campaign, subject=subject)
