"""The feature of judging."""

import ideahub.judging.models  # noqa: F401
from ideahub.feature import Feature
from ideahub.judging.announced_to import JUDGES
from ideahub.judging.joining_teams import why_judge_cannot_join
from ideahub.judging.lacking import judging_lacks
from ideahub.judging.live import ROOMS, SHOWS
from ideahub.judging.reading import judge_may_read
from ideahub.judging.reading_again import end_readings, remind_readers
from ideahub.judging.reminding import remind_in_time
from ideahub.judging.travelling import TRAVEL
from ideahub.judging.web import ROUTES
from ideahub.judging.web.parts import PARTS

FEATURE = Feature(
    name="judging",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    travels=(TRAVEL,),
    seldom=(remind_in_time, remind_readers, end_readings),
    entry_readers=(judge_may_read,),
    why_not_join=(why_judge_cannot_join,),
    lacks=(judging_lacks,),
    announcement_groups=(JUDGES,),
)
