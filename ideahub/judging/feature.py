"""The feature of judging."""

import ideahub.judging.models  # noqa: F401
from ideahub.entries.files import MAY_READ_ENTRY
from ideahub.feature import Feature
from ideahub.judging.lacking import judging_lacks
from ideahub.judging.live import ROOMS, SHOWS
from ideahub.judging.reading import judge_may_read
from ideahub.judging.reminding import remind_in_time
from ideahub.judging.travelling import TRAVEL
from ideahub.judging.web import ROUTES
from ideahub.judging.web.parts import PARTS

MAY_READ_ENTRY.append(judge_may_read)
FEATURE = Feature(
    name="judging",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    travels=(TRAVEL,),
    lacks=(judging_lacks,),
    seldom=(remind_in_time,),
)
