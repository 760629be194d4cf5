"""Telling people what happened."""

from ideahub.feature import Feature
from ideahub.notifications.live import ROOMS, SHOWS
from ideahub.notifications.redacting import redact_told
from ideahub.notifications.telling import tell_people
from ideahub.notifications.web.notifications import ROUTES
from ideahub.notifications.web.parts import PARTS

FEATURE = Feature(
    name="notifications",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    ticks=(tell_people,),
    redacts=(redact_told,),
)
