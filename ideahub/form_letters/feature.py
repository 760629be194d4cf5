"""The feature of form letters."""

from ideahub.feature import Feature
from ideahub.form_letters.grouping import read_letters
from ideahub.form_letters.grouping_contributions import read_contributions
from ideahub.form_letters.live import ROOMS, SHOWS
from ideahub.form_letters.web import ROUTES
from ideahub.form_letters.web.parts import PARTS

FEATURE = Feature(
    name="form_letters",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    ticks=(read_letters, read_contributions),
)
