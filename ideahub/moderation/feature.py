"""The feature of moderation: reports, held texts, decisions with reasons, and appeals."""

from ideahub.feature import Feature
from ideahub.moderation.changes import hold_change
from ideahub.moderation.hidden_names import hidden_names_of
from ideahub.moderation.holding import hold
from ideahub.moderation.live import ROOMS, SHOWS
from ideahub.moderation.redacting import forget_originals
from ideahub.moderation.suspending import end_past_suspensions, suspended_in
from ideahub.moderation.telling import TELLS
from ideahub.moderation.web import ROUTES
from ideahub.moderation.web.parts import OWN_PARTS, PARTS

FEATURE = Feature(
    name="moderation",
    routes=ROUTES,
    shows=SHOWS,
    rooms=ROOMS,
    parts=PARTS,
    own_parts=OWN_PARTS,
    holds=(hold,),
    bars=(suspended_in,),
    hidden_names=(hidden_names_of,),
    changes_held=(hold_change,),
    tells=TELLS,
    ticks=(end_past_suspensions,),
    seldom=(forget_originals,),
)
