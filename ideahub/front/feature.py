"""The home page."""

from ideahub.feature import Feature
from ideahub.front.live import CHANGES, ROOMS, SHOWS
from ideahub.front.routes import PARTS, ROUTES

FEATURE = Feature(
    name="front", routes=ROUTES, shows=SHOWS, rooms=ROOMS, changes=CHANGES, parts=PARTS
)
