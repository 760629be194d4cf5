"""The feature of contributions: builds, questions, evidence, concerns and offers."""

from ideahub.conversation.counts import COUNTS
from ideahub.conversation.criteria import CRITERIA
from ideahub.conversation.live import CHANGES, SHOWS
from ideahub.conversation.web import ROUTES
from ideahub.conversation.web.after_sign_in import AFTER_SIGN_IN
from ideahub.conversation.web.own_deeds import OWN_PARTS
from ideahub.conversation.web.parts import PARTS
from ideahub.feature import Feature

FEATURE = Feature(
    name="conversation",
    routes=ROUTES,
    shows=SHOWS,
    changes=CHANGES,
    parts=PARTS,
    own_parts=OWN_PARTS,
    after_sign_in=AFTER_SIGN_IN,
    counts=COUNTS,
    criteria=CRITERIA,
)
