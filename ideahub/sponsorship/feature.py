"""The feature of sponsorship: what leaders pledge to ideas."""

from ideahub.feature import Feature
from ideahub.sponsorship.counts import COUNTS
from ideahub.sponsorship.criteria import CRITERIA
from ideahub.sponsorship.live import SHOWS
from ideahub.sponsorship.pledging import lapse_pledges
from ideahub.sponsorship.reminding import remind_sponsors
from ideahub.sponsorship.telling import TELLS
from ideahub.sponsorship.web import ROUTES
from ideahub.sponsorship.web.after_sign_in import AFTER_SIGN_IN
from ideahub.sponsorship.web.parts import PARTS

FEATURE = Feature(
    name="sponsorship",
    routes=ROUTES,
    shows=SHOWS,
    parts=PARTS,
    after_sign_in=AFTER_SIGN_IN,
    ticks=(lapse_pledges,),
    seldom=(remind_sponsors,),
    tells=TELLS,
    counts=COUNTS,
    criteria=CRITERIA,
)
