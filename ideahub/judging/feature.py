"""The feature of judging."""

import ideahub.judging.models  # noqa: F401
from ideahub.entries.files import MAY_READ_ENTRY
from ideahub.entries.outcomes import WHY_NOT_JOIN
from ideahub.feature import Feature
from ideahub.judging.joining_teams import why_judge_cannot_join
from ideahub.judging.live import ROOMS, SHOWS
from ideahub.judging.reading import judge_may_read
from ideahub.judging.reminding import remind_in_time
from ideahub.judging.travelling import TRAVEL
from ideahub.judging.web import ROUTES
from ideahub.judging.web.parts import PARTS

MAY_READ_ENTRY.append(judge_may_read)
WHY_NOT_JOIN.append(why_judge_cannot_join)
FEATURE = Feature(
    name="judging",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    travels=(TRAVEL,),
    seldom=(remind_in_time,),
)
