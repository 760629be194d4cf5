"""Rules for adding readings to an experiment, and for striking out wrong ones."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core import dates
from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.experimenting import must_experiment, running_experiment, stored_change
from ideahub.pipeline.models import ExperimentAdjustment, Reading

FIRST_DAY = date(2000, 1, 1)


NOW_THERE = select(func.statement_timestamp(), Campaign.timezone).where(
    Campaign.id == bindparam("campaign_id", type_=BigInteger)
)


async def today_at(db: AsyncSession, idea: IdeaView) -> date:
    """The present day in the time zone of the idea's campaign, by the database's clock."""
    (row,) = await rows_of(db, NOW_THERE, {"campaign_id": idea.campaign_id})
    now: datetime = row[0]
    zone: ZoneInfo = dates.zone(row[1])
    return now.astimezone(zone).date()


async def take_reading(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    experiment_id: int,
    *,
    value: Decimal,
    taken_on: date | None = None,
    note: str = "",
) -> int:
    """Adds a reading and returns its number; for the same one again, only returns its number.

    Without `taken_on` it is one of the present day. Raises what `must_experiment` and
    `running_experiment` raise, and Invalid for a day that has not come or is before FIRST_DAY.
    """
    person_id = await must_experiment(db, viewer, idea)
    experiment = await running_experiment(db, idea, experiment_id)
    day = _past(taken_on, await today_at(db, idea))
    columns = {"taken_on": day, "value": value, "note": note, "author_id": person_id}
    again = await db.scalar(select(Reading.id).filter_by(experiment_id=experiment.id, **columns))
    if again is not None:
        return again
    reading = Reading(experiment_id=experiment.id, **columns)
    db.add(reading)
    await db.flush()
    await record(db, Kind.READING_TAKEN, viewer, on=idea, subject=experiment, reading_id=reading.id)
    return reading.id


async def strike_reading(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, experiment_id: int, reading_id: int
) -> None:
    """Deletes a reading that was wrong, and records its value in an adjustment. Does nothing where
    it was struck out already.

    Raises what `must_experiment` and `running_experiment` raise, and NotFound where the experiment
    has no such reading.
    """
    person_id = await must_experiment(db, viewer, idea)
    experiment = await running_experiment(db, idea, experiment_id)
    reading = await db.get(Reading, reading_id)
    if reading is None and await _was_struck(db, experiment.id, reading_id):
        return
    if reading is None or reading.experiment_id != experiment.id:
        raise NotFound
    was = f"{reading.value.normalize():f} ({reading.taken_on.isoformat()})"
    await db.delete(reading)
    db.add(
        ExperimentAdjustment(
            experiment_id=experiment.id,
            author_id=person_id,
            changes=[stored_change("reading", was, None)],
            struck_reading_id=reading_id,
        )
    )
    await record(db, Kind.EXPERIMENT_CHANGED, viewer, on=idea, subject=experiment)


async def _was_struck(db: AsyncSession, experiment_id: int, reading_id: int) -> bool:
    struck = await db.scalar(
        select(ExperimentAdjustment.id).where(
            ExperimentAdjustment.experiment_id == experiment_id,
            ExperimentAdjustment.struck_reading_id == reading_id,
        )
    )
    return struck is not None


def _past(taken_on: date | None, today: date) -> date:
    day = taken_on or today
    if day > today:
        raise Invalid(_("This day has not come yet. A reading is what was seen."), field="taken_on")
    if day < FIRST_DAY:
        raise Invalid(_("This is too long ago. Check the year."), field="taken_on")
    return day
