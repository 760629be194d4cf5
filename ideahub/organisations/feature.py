"""The feature of organisations, the people in them, and their roles."""

from ideahub.feature import Feature
from ideahub.organisations.live import ACTS, CHANGES, ROOMS, SHOWS
from ideahub.organisations.web import ROUTES

FEATURE = Feature(
    name="organisations",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    changes=CHANGES,
    acts=ACTS,
)
