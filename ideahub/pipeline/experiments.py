"""Experiments as they are read: the plan, its readings and what was adjusted on the way."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import day_words
from ideahub.core.i18n import _, number
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import name_on_idea
from ideahub.ideas.queries import IdeaView, find_idea, visible_ideas
from ideahub.organisations.models import Person
from ideahub.pipeline.charting import Chart, draw
from ideahub.pipeline.labels import FIELDS
from ideahub.pipeline.models import Experiment, ExperimentAdjustment, Reading


class ReadingView(msgspec.Struct, frozen=True):
    """A value, its day and who took it."""

    id: int
    taken_on: date
    value: Decimal
    note: str
    author_name: str


class FieldChange(msgspec.Struct, frozen=True):
    """A field of the plan, as it was and as it is."""

    name: str
    before: str
    after: str


class Adjustment(msgspec.Struct, frozen=True):
    """What was changed in a running experiment, by whom and why."""

    at: datetime
    author_name: str
    why: str
    changes: list[FieldChange]


class ExperimentView(msgspec.Struct, frozen=True):
    """A prototype or pilot with everything known of it."""

    id: int
    idea_id: int
    stage: Stage
    hypothesis: str
    method: str
    measure: str
    unit: str
    baseline: Decimal | None
    target: Decimal
    higher_is_better: bool
    stop_rule: str
    starts_on: date | None
    ends_on: date | None
    created_at: datetime
    result: str
    concluded_at: datetime | None
    author_name: str
    readings: list[ReadingView]
    adjustments: list[Adjustment]
    chart: Chart | None

    @property
    def latest(self) -> ReadingView | None:
        """The newest reading."""
        return self.readings[-1] if self.readings else None

    @property
    def reached(self) -> bool:
        """Whether the newest reading is at the target or beyond."""
        if self.latest is None:
            return False
        value = self.latest.value
        return value >= self.target if self.higher_is_better else value <= self.target


PLAIN = [
    name
    for name in ExperimentView.__struct_fields__
    if hasattr(Experiment, name) and name != "stage"
]


async def experiments_of(
    db: AsyncSession, idea: IdeaView, experiment_id: int | None = None
) -> list[ExperimentView]:
    """The experiments of an idea (or the one), the newest first, in three queries."""
    wanted: ColumnElement[bool] = Experiment.idea_id == idea.id
    if experiment_id is not None:
        wanted = wanted & (Experiment.id == experiment_id)
    rows = await db.execute(
        select(Experiment, Person.name)
        .join(Person, Person.id == Experiment.created_by)
        .where(wanted)
        .order_by(Experiment.id.desc())
    )
    found = rows.all()
    readings = await _readings(db, idea, wanted) if found else {}
    adjustments = await _adjustments(db, idea, wanted) if found else {}
    return [
        _experiment(idea, one, name, readings.get(one.id, []), adjustments.get(one.id, []))
        for one, name in found
    ]


async def find_experiment(
    db: AsyncSession, viewer: Viewer, experiment_id: int
) -> tuple[IdeaView, ExperimentView]:
    """The experiment and its idea; raises NotFound where the viewer may not know of it."""
    idea_id = await db.scalar(
        select(Experiment.idea_id)
        .join(Idea, Idea.id == Experiment.idea_id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(Experiment.id == experiment_id, visible_ideas(viewer))
    )
    if idea_id is None:
        raise NotFound
    idea = await find_idea(db, viewer, idea_id)
    found = await experiments_of(db, idea, experiment_id)
    return idea, found[0]


async def _readings(
    db: AsyncSession, idea: IdeaView, wanted: ColumnElement[bool]
) -> dict[int, list[ReadingView]]:
    rows = await db.execute(
        select(Reading, Person.name)
        .join(Experiment, Experiment.id == Reading.experiment_id)
        .join(Person, Person.id == Reading.author_id)
        .where(wanted)
        .order_by(Reading.taken_on, Reading.id)
    )
    grouped: dict[int, list[ReadingView]] = {}
    for one, name in rows.all():
        shown = name_on_idea(idea, one.author_id, name)
        reading = ReadingView(one.id, one.taken_on, one.value.normalize(), one.note, shown)
        grouped.setdefault(one.experiment_id, []).append(reading)
    return grouped


async def _adjustments(
    db: AsyncSession, idea: IdeaView, wanted: ColumnElement[bool]
) -> dict[int, list[Adjustment]]:
    rows = await db.execute(
        select(
            ExperimentAdjustment.experiment_id,
            ExperimentAdjustment.created_at,
            ExperimentAdjustment.author_id,
            ExperimentAdjustment.why,
            ExperimentAdjustment.changes,
            Person.name,
        )
        .join(Experiment, Experiment.id == ExperimentAdjustment.experiment_id)
        .join(Person, Person.id == ExperimentAdjustment.author_id)
        .where(wanted)
        .order_by(ExperimentAdjustment.id.desc())
    )
    grouped: dict[int, list[Adjustment]] = {}
    for row in rows.all():
        adjustment = Adjustment(
            at=row.created_at,
            author_name=name_on_idea(idea, row.author_id, row.name),
            why=row.why,
            changes=[change(**kept) for kept in row.changes],
        )
        grouped.setdefault(row.experiment_id, []).append(adjustment)
    return grouped


def _experiment(
    idea: IdeaView,
    one: Experiment,
    name: str,
    readings: list[ReadingView],
    adjustments: list[Adjustment],
) -> ExperimentView:
    points = [(reading.taken_on, reading.value) for reading in readings]
    return ExperimentView(
        **{column: getattr(one, column) for column in PLAIN},
        stage=Stage(one.stage),
        author_name=name_on_idea(idea, one.created_by, name),
        readings=readings,
        adjustments=adjustments,
        chart=draw(points, one.target, one.baseline),
    )


def change(field: str, before: Any, after: Any) -> FieldChange:
    """One change in words."""
    return FieldChange(_(FIELDS[field]), _value(field, before), _value(field, after))


def _value(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("higher is better") if value else _("lower is better")
    if value in {None, ""}:
        # Translators: what stood, or stands, in a field that is empty
        return _("nothing")
    if field in {"baseline", "target"}:
        return number(Decimal(value))
    return day_words(date.fromisoformat(value)) if field in {"starts_on", "ends_on"} else str(value)
