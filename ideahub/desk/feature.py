"""The feature of the leader's desk. It has no tables of its own."""

from ideahub.desk.live import ROOMS, SHOWS
from ideahub.desk.web import ROUTES
from ideahub.desk.web.after_sign_in import AFTER_SIGN_IN
from ideahub.desk.web.parts import PARTS
from ideahub.feature import Feature

FEATURE = Feature(
    name="desk",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    after_sign_in=AFTER_SIGN_IN,
)
