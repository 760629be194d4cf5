"""Rules by which a suspension of a chosen name outlives the deletion of whose it was."""

from datetime import datetime, time, timedelta

from sqlalchemy import any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import String

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.moderation.suspending import suspended_in
from ideahub.organisations.models import Person
from ideahub.safe_space.identity import signatures_of
from ideahub.safe_space.models import NameBar, Voice

UNTIL = select(func.max(NameBar.until)).where(
    NameBar.signature == any_(bindparam("signatures", type_=ARRAY(String))),
    NameBar.until > func.now(),
)


async def keep_suspension(db: AsyncSession, voice: Voice) -> None:
    """Keeps, where the name is suspended now, that whoever is behind it may choose no other one
    meanwhile. To be called before what leads to them is deleted."""
    person = await locked(db, Person, voice.person_id)
    if voice.signature is None:
        return
    partly = await suspended_in(db, person.id, voice.campaign_id)
    now = (await db.execute(select(func.now()))).scalar_one()
    ends = [end for end in (person.suspended_until, partly) if end and end > now]
    if ends:
        db.add(NameBar(signature=voice.signature, until=_end_of_day(max(ends))))
        await db.flush()


async def must_be_free_to_choose(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Raises Conflict where the name that the viewer had in the campaign is suspended still."""
    signatures = signatures_of(db, campaign.id, viewer.person_id)
    ((until,),) = await rows_of(db, UNTIL, {"signatures": signatures})
    if until:
        raise Conflict(
            _(
                "The name that you had here was suspended, and you deleted who it was. You can "
                "choose another one from %(moment)s on.",
                moment=moment_words(until, campaign.timezone),
            ),
            field="name",
        )


async def delete_past_bars(db: AsyncSession) -> None:
    """Deletes those whose time is over; for the clock."""
    await db.execute(delete(NameBar).where(NameBar.until <= func.now()))


def _end_of_day(until: datetime) -> datetime:
    # To the second it would say of which suspension, and so of which name, this is.
    return datetime.combine(until.date() + timedelta(days=1), time(), until.tzinfo)
