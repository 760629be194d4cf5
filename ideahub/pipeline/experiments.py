"""Queries for experiments with their readings and adjustments."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Row, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import day_words
from ideahub.core.db import rows_of
from ideahub.core.i18n import _, number
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import name_on_idea
from ideahub.ideas.queries import IDEA_ID, VISIBLE_IDEAS, IdeaView, find_idea
from ideahub.organisations.models import Person
from ideahub.pipeline.charting import Chart, draw
from ideahub.pipeline.labels import FIELDS
from ideahub.pipeline.models import Experiment, ExperimentAdjustment, Reading


class ReadingView(msgspec.Struct, frozen=True):
    """A reading: a value, its day, and who took it."""

    id: int
    taken_on: date
    value: Decimal
    note: str
    author_name: str


class FieldChange(msgspec.Struct, frozen=True):
    """A change of a field of the plan: its label, and the values before and after."""

    name: str
    before: str
    after: str


class AdjustmentView(msgspec.Struct, frozen=True):
    """An adjustment of an experiment: what was changed, by whom, and why."""

    at: datetime
    author_name: str
    why: str
    changes: list[FieldChange]


class ExperimentView(msgspec.Struct, frozen=True):
    """An experiment with its readings, the oldest first, its adjustments, the newest first, and its
    chart."""

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
    adjustments: list[AdjustmentView]
    chart: Chart | None

    @property
    def latest(self) -> ReadingView | None:
        """The newest reading, None if there is none."""
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
EXPERIMENT_ID = bindparam("experiment_id", type_=BigInteger)
_experiments = (
    select(
        *(getattr(Experiment, name) for name in PLAIN),
        Experiment.stage,
        Experiment.created_by,
        Person.name.label("author"),
    )
    .join(Person, Person.id == Experiment.created_by)
    .order_by(Experiment.id.desc())
)
_readings: Select[*tuple[Any, ...]] = (
    select(
        Reading.experiment_id,
        Reading.id,
        Reading.taken_on,
        Reading.value,
        Reading.note,
        Reading.author_id,
        Person.name,
    )
    .join(Experiment, Experiment.id == Reading.experiment_id)
    .join(Person, Person.id == Reading.author_id)
    .order_by(Reading.taken_on, Reading.id)
)
_adjustments: Select[*tuple[Any, ...]] = (
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
    .order_by(ExperimentAdjustment.id.desc())
)
# The selects of experiments, readings and adjustments: of one experiment, or of all of an idea.
OF_ONE, OF_ALL = (
    tuple(query.where(*wanted) for query in (_experiments, _readings, _adjustments))
    for wanted in (
        (Experiment.idea_id == IDEA_ID, Experiment.id == EXPERIMENT_ID),
        (Experiment.idea_id == IDEA_ID,),
    )
)
FIND = (
    select(Experiment.idea_id)
    .join(Idea, Idea.id == Experiment.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Experiment.id == EXPERIMENT_ID, VISIBLE_IDEAS)
)


async def experiments_of(
    db: AsyncSession, idea: IdeaView, experiment_id: int | None = None
) -> list[ExperimentView]:
    """The experiments of an idea, the newest first, or only the one with this number; in three
    queries. The caller has found the idea through the viewer."""
    asked = {"idea_id": idea.id, "experiment_id": experiment_id}
    plans, taken, adjusted = OF_ALL if experiment_id is None else OF_ONE
    found = await rows_of(db, plans, asked)
    readings = _grouped_readings(idea, await rows_of(db, taken, asked)) if found else {}
    adjustments = _grouped_adjustments(idea, await rows_of(db, adjusted, asked)) if found else {}
    return [
        _experiment(idea, row, readings.get(row.id, []), adjustments.get(row.id, []))
        for row in found
    ]


async def find_experiment(
    db: AsyncSession, viewer: Viewer, experiment_id: int
) -> tuple[IdeaView, ExperimentView]:
    """The experiment's idea and the experiment; raises NotFound where the viewer may not see the
    idea."""
    known = await rows_of(db, FIND, {"experiment_id": experiment_id, **viewer.bound})
    if not known:
        raise NotFound
    idea = await find_idea(db, viewer, known[0].idea_id)
    found = await experiments_of(db, idea, experiment_id)
    return idea, found[0]


def _grouped_readings(idea: IdeaView, rows: Sequence[Row[Any]]) -> dict[int, list[ReadingView]]:
    grouped: dict[int, list[ReadingView]] = {}
    for row in rows:
        shown = name_on_idea(idea, row.author_id, row.name)
        reading = ReadingView(row.id, row.taken_on, row.value.normalize(), row.note, shown)
        grouped.setdefault(row.experiment_id, []).append(reading)
    return grouped


def _grouped_adjustments(
    idea: IdeaView, rows: Sequence[Row[Any]]
) -> dict[int, list[AdjustmentView]]:
    grouped: dict[int, list[AdjustmentView]] = {}
    for row in rows:
        adjustment = AdjustmentView(
            at=row.created_at,
            author_name=name_on_idea(idea, row.author_id, row.name),
            why=row.why,
            changes=[field_change(**stored) for stored in row.changes],
        )
        grouped.setdefault(row.experiment_id, []).append(adjustment)
    return grouped


def _experiment(
    idea: IdeaView, row: Row[Any], readings: list[ReadingView], adjustments: list[AdjustmentView]
) -> ExperimentView:
    points = [(reading.taken_on, reading.value) for reading in readings]
    return ExperimentView(
        **{column: getattr(row, column) for column in PLAIN},
        stage=Stage(row.stage),
        author_name=name_on_idea(idea, row.created_by, row.author),
        readings=readings,
        adjustments=adjustments,
        chart=draw(points, row.target, row.baseline),
    )


def field_change(field: str, before: Any, after: Any) -> FieldChange:
    """A stored change, in the words of the current language."""
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
