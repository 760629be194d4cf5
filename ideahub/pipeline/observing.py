"""Readings of an experiment: taken day by day, struck out when they were wrong."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core import dates
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.advancing import DecisionIncomplete
from ideahub.pipeline.experimenting import must_experiment, running_experiment, tell
from ideahub.pipeline.models import Reading

FIRST_DAY = date(2000, 1, 1)


async def today_at(db: AsyncSession, idea: IdeaView) -> date:
    """Which day it is where the idea's challenge or idea box is at home."""
    asked = select(func.statement_timestamp(), Campaign.timezone)
    row = (await db.execute(asked.where(Campaign.id == idea.campaign_id))).one()
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
    """Notes a value of the measure and returns its number; the same one again makes none.

    Raises DecisionIncomplete for a day that has not come, Conflict when the experiment is
    concluded.
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
    await tell(db, Kind.READING_TAKEN, viewer, idea, experiment.id, reading_id=reading.id)
    return reading.id


async def strike_reading(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, experiment_id: int, reading_id: int
) -> None:
    """Takes out a reading that was wrong, once, however often; the record keeps what it said.

    Raises NotFound when there was never one, Conflict when the experiment is concluded.
    """
    await must_experiment(db, viewer, idea)
    experiment = await running_experiment(db, idea, experiment_id)
    reading = await db.get(Reading, reading_id)
    if reading is None and await _was_taken(db, idea, experiment.id, reading_id):
        return
    if reading is None or reading.experiment_id != experiment.id:
        raise NotFound
    was = f"{reading.value.normalize():f} ({reading.taken_on.isoformat()})"
    await db.delete(reading)
    await tell(
        db,
        Kind.EXPERIMENT_CHANGED,
        viewer,
        idea,
        experiment.id,
        changed={"reading": [was, None]},
        why="",
    )


async def _was_taken(db: AsyncSession, idea: IdeaView, experiment_id: int, reading_id: int) -> bool:
    taken = await db.scalar(
        select(Event.id).where(
            Event.idea_id == idea.id,
            Event.kind == Kind.READING_TAKEN,
            Event.subject_id == experiment_id,
            Event.data["reading_id"].as_integer() == reading_id,
        )
    )
    return taken is not None


def _past(taken_on: date | None, today: date) -> date:
    day = taken_on or today
    if day > today:
        raise DecisionIncomplete(
            "taken_on", _("This day has not come yet. A reading is what was seen.")
        )
    if day < FIRST_DAY:
        raise DecisionIncomplete("taken_on", _("This is too long ago. Check the year."))
    return day
