"""What a campaign allows people who take part without their name."""

from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.asked_once import asked_once
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.safe_space.models import SafeSpace

FEWEST_DAYS, MOST_DAYS = 30, 3_650


class Space(NamedTuple):
    """What is allowed; `days` is how long it is kept who somebody is."""

    lets_hide: bool = False
    lets_speak_for: bool = False
    days: int = 365

    @property
    def is_open(self) -> bool:
        """Whether anybody can take part without their name."""
        return self.lets_hide or self.lets_speak_for


HOLDING = (
    select(SafeSpace.lets_hide, SafeSpace.lets_speak_for, SafeSpace.days)
    .where(SafeSpace.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(SafeSpace.id.desc())
    .limit(constant(1))
)


@asked_once
async def space_of(db: AsyncSession, campaign_id: int) -> Space:
    """What holds in the campaign; nothing is allowed until a manager chose it."""
    found = await rows_of(db, HOLDING, {"campaign_id": campaign_id})
    return Space(*found[0]) if found else Space()


async def change_space(db: AsyncSession, viewer: Viewer, campaign: Campaign, space: Space) -> None:
    """Adds a version of what is allowed; does nothing where that holds already. The caller has
    found the campaign, and locked it, as its manager.

    What was written stays as it is. Raises Invalid for a number of days that cannot be.
    """
    if not FEWEST_DAYS <= space.days <= MOST_DAYS:
        raise Invalid(_("Enter a number of days from 30 to 3650."), field="days")
    now = await rows_of(db, HOLDING, {"campaign_id": campaign.id})
    if (Space(*now[0]) if now else Space()) == space:
        return
    version = SafeSpace(campaign_id=campaign.id, changed_by=viewer.person_id, **space._asdict())
    db.add(version)
    await record(db, Kind.SAFE_SPACE_CHANGED, viewer, on=campaign, **space._asdict())
