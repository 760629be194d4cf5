"""The feature of responses: leaders' public answers to ideas, owed until a day."""

from ideahub.feature import Feature
from ideahub.responses.crossing import note_unnoted_crossings, owe_for_crossings
from ideahub.responses.live import CHANGES, SHOWS
from ideahub.responses.reminding import note_vacancies, remind_leaders
from ideahub.responses.telling import TELLS
from ideahub.responses.travelling import TRAVEL
from ideahub.responses.waking import note_wakings, wake_ideas, wake_reached
from ideahub.responses.web import ROUTES
from ideahub.responses.web.after_sign_in import AFTER_SIGN_IN
from ideahub.responses.web.parts import PARTS

FEATURE = Feature(
    name="responses",
    routes=ROUTES,
    shows=SHOWS,
    changes=CHANGES,
    parts=PARTS,
    after_sign_in=AFTER_SIGN_IN,
    ticks=(owe_for_crossings, wake_reached),
    seldom=(
        remind_leaders,
        note_vacancies,
        note_unnoted_crossings,
        wake_ideas,
        note_wakings,
    ),
    travels=(TRAVEL,),
    tells=TELLS,
)
