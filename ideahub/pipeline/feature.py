"""Stage gates, the board, experiments and lessons."""

from ideahub.feature import Feature
from ideahub.pipeline.live import ROOMS, SHOWS
from ideahub.pipeline.web import ROUTES
from ideahub.pipeline.web.parts import PARTS

FEATURE = Feature(name="pipeline", routes=ROUTES, shows=SHOWS, rooms=ROOMS, parts=PARTS)
