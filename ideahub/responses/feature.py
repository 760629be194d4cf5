"""The feature of responses: leaders' public answers to ideas, owed until a day."""

from ideahub.feature import Feature
from ideahub.responses.condition_reports import report_condition  # noqa: F401
from ideahub.responses.crossing import owe_for_crossings
from ideahub.responses.reminding import note_vacancies, remind_leaders
from ideahub.responses.standing_in import name_stand_in  # noqa: F401
from ideahub.responses.telling import TELLS
from ideahub.responses.travelling import TRAVEL
from ideahub.responses.waking import note_wakings, wake_ideas

FEATURE = Feature(
    name="responses",
    ticks=(owe_for_crossings, wake_ideas),
    seldom=(remind_leaders, note_vacancies, note_wakings),
    travels=(TRAVEL,),
    tells=TELLS,
)
