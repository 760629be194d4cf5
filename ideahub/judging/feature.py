"""The feature of judging."""

import ideahub.judging.models  # noqa: F401
from ideahub.feature import Feature
from ideahub.judging.live import ROOMS, SHOWS
from ideahub.judging.reminding import remind_in_time
from ideahub.judging.web import ROUTES
from ideahub.judging.web.parts import PARTS

FEATURE = Feature(
    name="judging",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    seldom=(remind_in_time,),
)
