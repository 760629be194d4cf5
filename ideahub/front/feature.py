"""The home page."""

from ideahub.feature import Feature
from ideahub.front.live import CHANGES, ROOMS, SHOWS
from ideahub.front.routes import OWN_PARTS, PARTS, ROUTES

FEATURE = Feature(
    name="front",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    changes=CHANGES,
    parts=PARTS,
    own_parts=OWN_PARTS,
)
