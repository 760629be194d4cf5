"""The criteria of gates that count experiments, readings and lessons."""

from sqlalchemy import and_, case, func, literal_column, select

from ideahub.core.criteria import Criterion, CriterionWords, count_of, yes_or_no
from ideahub.core.events import Kind
from ideahub.core.i18n import N_, _, ngettext
from ideahub.ideas.models import Idea
from ideahub.pipeline.models import Experiment, Gate, Lesson, Reading

# An experiment is counted at the stage that it was planned for.
OF_STAGE = and_(Experiment.idea_id == Idea.id, Experiment.stage == Idea.stage)
newest_value = (
    select(Reading.value)
    .where(Reading.experiment_id == Experiment.id)
    .order_by(Reading.taken_on.desc(), Reading.id.desc())
    .limit(literal_column("1"))
    .correlate_except(Reading)
    .scalar_subquery()
)
AT_TARGET = case(
    (Experiment.higher_is_better, newest_value >= Experiment.target),
    else_=newest_value <= Experiment.target,
)

EXPERIMENT_PLANNED = Criterion(
    measure="experiment_planned",
    query=count_of(Experiment, Experiment.idea_id == Idea.id, Experiment.stage == Gate.to_stage),
    words=CriterionWords(
        name=N_("An experiment is planned"),
        hint=N_("What we believe, how we try it, when we would stop."),
        lacking=lambda _n: _("a planned experiment"),
        figure=yes_or_no,
    ),
    events=(Kind.EXPERIMENT_PLANNED,),
)
READINGS = Criterion(
    measure="readings",
    query=select(func.count())
    .select_from(Reading)
    .join(Experiment, Experiment.id == Reading.experiment_id)
    .where(OF_STAGE)
    .correlate(Idea)
    .scalar_subquery(),
    words=CriterionWords(
        name=N_("Readings taken"),
        hint=N_("The experiment's measure, day by day."),
        lacking=lambda n: ngettext("%(num)s more reading", "%(num)s more readings", n),
    ),
    # Striking out a reading is recorded as a change of its experiment.
    events=(Kind.READING_TAKEN, Kind.EXPERIMENT_CHANGED),
)
RESULT = Criterion(
    measure="result",
    query=count_of(Experiment, OF_STAGE, Experiment.concluded_at.is_not(None)),
    words=CriterionWords(
        name=N_("A result is written down"),
        hint=N_("Somebody concludes the experiment and says what it showed."),
        lacking=lambda _n: _("a result"),
        figure=yes_or_no,
    ),
    events=(Kind.EXPERIMENT_CONCLUDED,),
)
TARGET_REACHED = Criterion(
    measure="target_reached",
    query=count_of(Experiment, OF_STAGE, AT_TARGET),
    words=CriterionWords(
        name=N_("The target is reached"),
        hint=N_("The newest reading is at the target or beyond."),
        lacking=lambda _n: _("its target reached"),
        figure=yes_or_no,
    ),
    # A change of the experiment may move the target or strike out the newest reading.
    events=(Kind.READING_TAKEN, Kind.EXPERIMENT_CHANGED),
)
LESSON = Criterion(
    measure="lesson",
    query=count_of(Lesson, Lesson.idea_id == Idea.id),
    words=CriterionWords(
        name=N_("A lesson for others"),
        hint=N_("What the next team should know, on the lesson wall."),
        lacking=lambda _n: _("a lesson written down"),
        figure=yes_or_no,
    ),
    events=(Kind.EXPERIMENT_CONCLUDED, Kind.IDEA_STOPPED),
)
CRITERIA = (EXPERIMENT_PLANNED, READINGS, RESULT, TARGET_REACHED, LESSON)
